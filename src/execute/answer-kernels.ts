/** What the thread that prints needs, declared beside the kernels in workers/kernels: run-merge.ts and csv-text.ts. */
export interface AnswerKernels {
  createMerge(count: number): number;
  setMergeWindow(merge: number, run: number, begin: number, end: number): void;
  startMerge(merge: number): void;
  mergeRuns(merge: number, out: number, outEnd: number, bare: number, most: number): number;
  mergedEnd(): number;
  mergedRows(): number;
  nextMergedBytes(merge: number): number;
  rowsToCsv(
    types: number,
    count: number,
    wide: number,
    begin: number,
    end: number,
    out: number,
    outEnd: number,
  ): number;
  csvStopped(): number;
  csvEnd(): number;
  skipRows(types: number, count: number, wide: number, begin: number, end: number, most: number): number;
  rowsSkipped(): number;
}
