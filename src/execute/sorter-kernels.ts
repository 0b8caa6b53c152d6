/** Declared beside the kernels in workers/kernels/sorter.ts. */
export interface SorterKernels {
  createSorter(): number;
  sorterRows(sorter: number): number;
  sorterTake(sorter: number, keyLength: number, rowLength: number): number;
  sorterPut(sorter: number, entry: number): void;
  sorterAdd(sorter: number, keys: number, rows: number, from: number, n: number): number;
  sorterSort(sorter: number): void;
  sorterKeep(sorter: number, n: number): number;
  sorterEntry(sorter: number, i: number): number;
  sorterCopy(sorter: number, first: number, out: number, outEnd: number): number;
  sorterCopied(): number;
  sorterBytes(sorter: number): number;
  sorterClear(sorter: number): void;
}
