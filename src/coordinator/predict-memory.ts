/**
 * What a run will take, from figures of a sample of its input: groups, state, spilled bytes, peak memory, seconds. Pure.
 *
 * The sample's own process is the base: it has loaded everything and its workers have scanned. On top comes what grows with
 * the input, each part up to the cap that the budget gives it: C x data, as far as the budget lets it.
 */
import type { Budget } from './budget.ts';
import { curveThrough, type GrowthPoint, predictGroups } from './predict-groups.ts';

/** One piece of the input, scanned as a split of its own. */
export interface PieceFigures {
  readonly bytes: number;
  readonly read: number;
  readonly matched: number;
  /** In its partials; 0 for plain selects. */
  readonly groups: number;
  /** Of partials or rows, as they left the worker. */
  readonly stateBytes: number;
  readonly elapsedMs: number;
}

/** Everything that has been seen of pieces merged one after another. */
export interface Growth extends GrowthPoint {
  readonly stateBytes: number;
}

export interface SampleFigures {
  /** In the order of the input. */
  readonly pieces: readonly PieceFigures[];
  /** Empty for plain selects. */
  readonly growth: readonly Growth[];
  readonly mergeMs: number;
  /** As records are counted: decompressed. */
  readonly inputBytes: number;
  readonly rssBytes: number;
  /** The most that a worker's arena took. */
  readonly arenaBytes: number;
  /** Pieces at which a worker died or failed. */
  readonly failed: number;
}

/** What of a plan and its limits bears on memory. */
export interface RunShape {
  readonly budget: Budget;
  readonly splits: number;
  readonly shape: 'grouped' | 'rows';
  readonly hasKeys: boolean;
  /** A state grows with the different values of its group: exact DISTINCT, exact quantiles. */
  readonly hasSets: boolean;
  readonly isSorted: boolean;
  /** Of the answer. */
  readonly columns: number;
  /** LIMIT and OFFSET; Infinity without. */
  readonly rowsWanted: number;
}

export interface Prediction {
  readonly sampledBytes: number;
  readonly inputBytes: number;
  readonly pieces: number;
  readonly failed: number;
  readonly records: number;
  readonly matched: number;
  /** null for plain selects. */
  readonly groups: number | null;
  readonly bytesPerGroup: number | null;
  readonly bytesPerRecord: number | null;
  /** Of the merged state, or of all rows. */
  readonly stateBytes: number;
  readonly spilledBytes: number;
  readonly peakRssBytes: number;
  readonly seconds: number;
}

/** Limits of the engine that the prediction repeats: execute/group-sink.ts, coordinator/grouped-answer.ts, run-query.ts. */
const nearGroups = 1 << 14;
const mostGroupsHere = 1 << 16;
const shares = 4;
const workersShares = 2;
const keptFromStore = 64 << 20;
const leastResultBytes = 1 << 20;
const partitions = 64;
const windowPerWorker = 4;
/** In an arena beside what is written of a group: header of its row, its part of an index that is a quarter to half full. */
const rowOverheadBytes = 40;
/** Sets (exact DISTINCT, exact quantiles) in an arena, against what is written of them. */
const setOverhead = 3;
const rowHeaderBytes = 24;
/** Of a value on its way to the output. */
const decodedValueBytes = 48;
/** To print a value. */
const printMs = 0.0005;
const softShare = 0.6;
/** What any run has beside its sample: messages, garbage of this thread, the code of the output. */
const runBytes = 8 << 20;

export function predictRun(sample: SampleFigures, run: RunShape): Prediction {
  const sum = (of: (piece: PieceFigures) => number) => sample.pieces.reduce((total, piece) => total + of(piece), 0);
  const sampledBytes = sum(({ bytes }) => bytes);
  const scale = sampledBytes === 0 ? 0 : Math.max(1, sample.inputBytes / sampledBytes);
  const matched = Math.round(sum((piece) => piece.matched) * scale);
  const state = run.shape === 'grouped' ? groupedState(sample, run, matched) : rowsState(sample, run, matched);
  const scanMs = (sample.inputBytes * medianMsPerByte(sample.pieces)) / run.budget.workers;
  return {
    sampledBytes,
    inputBytes: Math.round(sample.inputBytes),
    pieces: sample.pieces.length,
    failed: sample.failed,
    records: Math.round(sum((piece) => piece.read) * scale),
    matched,
    ...state.figures,
    peakRssBytes: Math.round(Math.min(run.budget.totalBytes, sample.rssBytes + runBytes + state.extraBytes)),
    seconds: Number(((scanMs + state.laterMs) / 1000).toFixed(2)),
  };
}

