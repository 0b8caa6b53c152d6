/** A stretch of result rows on its way to an output. */
import type { Value } from './value.ts';

/** How an output writes plain rows: values without quotes or escapes, except that those of JSON have quotes around texts and times. */
export interface RowText {
  readonly values: 'csv' | 'json';
  /** What stands before each value, and behind a row. */
  readonly before: readonly string[];
  readonly after: string;
}

/** An array of rows is one. Others may be valid only until the next is asked for. */
export interface RowBlock extends Iterable<readonly Value[]> {
  readonly length: number;
  /**
   * The rows in order: as far as they are plain as text (UTF-8, valid until the next part is asked for), the others as values. `text` is
   * the same object for a whole answer. Absent: all are values.
   */
  parts?(text: RowText): Iterable<Uint8Array | readonly (readonly Value[])[]>;
}
