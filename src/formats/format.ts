/**
 * What a log format is: how to recognise it, which columns it has, and how its bytes become spans.
 *
 * A format's only job is to turn bytes into spans; decoding spans into values is the engine's. Everything that crosses
 * threads here is plain data.
 */
import type { SqlType } from '../core/value.ts';

export interface ColumnSpec {
  readonly name: string;
  readonly type: SqlType;
}

/** What the user said about the format, unresolved. */
export interface FormatOptions {
  readonly format?: string;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly header?: boolean;
  /** `--columns a,b:int,...`, parsed. A `null` type is sniffed. */
  readonly columns?: readonly { readonly name: string; readonly type: SqlType | null }[];
}

/** A format made concrete for one table: sniffed or said. Plain data, part of the plan. */
export interface FormatSpec {
  readonly name: string;
  /** Columns known by name. With `open`, other names are allowed too (JSON keys that the sample did not show). */
  readonly columns: readonly ColumnSpec[];
  readonly open: boolean;
  /** `quoted`: a record may hold line ends inside quotes, so neighbouring splits must be checked to agree. */
  readonly records: 'lines' | 'quoted';
  readonly dialect: Dialect | null;
}

/** CSV dialect. `quote` is '' where the file has no quoting (TSV of some tools). One byte each. */
export interface Dialect {
  readonly delimiter: string;
  readonly quote: string;
  /** Whether the first record of each file is a header, to be skipped and not counted. */
  readonly header: boolean;
}

/** A column that the plan needs, as the tokenizer sees it. */
export interface NeededColumn {
  readonly name: string;
}

/**
 * Instruction for a tokenizer kernel: plain data, made by the format from the columns the plan needs. Output column i
 * is the i-th needed column.
 */
export type TokenizerSpec =
  /**
   * `prefix`: up to 4 bytes with which every record starts. `walk`: the kernel has a loop of its own for exactly these
   * steps, and takes it: an optimization only.
   */
  | {
      readonly type: 'template';
      readonly prefix: string;
      readonly steps: readonly TemplateStep[];
      readonly walk: 'common' | 'combined' | null;
    }
  | {
      readonly type: 'csv';
      readonly dialect: Dialect;
      readonly fieldCount: number;
      readonly outputs: readonly number[];
    }
  | { readonly type: 'json'; readonly paths: readonly JsonPath[] }
  | { readonly type: 'lines' };

/** `literal`: the whole name as one top-level key, which wins over `path`, the name cut at its dots. */
export interface JsonPath {
  readonly literal: string;
  readonly path: readonly string[];
}

/**
 * One field of a template. The field ends before `until`, 1 to 4 bytes which are consumed; the last field ends at the line's
 * end, and before its `until` if it has one (a line that was cut off inside its last field lacks it, and is taken).
 * A field is found by one byte of its terminator, `until[mark]`: the first such byte in the field must belong to the
 * whole terminator, otherwise the record is malformed, unless the field is `loose` (then the search goes on). A last
 * field without terminator holds no space, unless it is `loose`.
 * `quoted`: a backslash escapes the next byte, and the field may be empty. `dashIsNull`: a lone `-` is NULL.
 * `output`: index of the needed column, or -1 to skip. `request`: the field is also cut into method, path and protocol, stored
 * at these output indexes (-1 to skip). At most three different marked bytes in one template.
 */
export interface TemplateStep {
  readonly until: string;
  readonly mark: number;
  readonly quoted: boolean;
  readonly loose: boolean;
  readonly dashIsNull: boolean;
  readonly output: number;
  readonly request: { readonly method: number; readonly path: number; readonly protocol: number } | null;
}

export interface Format {
  readonly name: string;
  /** One line for `--help` and README. */
  readonly summary: string;
  /** How many of the head's complete records fit, 0 to 1. Pure; `head` holds at least one whole line where the file does. */
  detect(head: Uint8Array): number;
  /** Resolves columns and dialect from options and the head of the first file. Throws UsageError. */
  describe(head: Uint8Array, options: FormatOptions): FormatSpec;
  /** Instruction for the tokenizer kernel; unknown names have been refused by the binder. */
  tokenizer(spec: FormatSpec, needed: readonly NeededColumn[]): TokenizerSpec;
  /** Options under which the samples are read, where they need some. */
  readonly sampleOptions?: FormatOptions;
  /** Lines that document and test the format: every field of `fields` as text, NULL as null; `null` fields: the record is rejected. */
  readonly samples: readonly {
    readonly record: string;
    readonly fields: Readonly<Record<string, string | null>> | null;
  }[];
}