/** The first pieces meet cold code; the median does not. */
function medianMsPerByte(pieces: readonly PieceFigures[]): number {
  const speeds = pieces.filter(({ bytes }) => bytes > 0).map(({ elapsedMs, bytes }) => elapsedMs / bytes);
  speeds.sort((a, b) => a - b);
  return speeds[Math.floor(speeds.length / 2)] ?? 0;
}

interface State {
  readonly figures: Pick<Prediction, 'groups' | 'bytesPerGroup' | 'bytesPerRecord' | 'stateBytes' | 'spilledBytes'>;
  /** Of memory, beside what the sample's process has. */
  readonly extraBytes: number;
  /** After the scan, or beside it. */
  readonly laterMs: number;
}

/** What a split's table comes to, and what leaves of it. */
interface SplitState {
  readonly partialBytes: number;
  readonly arenaBytes: number;
}

function groupedState(sample: SampleFigures, run: RunShape, matched: number): State {
  const { budget } = run;
  const { workers } = budget;
  const limits = resultLimits(budget);
  const seen = sample.growth.at(-1) ?? { records: 0, groups: 0, stateBytes: 0 };
  const perGroup = seen.stateBytes / Math.max(1, seen.groups);
  const pieces = sample.pieces.map((piece) => ({ records: piece.matched, groups: piece.groups }));
  const groupsAmong = (records: number) =>
    run.hasKeys ? predictGroups(sample.growth, pieces, records) : Math.min(1, records);
  const bytesAmong = run.hasSets ? setBytes(sample.growth) : (records: number) => groupsAmong(records) * perGroup;

  const groups = Math.max(groupsAmong(matched), seen.groups);
  const stateBytes = Math.max(bytesAmong(matched), seen.stateBytes);
  const split = splitState(run, groupsAmong, bytesAmong, matched / Math.max(1, run.splits));
  const allPartialBytes = split.partialBytes * run.splits;

  const mergedBytes = arenaBytes(run, stateBytes, groups);
  const isFolded =
    groups <= mostGroupsHere &&
    split.partialBytes * 16 <= budget.coordinatorBytes &&
    split.partialBytes <= limits.resultBytes &&
    mergedBytes + split.partialBytes * 8 <= budget.coordinatorBytes;
  const cuts = run.hasKeys ? partitions : 1;
  // an index is made as large as the partials could need
  const mergeArena = isFolded ? 0 : Math.min(budget.workerArenaBytes, (mergedBytes + allPartialBytes / 2) / cuts);
  const scanArena = Math.max(split.arenaBytes, sample.arenaBytes);
  const arenas =
    Math.min(workers, run.splits) * (scanArena - sample.arenaBytes) +
    Math.min(workers, cuts) * Math.max(0, mergeArena - scanArena);

  // what is not folded is lent the coordinator's part of the budget, as grouped-answer.ts says
  const storeBytes = limits.storeBytes + Math.max(0, budget.coordinatorBytes - keptFromStore);
  const kept = isFolded ? 0 : Math.min(storeBytes, allPartialBytes);
  const onTheWay =
    Math.min(limits.storeBytes, split.partialBytes * Math.min(run.splits, windowPerWorker * workers)) +
    workers * Math.min(limits.resultBytes, split.partialBytes);
  const rows = Math.min(groups, run.rowsWanted);
  const rowBytes = rows * (perGroup + rowHeaderBytes);
  const rowsKept = Math.min(limits.storeBytes, rowBytes);
  // one after the other: scanning, merging, printing
  const passing = Math.max(kept + onTheWay, kept + rowsKept, rowsKept + decodedBytes(run, rows));
  const isSpilled = !isFolded && (allPartialBytes > storeBytes || split.partialBytes > limits.resultBytes);
  const spilledBytes = (isSpilled ? allPartialBytes : 0) + (rowBytes > limits.storeBytes ? rowBytes : 0);

  const sampledGroups = pieces.reduce((sum, piece) => sum + piece.groups, 0);
  const mergeMs = (sample.mergeMs * allPartialBytes) / Math.max(1, sampledGroups * perGroup);
  return {
    figures: {
      groups,
      bytesPerGroup: seen.groups === 0 ? null : Math.round(perGroup),
      bytesPerRecord: matched === 0 ? null : Number((allPartialBytes / matched).toFixed(3)),
      stateBytes: Math.round(stateBytes),
      spilledBytes: Math.round(spilledBytes),
    },
    extraBytes: arenas + (isFolded ? Math.min(budget.coordinatorBytes, mergedBytes) : 0) + passing,
    laterMs: (isFolded ? mergeMs : mergeMs / workers) + rows * run.columns * printMs,
  };
}

