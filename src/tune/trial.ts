/** One run of the user's question in a process of its own: what that process is told, and what it tells. Plain data. */
import type { PoolSettings, QuestionSettings } from '../coordinator/query-options.ts';
import type { RunStats } from '../coordinator/run-stats.ts';
import type { Model } from './predict.ts';
import type { Stretch } from './sample.ts';

export interface TrialJob {
  readonly sql: string;
  /** With all resources said. */
  readonly options: PoolSettings & QuestionSettings;
  /** null: all of the input. */
  readonly stretches: readonly Stretch[] | null;
}

/** A first look at the input, from which growth is foretold. */
export interface LookJob extends Pick<TrialJob, 'sql' | 'options'> {
  readonly type: 'look';
}

export interface TrialReport {
  readonly stats: RunStats;
  /** Of the whole process, at its very end. */
  readonly peakRssBytes: number;
  /** In the answer. */
  readonly rows: number;
}

/** Messages of the process to whoever started it. */
export type TrialMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly report: TrialReport }
  | { readonly type: 'looked'; readonly model: Model }
  | { readonly type: 'failed'; readonly message: string };
