/**
 * What an output is: a form in which result rows leave the program, written to a sink block by block.
 *
 * An output holds a bounded number of rows, and its answer to zero rows is as valid as to a million.
 */
import type { RowBlock } from '../core/row-block.ts';
import type { ResultColumn } from '../core/value.ts';

/** Takes the next piece of text (bytes are UTF-8, and the caller's again when it has resolved), in order; resolves when more may come (back pressure), rejects when nobody reads any more. */
export type Sink = (chunk: string | Uint8Array) => Promise<void>;

export interface OutputOptions {
  /** Columns of the terminal; Infinity where lines may be as long as they like. */
  readonly width: number;
  /** Whether escape sequences for bold and dim may be used. */
  readonly color: boolean;
  /** CSV only: whether text that a spreadsheet would take for a formula gets a leading apostrophe, which changes the data. */
  readonly csvSafe: boolean;
}

export interface OutputWriter {
  rows(block: RowBlock): Promise<void>;
  /** After the last block, once. */
  end(): Promise<void>;
}

export interface Output {
  readonly name: string;
  /** One line for `--help` and README. */
  readonly summary: string;
  open(columns: readonly ResultColumn[], sink: Sink, options: OutputOptions): OutputWriter;
}
