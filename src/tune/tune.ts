/**
 * Tunes a question: sizes a sample, runs the sweep's trials one after another within the time given, and says what they came to.
 *
 * Invariant: whatever ends it (time, Ctrl-C), no process is left and what was learned is handed back.
 */

import type { Budget } from '../coordinator/budget.ts';
import type { RunPlan } from '../coordinator/plan-run.ts';
import { predictRun } from '../coordinator/predict-memory.ts';
import type { PoolSettings, QuestionSettings } from '../coordinator/query-options.ts';
import { RunError } from '../core/errors.ts';
import { monotonicMs } from '../core/monotonic.ts';
import type { InputName, SourceFile } from '../core/source.ts';
import type { Target } from './choose.ts';
import { heapLine, type InputModel, type Model, quietHeapBytes } from './predict.ts';
import { planSample, type Sample } from './sample.ts';
import { type Choice, openSpace } from './space.ts';
import { startLook, startTrial } from './start-trial.ts';
import { type Answer, type SweepResult, sweep, type TrialRequest } from './sweep.ts';
import { figuresOf, type Trial, type TrialFigures } from './trial-figures.ts';

export interface TuneOptions {
  readonly sql: string;
  /** What the user has said; resources are not varied where they are said. */
  readonly options: PoolSettings & QuestionSettings;
  readonly pinned: Choice;
  readonly sources: readonly SourceFile[];
  readonly isSplittable: (input: InputName) => boolean;
  /** Throws UsageError where the engine cannot run so. */
  readonly plan: (choice: Choice) => RunPlan;
  readonly cores: number;
  readonly target: Target;
  /** The sweep's; a trial that runs when it is over is ended. */
  readonly maxSeconds: number;
  /** null: as large as the time allows. */
  readonly sampleBytes: number | null;
  /** A rows question with a LIMIT ends by itself, wherever its sample ends. */
  readonly endsEarly: boolean;
  /** The program of a trial, and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly signal: AbortSignal;
  onTrial(event: TrialEvent): void;
}

export type TrialEvent =
  | {
      readonly type: 'started';
      readonly count: number;
      readonly elapsedMs: number;
      readonly request: TrialRequest | null;
    }
  | { readonly type: 'ended'; readonly count: number; readonly elapsedMs: number; readonly trial: Trial };

export interface TuneResult extends SweepResult {
  readonly trials: readonly Trial[];
  readonly sample: Sample;
  readonly input: InputModel;
  readonly elapsedMs: number;
  readonly isInterrupted: boolean;
}

const mib = 2 ** 20;
const leastSampleBytes = 4 * mib;
/** Of the sample: what the fixed part of a run's time, and the growth of its memory, are told from. */
const partShare = 1 / 4;
/** Trials of a sweep, about: each is sized to take its part of the time. */
const plannedTrials = 40;
const longestTrialMs = 4000;
/** And at least so many have to be possible. */
const fewestTrials = 20;
/** How often a sample should fill a heap. */
const enoughLives = 1.5;
/** The share of the time after which no more of a phase is begun. */
const phaseEnd = { start: 1, search: 0.75, repeat: 1 } as const;

/** Throws RunError where not even the first trial works; UsageError where the engine cannot run so. */
export async function tune(options: TuneOptions): Promise<TuneResult> {
  return new Tuning(options).run();
}

class Tuning {
  readonly #options: TuneOptions;
  readonly #startedAtMs = monotonicMs();
  readonly #trials: Trial[] = [];
  #count = 0;

  constructor(options: TuneOptions) {
    this.#options = options;
  }

