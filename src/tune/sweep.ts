/**
 * Which trial is next. Pure: a generator that asks for trials and is told what they came to; without a word from outside it
 * does the same again.
 *
 * It starts from what the engine would do by itself, moves one dimension at a time and goes on in a direction while the choice
 * among all that was measured follows; what cannot matter is passed over with a reason. Then the best few are run again in turns,
 * because a machine's mood lasts longer than a trial.
 */
import type { Target } from './choose.ts';
import { type Measured, Measurements } from './measurements.ts';
import type { InputModel, Question } from './predict.ts';
import type { Dimension } from './setting.ts';
import { type Choice, ladder, type Resolved, type Space, sweepOrder } from './space.ts';
import type { SampleSize, Trial } from './trial-figures.ts';

export interface TrialRequest {
  readonly choice: Choice;
  readonly resolved: Resolved;
  readonly size: SampleSize;
  /** `start` is needed for a recommendation; the others make it a better one. */
  readonly phase: 'start' | 'search' | 'repeat';
}

export interface SweepOptions {
  readonly space: Space;
  readonly target: Target;
  readonly input: InputModel;
  /** The sample is all of the input: there is no smaller one to extrapolate from. */
  readonly isWhole: boolean;
}

export interface SweepResult {
  readonly recommended: Measured | null;
  /** By the engine itself, without a sweep. */
  readonly initial: Measured | null;
  readonly measured: readonly Measured[];
  readonly noise: number;
  readonly question: Question;
  /** Dimensions that were not varied. */
  readonly skipped: readonly { readonly dimension: Dimension; readonly why: string }[];
  /** No more time: the search or the repetitions were cut short. */
  readonly isCut: boolean;
}

const finalistCount = 3;
const runsOfFinalist = 3;
const rounds = 2;
/** Times that are nearer than this factor are not told apart by one run each. */
const nearby = 1.2;

/** What a request is answered with; null: there is no time for it. */
export type Answer = Trial['result'] | null;

export function* sweep(options: SweepOptions): Generator<TrialRequest, SweepResult, Answer> {
  const { space, isWhole } = options;
  const notes = new Measurements(options);
  const skipped = new Map<Dimension, string>();
  let isCut = false;

  /** Whether the setting has figures now. */
  function* measure(
    choice: Choice,
    phase: TrialRequest['phase'],
    size: SampleSize,
  ): Generator<TrialRequest, boolean, Answer> {
    const resolved = space.resolve(choice);
    if (resolved === null) return false;
    const answer = yield { choice, resolved, size, phase };
    if (answer === null) {
      isCut = true;
      return false;
    }
    notes.add(choice, resolved, size, answer);
    return !('failure' in answer);
  }

  // the first trial meets cold files and is not the one that counts
  if (yield* measure({}, 'start', 'sample')) {
    for (const size of isWhole ? (['sample'] as const) : (['part', 'sample', 'part'] as const)) {
      yield* measure({}, 'start', size);
    }
  }

  for (let round = 0; round < rounds && !isCut; round++) {
    const before = notes.best();
    for (const dimension of sweepOrder) {
      if (dimension === 'memoryBytes' && options.target.type === 'memory') continue;
      const best = notes.best();
      if (best === null || isCut) break;
      const values = ladder(space, dimension, notes.seen(best));
      if ('why' in values) {
        if (round === 0) skipped.set(dimension, values.why);
        continue;
      }
      for (const direction of values.directions) yield* climb(dimension, direction);
    }
    if (notes.best()?.choice === before?.choice) break;
  }

  /** Ends at the first value that does not become the best. */
  function* climb(dimension: Dimension, values: readonly number[]): Generator<TrialRequest, void, Answer> {
    for (const value of values) {
      const from = notes.best();
      if (from === null || isCut) return;
      const choice = { ...from.choice, [dimension]: value };
      const resolved = space.resolve(choice);
      if (resolved === null || notes.has(resolved)) return;
      if (dimension === 'memoryBytes' && notes.wouldSpill(from, resolved)) {
        skipped.set(dimension, 'less would be spilled on the whole input, which the sample does not show');
        return;
      }
      if (!(yield* measure(choice, 'search', 'sample'))) return;
      // too near to be told apart by one run: one more of each, in turns
      if (isNear(notes.of(choice), from)) {
        if (from.onSample.length < runsOfFinalist) yield* measure(from.choice, 'search', 'sample');
        yield* measure(choice, 'search', 'sample');
      }
      if (notes.best()?.choice !== choice) return;
    }
  }

  for (let turn = 1; turn < runsOfFinalist; turn++) {
    for (const { choice, onSample } of notes.finalists(finalistCount)) {
      if (onSample.length <= turn) yield* measure(choice, 'repeat', 'sample');
    }
  }
  const winner = notes.best();
  const measured = notes.all();
  return {
    recommended: measured.find(({ choice }) => choice === winner?.choice) ?? null,
    initial: measured.find(({ choice }) => Object.keys(choice).length === 0) ?? null,
    measured,
    noise: notes.noise(),
    question: notes.question(),
    skipped: [...skipped].map(([dimension, why]) => ({ dimension, why })),
    isCut,
  };
}

function isNear(a: Measured | null, b: Measured): boolean {
  if (a === null) return false;
  return Math.max(a.wholeMs, b.wholeMs) / Math.min(a.wholeMs, b.wholeMs) < nearby;
}
