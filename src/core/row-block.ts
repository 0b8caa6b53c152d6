/** A stretch of result rows on its way to an output. */
import type { Value } from './value.ts';

/** An array of rows is one. Others may be valid only until the next is asked for. */
export interface RowBlock extends Iterable<readonly Value[]> {
  readonly length: number;
  /**
   * The rows in order, as far as possible as lines of CSV (bytes that are valid until the next part is asked for), the others as
   * values. Absent: all are values.
   */
  csvParts?(): Iterable<Uint8Array | readonly (readonly Value[])[]>;
}