  async run(): Promise<TuneResult> {
    const { sources, target, cores, endsEarly, signal } = this.#options;
    const wholeBytes = sources.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
    this.#options.plan(this.#options.pinned);
    const model = await this.#look();
    const input = { model, wholeBytes };
    const sample = this.#sample(endsEarly ? wholeBytes : await this.#sampleBytes(input));
    const parts = { sample, part: sample.isWhole ? sample : this.#sample(sample.bytes * partShare) };
    const lengths = sample.stretches.map(({ start, end }) => end - start).filter(Number.isFinite);
    const space = openSpace(
      {
        pinned: this.#options.pinned,
        cores,
        longestStretchBytes: Math.max(0, ...lengths),
        sampleBytes: sample.bytes,
        hasFunctions: (this.#options.options.functions ?? []).length > 0,
      },
      this.#options.plan,
    );
    const steps = sweep({ space, target, input, isWhole: sample.isWhole });
    let isInterrupted = false;
    let step = steps.next();
    while (step.done !== true) {
      const answer = await this.#answer(step.value, parts).catch((error: unknown): Answer => {
        if (!signal.aborted) throw error;
        isInterrupted = true;
        return null;
      });
      step = steps.next(answer);
    }
    return { ...step.value, trials: this.#trials, sample, input, elapsedMs: this.#elapsedMs(), isInterrupted };
  }

  async #answer(request: TrialRequest, parts: Readonly<Record<'sample' | 'part', Sample>>): Promise<Answer> {
    const { signal, maxSeconds } = this.#options;
    signal.throwIfAborted();
    if (this.#elapsedMs() + this.#expectedMs() > maxSeconds * 1000 * phaseEnd[request.phase] && this.#count > 1)
      return null;
    const result = await this.#trial(request, parts[request.size]);
    const { choice, resolved, size } = request;
    const trial = { choice, setting: resolved.setting, size, result };
    this.#trials.push(trial);
    this.#options.onTrial({ type: 'ended', count: this.#count, elapsedMs: this.#elapsedMs(), trial });
    return result;
  }

  async #trial(request: TrialRequest, sample: Sample): Promise<TrialFigures | { readonly failure: string }> {
    const { setting } = request.resolved;
    this.#count++;
    this.#options.onTrial({ type: 'started', count: this.#count, elapsedMs: this.#elapsedMs(), request });
    const resources = {
      memory: setting.memoryBytes,
      workers: setting.workers,
      workerHeap: setting.heapBytes,
      workerArena: setting.arenaBytes,
      split: setting.splitBytes,
      recycleAfter: setting.recycleAfter,
    };
    return this.#start(sample, resources);
  }

  async #start(sample: Sample, resources: PoolSettings): Promise<TrialFigures | { readonly failure: string }> {
    const { sql, options, command, signal, maxSeconds } = this.#options;
    const left = Math.max(1000, maxSeconds * 1000 - this.#elapsedMs());
    const job = { sql, options: { ...options, ...resources }, stretches: sample.isWhole ? null : sample.stretches };
    const outcome = await startTrial(command, job, left, signal);
    return 'failure' in outcome ? outcome : figuresOf(outcome.ms, sample.bytes, outcome.report);
  }

  async #look(): Promise<Model> {
    const { sql, options, command, signal, maxSeconds } = this.#options;
    this.#options.onTrial({ type: 'started', count: 0, elapsedMs: this.#elapsedMs(), request: null });
    const outcome = await startLook(command, { type: 'look', sql, options }, maxSeconds * 1000, signal);
    if ('failure' in outcome) throw new RunError(`Cannot tune: a first look at the input failed: ${outcome.failure}`);
    return outcome.model;
  }

  /** How much is read in the part of the time that a trial may take. */
  async #sampleBytes({ model, wholeBytes }: InputModel): Promise<number> {
    const { sampleBytes, maxSeconds, plan, options } = this.#options;
    if (sampleBytes !== null) return sampleBytes;
    const { budget, splits } = plan(this.#options.pinned);
    const { seconds } = predictRun(model.figures, { ...model.shape, budget, splits: splits.length });
    const trialMs = Math.min(longestTrialMs, (maxSeconds * 1000) / plannedTrials);
    const bytes = Math.max(leastSampleBytes, (wholeBytes * trialMs) / Math.max(1, seconds * 1000));
    if ((options.functions ?? []).length === 0 || bytes >= wholeBytes) return bytes;
    return this.#filledBytes(this.#sample(bytes), budget, wholeBytes);
  }

  /** Functions that keep memory show what they cost once workers are replaced because of it. */
  async #filledBytes(sample: Sample, budget: Budget, wholeBytes: number): Promise<number> {
    const result = await this.#start(sample, {});
    if ('failure' in result || result.memoryEnds >= 2 * budget.workers) return sample.bytes;
    const kept = result.heapBytes - quietHeapBytes * budget.workers;
    if (kept <= 0) return sample.bytes;
    const filled = (enoughLives * sample.bytes * heapLine(budget) * budget.workers) / kept;
    const affordable = (sample.bytes * this.#options.maxSeconds * 1000) / fewestTrials / result.ms;
    return Math.max(sample.bytes, Math.min(filled, affordable, wholeBytes));
  }

  #sample(bytes: number): Sample {
    const { sources, cores, isSplittable } = this.#options;
    return planSample(sources, bytes, cores, isSplittable);
  }

  #expectedMs(): number {
    const times = this.#trials.map(({ result }) => ('failure' in result ? 0 : result.ms));
    return times.length === 0 ? 0 : Math.max(...times.slice(-3));
  }

  #elapsedMs(): number {
    return monotonicMs() - this.#startedAtMs;
  }
}
