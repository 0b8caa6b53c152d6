/** Where a scan's matched records go, batch by batch. */
import type { Expr } from '../query/plan.ts';
import type { SpilledPartial } from './partial-outbox.ts';
import type { RowsOut } from './row-outbox.ts';
import type { Vector } from './vector.ts';

export interface Sink {
  /** What the sink wants computed for every matched record, in this order. */
  readonly exprs: readonly Expr[];
  /** Index of the boolean expression that must be TRUE for expression `expr` to count (FILTER); -1: always. */
  conditionOf(expr: number): number;
  /** Takes `rows` records; `vectors` as `exprs`, free of errors. */
  add(vectors: readonly Vector[], rows: number): void;
  /** True where no further record can matter. */
  readonly satisfied: boolean;
  /** Hands out what it has gathered, so that the arena is free again: at the soft line of memory. */
  flush(): void;
  finish(): SinkResult;
  /** Lets go of files, however the scan ended. */
  close(): void;
}

export interface SinkResult extends RowsOut {
  readonly partials: Uint8Array[];
  readonly spilledPartials: SpilledPartial[];
  readonly rowCount: number;
}
