/** Declared beside the kernels in workers/kernels/run-merge.ts. */
export interface MergeKernels {
  createMerge(count: number): number;
  setMergeWindow(merge: number, run: number, begin: number, end: number): void;
  startMerge(merge: number): void;
  mergeRuns(merge: number, out: number, outEnd: number, bare: number, most: number): number;
  mergedEnd(): number;
  mergedRows(): number;
  nextMergedBytes(merge: number): number;
}