/** A table that does not gather is emptied while it is small, and what leaves of it holds groups more than once. */
function splitState(
  run: RunShape,
  groupsAmong: (records: number) => number,
  bytesAmong: (records: number) => number,
  records: number,
): SplitState {
  const softBytes = run.budget.workerArenaBytes * softShare;
  const whole = { groups: groupsAmong(records), bytes: bytesAmong(records) };
  const near = recordsFor(groupsAmong, Math.min(nearGroups, whole.groups), records);
  if (whole.groups < nearGroups || near >= 2 * nearGroups) {
    return { partialBytes: whole.bytes, arenaBytes: Math.min(softBytes, arenaBytes(run, whole.bytes, whole.groups)) };
  }
  const bytes = bytesAmong(near);
  return {
    partialBytes: (records / near) * bytes,
    arenaBytes: Math.min(softBytes, arenaBytes(run, bytes, nearGroups)),
  };
}

function rowsState(sample: SampleFigures, run: RunShape, matched: number): State {
  const { budget } = run;
  const { workers } = budget;
  const limits = resultLimits(budget);
  const sampledRows = sample.pieces.reduce((sum, piece) => sum + piece.matched, 0);
  const sampledBytes = sample.pieces.reduce((sum, piece) => sum + piece.stateBytes, 0);
  const perRow = sampledBytes / Math.max(1, sampledRows);
  const rows = Math.min(matched, run.rowsWanted);
  const stateBytes = rows * perRow;
  const perSplit = Math.min(run.rowsWanted, matched / Math.max(1, run.splits)) * perRow;
  const sorting = run.isSorted ? Math.min(budget.workerArenaBytes, perSplit * 1.5) : 0;
  const arenas = Math.min(workers, run.splits) * Math.max(0, sorting - sample.arenaBytes);
  const onTheWay =
    Math.min(limits.storeBytes, perSplit * Math.min(run.splits, windowPerWorker * workers)) +
    workers * Math.min(limits.resultBytes, perSplit);
  const kept = run.isSorted ? Math.min(limits.storeBytes, stateBytes) : 0;
  const decoded = decodedBytes(run, rows);
  // in file order rows are printed while others are read
  const passing = run.isSorted ? kept + Math.max(onTheWay, decoded) : onTheWay + decoded;
  const isSpilled = perSplit > limits.resultBytes || kept < (run.isSorted ? stateBytes : 0);
  return {
    figures: {
      groups: null,
      bytesPerGroup: null,
      bytesPerRecord: sampledRows === 0 ? null : Number(perRow.toFixed(3)),
      stateBytes: Math.round(stateBytes),
      spilledBytes: isSpilled ? Math.round(stateBytes) : 0,
    },
    extraBytes: arenas + passing,
    laterMs: rows * run.columns * printMs,
  };
}

/** As run-query.ts divides what is queued. */
function resultLimits({ queuedBytes, workers }: Budget) {
  const storeBytes = queuedBytes / shares;
  return { storeBytes, resultBytes: Math.max(leastResultBytes, (storeBytes * workersShares) / workers) };
}

/** In an arena state takes more than when it is written. */
function arenaBytes({ hasSets }: RunShape, stateBytes: number, groups: number): number {
  return (hasSets ? stateBytes * setOverhead : stateBytes) + groups * rowOverheadBytes;
}

/** Bytes of state among so many records, where states are sets: a curve through what was seen, in units of a record's part. */
function setBytes(growth: readonly Growth[]): (records: number) => number {
  const unit = Math.max(...growth.map(({ records, stateBytes }) => stateBytes / Math.max(1, records)), 1e-9);
  const curve = curveThrough(growth.map(({ records, stateBytes }) => ({ records, groups: stateBytes / unit })));
  return (records) => curve(records) * unit;
}

/** Records until there are so many groups, at most `most`. */
function recordsFor(groupsAmong: (records: number) => number, groups: number, most: number): number {
  let [low, high] = [0, most];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (groupsAmong(middle) < groups) low = middle;
    else high = middle;
  }
  return Math.max(1, high);
}

/** Rows that were printed are garbage of this thread, which is collected at a line: see heap-keeper.ts. */
function decodedBytes({ budget, columns }: RunShape, rows: number): number {
  const slack = Math.max(16 << 20, Math.min(256 << 20, budget.totalBytes / 16));
  return Math.min(slack, rows * columns * decodedValueBytes);
}
