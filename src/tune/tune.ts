/**
 * Tunes a question: sizes a sample, runs the sweep's trials one after another within the time given, and says what they came to.
 *
 * Invariant: whatever ends it (time, Ctrl-C), no process is left and what was learned is handed back.
 */
import type { RunPlan } from '../coordinator/plan-run.ts';
import type { PoolSettings, QuestionSettings } from '../coordinator/query-options.ts';
import { RunError } from '../core/errors.ts';
import type { InputName, SourceFile } from '../core/source.ts';
import type { Target } from './choose.ts';
import { planSample, type Sample } from './sample.ts';
import { type Choice, openSpace } from './space.ts';
import { startTrial } from './start-trial.ts';
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
  readonly wholeBytes: number;
  readonly elapsedMs: number;
  readonly isInterrupted: boolean;
}

const mib = 2 ** 20;
const firstSampleBytes = 8 * mib;
const leastSampleBytes = 4 * mib;
/** Of the sample: what the fixed part of a run's time, and the growth of its memory, are told from. */
const partShare = 1 / 4;
/** Trials of a sweep, about: each is sized to take its part of the time. */
const plannedTrials = 40;
const longestTrialMs = 4000;
/** What start-up costs, until it is known. */
const assumedStartMs = 200;
/** The share of the time after which no more of a phase is begun. */
const phaseEnd = { start: 1, search: 0.65, repeat: 0.85, check: 1 } as const;

/** Throws RunError where not even the first trial works; UsageError where the engine cannot run so. */
export async function tune(options: TuneOptions): Promise<TuneResult> {
  return new Tuning(options).run();
}

class Tuning {
  readonly #options: TuneOptions;
  readonly #startedAtMs = performance.now();
  readonly #trials: Trial[] = [];
  #count = 0;

  constructor(options: TuneOptions) {
    this.#options = options;
  }

  async run(): Promise<TuneResult> {
    const { sources, target, cores, endsEarly, signal } = this.#options;
    const wholeBytes = sources.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
    const sample = endsEarly ? this.#sample(wholeBytes) : this.#sample(await this.#sampleBytes(wholeBytes));
    const parts = { sample, part: sample.isWhole ? sample : this.#sample(sample.bytes * partShare) };
    const stretch = Math.max(...sample.stretches.map(({ start, end }) => end - start));
    const space = openSpace(
      {
        pinned: this.#options.pinned,
        cores,
        longestStretchBytes: stretch,
        sampleBytes: sample.bytes,
        hasFunctions: (this.#options.options.functions ?? []).length > 0,
      },
      this.#options.plan,
    );
    const steps = sweep({ space, target, wholeBytes, isWhole: sample.isWhole });
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
    return { ...step.value, trials: this.#trials, sample, wholeBytes, elapsedMs: this.#elapsedMs(), isInterrupted };
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

  /** How much is read in the part of the time that a trial may take, told from a first small one. */
  async #sampleBytes(wholeBytes: number): Promise<number> {
    const { sampleBytes, maxSeconds } = this.#options;
    if (sampleBytes !== null) return sampleBytes;
    const first = this.#sample(firstSampleBytes);
    if (first.isWhole) return wholeBytes;
    this.#options.onTrial({ type: 'started', count: ++this.#count, elapsedMs: this.#elapsedMs(), request: null });
    const result = await this.#start(first, {});
    if ('failure' in result) throw new RunError(`Cannot tune: a first run of the query failed: ${result.failure}`);
    const workMs = Math.max(10, result.ms - assumedStartMs);
    const trialMs = Math.min(longestTrialMs, (maxSeconds * 1000) / plannedTrials);
    return Math.max(leastSampleBytes, (first.bytes * Math.max(trialMs / 4, trialMs - assumedStartMs)) / workMs);
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
    return performance.now() - this.#startedAtMs;
  }
}
