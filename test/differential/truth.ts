/**
 * What a generator knows about the files it wrote: the typed value of every field. The oracle is fed with this, never
 * with the bytes, so that a mistake in parsing cannot hide on both sides.
 */

import type { FormatOptions } from '../../src/formats/format.ts';

export type TruthType = 'integer' | 'double' | 'text' | 'boolean' | 'timestamp';

export interface TruthColumn {
  /** As the engine knows it; nested JSON keys with dots. */
  readonly name: string;
  readonly type: TruthType;
  /** Holds bytes that are no UTF-8: only compared, grouped and counted, never given to a text function. */
  readonly opaque: boolean;
  /** The engine cannot know the type beforehand: the questions say it by a cast. */
  readonly untyped?: boolean;
}

/** A field whose text is no value of the column's type: reaching it rejects the record. */
export interface Misfit {
  readonly misfit: string;
}

/** integer and timestamp (microseconds): bigint · opaque text: Uint8Array. */
export type Cell = null | bigint | number | string | boolean | Uint8Array | Misfit;

export interface TruthRecord {
  /** In the order of the columns; null for a record that is malformed as a whole. */
  readonly cells: readonly Cell[] | null;
}

export interface TruthFile {
  readonly bytes: Uint8Array;
  readonly records: readonly TruthRecord[];
}

export interface TruthTable {
  readonly family: 'combined' | 'csv' | 'jsonl';
  readonly columns: readonly TruthColumn[];
  readonly files: readonly TruthFile[];
  /** How the engine is told to read the files. */
  readonly options: FormatOptions;
}

export function isMisfit(cell: Cell | undefined): cell is Misfit {
  return typeof cell === 'object' && cell !== null && 'misfit' in cell;
}
