/** What the thread that prints needs, declared beside the kernels in workers/kernels: run-merge.ts and row-text.ts. */
export interface AnswerKernels {
  createMerge(count: number): number;
  setMergeWindow(merge: number, run: number, begin: number, end: number): void;
  startMerge(merge: number): void;
  mergeRuns(merge: number, out: number, outEnd: number, bare: number, most: number): number;
  mergedEnd(): number;
  mergedRows(): number;
  nextMergedBytes(merge: number): number;
  rowsToText(layout: number, begin: number, end: number, out: number, outEnd: number): number;
  textStopped(): number;
  textEnd(): number;
  skipRows(layout: number, begin: number, end: number, most: number): number;
  rowsSkipped(): number;
}
