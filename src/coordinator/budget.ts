/**
 * Divides one memory budget among everything the process holds. Pure.
 *
 * Invariant: process + coordinator + queued + workers x (heap + arena + thread) + spare = at most the total, and every
 * part but the process itself has a cap that something enforces. The user's explicit caps are taken as they are.
 */
import { UsageError } from '../core/errors.ts';
import { formatSize } from '../core/size.ts';

export interface BudgetRequest {
  readonly totalBytes: number;
  /** As said by the user; null: as many as cores and budget allow. */
  readonly workers: number | null;
  readonly cores: number;
  /** Whether one more thread is kept warm. */
  readonly spare: boolean;
  readonly workerHeapBytes: number | null;
  readonly workerArenaBytes: number | null;
}

export interface Budget {
  readonly totalBytes: number;
  readonly workers: number;
  /** Node.js itself, the code, the parser: measured, not capped. */
  readonly processBytes: number;
  /** The coordinator's own arena, where partials are merged. */
  readonly coordinatorBytes: number;
  /** Results that wait for being merged or printed; above it partials go to a file. */
  readonly queuedBytes: number;
  readonly spareBytes: number;
  readonly workerHeapOldMb: number;
  readonly workerHeapYoungMb: number;
  readonly workerArenaBytes: number;
  readonly workerThreadBytes: number;
}

const mib = 1024 * 1024;

/** A Node.js process that has loaded the engine, the parser and Piscina (about 75 MiB on Linux), and its garbage. */
const processBytes = 96 * mib;
/** What an idle worker thread costs beside heap and arena. */
const threadBytes = 12 * mib;
const leastHeapOldMb = 16;
/** V8 rounds the young generation to 3 x a power of two. */
const youngSizesMb = [48, 24, 12] as const;
const leastHeapYoungMb = 6;
const leastHeapMb = leastHeapOldMb + leastHeapYoungMb;
const leastArenaBytes = 16 * mib;
const leastCoordinatorBytes = 16 * mib;
const leastQueuedBytes = 16 * mib;
const mostArenaBytes = 2048 * mib;
/** A third of a worker's share, up to this: the hot path lives in the arena, the heap serves what no kernel can do. */
const mostHeapMb = 512;

/** Throws UsageError where the budget is too small, with the least that works. */
export function divideBudget(request: BudgetRequest): Budget {
  const heapMb = request.workerHeapBytes === null ? null : Math.floor(request.workerHeapBytes / mib);
  if (heapMb !== null && heapMb < leastHeapMb) {
    const least = formatSize(leastHeapMb * mib);
    throw new UsageError(
      `Cannot run workers with heaps of ${formatSize(request.workerHeapBytes ?? 0)}: the least that works is ${least}`,
    );
  }
  if (request.workerArenaBytes !== null && request.workerArenaBytes < leastArenaBytes) {
    const [asked, least] = [formatSize(request.workerArenaBytes), formatSize(leastArenaBytes)];
    throw new UsageError(`Cannot run workers with arenas of ${asked}: the least that works is ${least}`);
  }
  const workers = request.workers ?? mostWorkers(request);
  const least = leastTotal(request, workers);
  if (request.totalBytes < least) {
    const remedy = workers > 1 ? 'raise --memory or lower --workers' : 'raise --memory';
    throw new UsageError(
      `Cannot run ${workers === 1 ? '1 worker' : `${workers} workers`} in ${formatSize(request.totalBytes)} of memory: the least that works is ${formatSize(least)}: ${remedy}`,
    );
  }
  const spareBytes = request.spare ? threadBytes : 0;
  const free = request.totalBytes - fixedBytes(request, workers);
  const eachBytes = Math.min(free * 0.7, free - leastCoordinatorBytes - leastQueuedBytes) / workers;
  const heapRoom = eachBytes - (request.workerArenaBytes ?? leastArenaBytes);
  const heap = cutHeap(heapMb ?? clamp(leastHeapMb, Math.floor(Math.min(eachBytes / 3, heapRoom) / mib), mostHeapMb));
  const heapBytes = (heap.oldMb + heap.youngMb) * mib;
  const arena = request.workerArenaBytes ?? clamp(leastArenaBytes, eachBytes - heapBytes, mostArenaBytes);
  const workerArenaBytes = Math.floor(arena / 65536) * 65536;
  const rest = free - workers * (heapBytes + workerArenaBytes);
  return {
    totalBytes: request.totalBytes,
    workers,
    processBytes,
    coordinatorBytes: Math.floor(clamp(leastCoordinatorBytes, rest / 2, mostArenaBytes)),
    queuedBytes: Math.floor(Math.max(leastQueuedBytes, rest / 2)),
    spareBytes,
    workerHeapOldMb: heap.oldMb,
    workerHeapYoungMb: heap.youngMb,
    workerArenaBytes,
    workerThreadBytes: threadBytes,
  };
}

/** The division as lines of text, for --explain. `origin`: where the total comes from, unless the user said it. */
export function explainBudget(budget: Budget, origin: string | null = null): string {
  const heapBytes = (budget.workerHeapOldMb + budget.workerHeapYoungMb) * mib;
  const workerBytes = heapBytes + budget.workerArenaBytes + budget.workerThreadBytes;
  const rows: [string, number, string][] = [
    ['process', budget.processBytes, 'Node.js, code and parser'],
    ['coordinator', budget.coordinatorBytes, 'arena for merging'],
    ['queued partials', budget.queuedBytes, 'results that wait; more goes to a file'],
    [
      `${budget.workers} x worker`,
      workerBytes * budget.workers,
      `heap ${formatSize(heapBytes)} (old ${budget.workerHeapOldMb} MiB, young ${budget.workerHeapYoungMb} MiB) + arena ${formatSize(budget.workerArenaBytes)} + thread ${formatSize(budget.workerThreadBytes)}`,
    ],
  ];
  if (budget.spareBytes > 0) rows.push(['spare worker', budget.spareBytes, 'warm, takes over from a retired one']);
  const used = rows.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (budget.totalBytes - used >= mib) rows.push(['unused', budget.totalBytes - used, 'no part needs more']);
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, bytes, what]) => `  ${name.padEnd(width)}  ${formatSize(bytes).padStart(9)}  ${what}`);
  const from = origin === null ? '' : `, ${origin}: --memory sets it`;
  return [`memory budget ${formatSize(budget.totalBytes)}${from}`, ...lines].join('\n');
}

/** As many workers as cores, fewer where the budget holds no more; 1 where it does not even hold one. */
function mostWorkers(request: BudgetRequest): number {
  for (let workers = Math.max(1, request.cores); workers > 1; workers--) {
    if (leastTotal(request, workers) <= request.totalBytes) return workers;
  }
  return 1;
}

function leastTotal(request: BudgetRequest, workers: number): number {
  const heap = request.workerHeapBytes ?? leastHeapMb * mib;
  const arena = request.workerArenaBytes ?? leastArenaBytes;
  const least = fixedBytes(request, workers) + leastCoordinatorBytes + leastQueuedBytes + workers * (heap + arena);
  return Math.ceil(least / mib) * mib;
}

function fixedBytes(request: BudgetRequest, workers: number): number {
  return processBytes + (request.spare ? threadBytes : 0) + workers * threadBytes;
}

/** The young generation gets about a quarter: allocation-heavy work gains up to 48 MiB and nothing above. */
function cutHeap(heapMb: number): { oldMb: number; youngMb: number } {
  const youngMb = youngSizesMb.find((size) => size * 4 <= heapMb) ?? leastHeapYoungMb;
  return { oldMb: heapMb - youngMb, youngMb };
}

function clamp(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
