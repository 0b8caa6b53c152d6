/** Where records come from (sources) and who reads which part of them (splits). */

/** How the bytes of a source are reached: the names of `inputs/table.ts`. */
export type InputName = 'file' | 'gzip' | 'stdin' | 'rejects';

/** One file of the table, in the order in which the user named it. Plain data, crosses threads. */
export interface SourceFile {
  /** What the user sees: in `_file`, in messages, in rejects. */
  readonly name: string;
  /** What is opened. Empty for stdin. */
  readonly path: string;
  readonly input: InputName;
  /** Size when the run was planned; a file that grows later is read only up to here. `null` where unknown (stdin). */
  readonly sizeBytes: number | null;
}

/**
 * A half-open byte range of a source. A record belongs to the split that holds its first byte.
 * For inputs that cannot be cut (gzip, stdin) the range is [0, Infinity).
 */
export interface Split {
  /** Position in the run's list of splits; results are put in order by it. */
  readonly index: number;
  /** Position of the source in the run's list of sources. */
  readonly source: number;
  readonly start: number;
  readonly end: number;
}
