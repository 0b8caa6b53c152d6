/** Beside the kernels in workers/kernels: batch-loop.ts, group-*.ts, states/ddsketch-quantile.ts, encode.ts, encode-groups.ts, pseudo-columns.ts. */
export interface GroupKernels {
  runBatches(loop: number, begin: number, end: number, limit: number, final: number): number;
  createGroupTable(keyMode: number, stateCount: number, kinds: number, types: number): number;
  forgetStaging(): void;
  groupCount(table: number): number;
  stateOffset(table: number, state: number): number;
  clearGroupTable(table: number): number;
  groupIntegers(table: number, data: number, flags: number, n: number, out: number): number;
  groupSpans(table: number, spans: number, flags: number, n: number, out: number): number;
  appendIntegers(table: number, data: number, flags: number, n: number, out: number): number;
  appendSpans(table: number, spans: number, flags: number, n: number, out: number): number;
  groupAll(table: number, n: number, out: number): number;
  updateGroups(
    table: number,
    state: number,
    rows: number,
    data: number,
    flags: number,
    from: number,
    n: number,
  ): number;
  updateExtremes(
    table: number,
    least: number,
    greatest: number,
    rows: number,
    data: number,
    flags: number,
    from: number,
    n: number,
  ): number;
  measureGroups(table: number, out: number): void;
  setPartitionShift(table: number, shift: number): void;
  writeGroups(table: number, from: number, to: number): void;
  wholeGroups(table: number, begin: number, end: number): number;
  routeGroups(table: number, begin: number, end: number): number;
  flushPartitions(): void;
  setMergePass(kind: number, classMask: number, classNumber: number, knownBits: number): void;
  settleSets(table: number): number;
  beginSelect(state: number, rank: bigint): number;
  fillHistogram(state: number): void;
  narrowSelect(state: number): void;
  endSelect(state: number): void;
  sketchValue(state: number, rank: number): number;
  mergeGroups(table: number, begin: number, end: number): number;
  openSieve(table: number, state: number, cellCount: number, groups: number, limit: number): number;
  rewindSieve(): void;
  sieveCounts(table: number, begin: number, end: number): number;
  sieveGuess(wanted: number): number;
  mergeSieved(table: number, least: number, begin: number, end: number): number;
  groupsReaching(table: number, state: number, least: bigint): number;
  walkGroups(table: number): void;
  nextGroups(table: number, out: number, capacity: number): number;
  rankGroups(
    table: number,
    state: number,
    kind: number,
    sign: number,
    whenNull: number,
    least: number,
    leastRow: number,
    rows: number,
    ranks: number,
    capacity: number,
  ): number;
  reserveGroups(table: number, groups: number): number;
  keyOffset(table: number): number;
  compareGroups(table: number, a: number, b: number): number;
  encodeRows(
    columns: number,
    count: number,
    from: number,
    n: number,
    out: number,
    outEnd: number,
    spans: number,
  ): number;
  encodeGroups(
    table: number,
    terms: number,
    count: number,
    parts: number,
    groups: number,
    from: number,
    n: number,
    out: number,
    outEnd: number,
    spans: number,
  ): number;
  longestText(spans: number, flags: number, n: number): number;
  rawSpans(batch: number, n: number, out: number): void;
  recordOffsets(batch: number, n: number, origin: number, base: bigint, out: number): void;
  fillSpans(value: bigint, n: number, out: number): void;
  selectValid(flags: number, n: number, out: number): number;
}
