/** All that was measured, by setting, and what follows from it. */
import { type Candidate, choose, finalists, noiseOf, type Target } from './choose.ts';
import { type InputModel, predict, type Question, questionOf, spillsLater, wholeMs } from './predict.ts';
import { settingKey } from './setting.ts';
import { type Choice, type Resolved, type Seen, type Space, saidBySweep } from './space.ts';
import type { SampleSize, Trial, TrialFigures } from './trial-figures.ts';

/** A setting with its runs; as a candidate it is judged by those on the sample. */
export interface Measured extends Candidate {
  readonly choice: Choice;
  readonly resolved: Resolved;
  readonly runs: readonly TrialFigures[];
  readonly onSample: readonly TrialFigures[];
}

interface Entry {
  /** The one that was measured first: the same object for the same setting. */
  readonly choice: Choice;
  readonly resolved: Resolved;
  readonly runs: TrialFigures[];
  readonly onSample: TrialFigures[];
}

interface MeasurementOptions {
  readonly space: Space;
  readonly target: Target;
  readonly input: InputModel;
}

/** More noise than this is not believed: the fastest of several runs is better than that. */
const mostNoise = 0.15;

export class Measurements {
  readonly #options: MeasurementOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: MeasurementOptions) {
    this.#options = options;
  }

  add(choice: Choice, resolved: Resolved, size: SampleSize, result: Trial['result']): void {
    const key = settingKey(resolved.setting);
    const entry = this.#entries.get(key) ?? { choice, resolved, runs: [], onSample: [] };
    this.#entries.set(key, entry);
    if ('failure' in result) return;
    entry.runs.push(result);
    if (size === 'sample') entry.onSample.push(result);
  }

  has({ setting }: Resolved): boolean {
    return this.#entries.has(settingKey(setting));
  }

  /** Settings that have run on the sample, in the order of their first trial. */
  all(): Measured[] {
    const { space, input } = this.#options;
    const question = this.question();
    return [...this.#entries.values()]
      .filter(({ onSample }) => onSample.length > 0)
      .map(({ choice, resolved, runs, onSample }) => ({
        choice,
        resolved,
        runs: [...runs],
        onSample: [...onSample],
        setting: resolved.setting,
        saidCount: saidBySweep(space, choice).length,
        wholeMs: Math.min(...onSample.map((run) => wholeMs(run, question.fixedMs, input.wholeBytes))),
        peakRssBytes: predict(onSample, question, resolved, input)?.peakRssBytes ?? Number.POSITIVE_INFINITY,
      }));
  }

  of(choice: Choice): Measured | null {
    return this.all().find((measured) => measured.choice === choice) ?? null;
  }

  best(): Measured | null {
    return choose(this.all(), this.#options.target, this.noise());
  }

  finalists(count: number): Measured[] {
    return finalists(this.all(), this.#options.target, this.noise(), count);
  }

  /** Of the first setting, which ran on two sizes. */
  question(): Question {
    const [first] = this.#entries.values();
    return questionOf(first?.runs ?? []);
  }

  noise(): number {
    const times = [...this.#entries.values()].map(({ onSample }) => onSample.map(({ ms }) => ms));
    return Math.min(mostNoise, noiseOf(times));
  }

  seen({ setting, runs, peakRssBytes }: Measured): Seen {
    const most = (of: (run: TrialFigures) => number) => Math.max(0, ...runs.map(of));
    return {
      setting,
      peakRssBytes,
      peakHeapBytes: most((run) => run.peakHeapBytes),
      peakArenaBytes: most((run) => run.peakArenaBytes),
      memoryEnds: most((run) => run.memoryEnds),
    };
  }

  /** Whether the whole input spills in another budget where the sample does not. */
  wouldSpill({ onSample }: Measured, resolved: Resolved): boolean {
    const run = onSample.at(-1);
    return run !== undefined && spillsLater(run, resolved, this.#options.input);
  }
}
