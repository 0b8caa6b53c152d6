/**
 * Looks at some pieces of a question's input on a real pool, to predict the run: as many tasks at a time as the run would have,
 * their groups merged as the run would merge them. Nothing of it is part of an answer.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { UsageError } from '../core/errors.ts';
import { monotonicMs } from '../core/monotonic.ts';
import { printable } from '../core/printable.ts';
import type { SourceFile } from '../core/source.ts';
import { Arena, ArenaFullError } from '../execute/arena.ts';
import { PartialMerger } from '../execute/merge.ts';
import type { ScanResult, ScanTask, WorkerResult } from '../execute/messages.ts';
import { partialGroups } from '../execute/partial.ts';
import { release } from '../execute/release.ts';
import { unlimitedResults } from '../execute/result-limits.ts';
import { rowsWanted } from '../execute/rows.ts';
import { inputByName } from '../inputs/table.ts';
import type { Plan } from '../query/plan.ts';
import type { Budget } from './budget.ts';
import type { WorkerPool } from './pool.ts';
import {
  type Growth,
  type PieceFigures,
  type Prediction,
  predictRun,
  type RunShape,
  type SampleFigures,
} from './predict-memory.ts';
import { choosePieces, type Piece } from './predict-pieces.ts';
import { recordLimit } from './record-limit.ts';
import { TaskError } from './task-error.ts';

export interface SampleRequest {
  readonly plan: Plan;
  readonly sources: readonly SourceFile[];
  readonly pool: WorkerPool;
  readonly budget: Budget;
  /** Of the run. */
  readonly splits: number;
  readonly maxRecordBytes?: number;
  readonly signal?: AbortSignal;
}

const headBytes = 256 * 1024;

/** Throws UsageError for what cannot be read twice. */
export async function predictBySample(request: SampleRequest): Promise<Prediction> {
  const { plan, budget, splits } = request;
  return predictRun(await sampleInput(request), { budget, splits, ...questionShape(plan) });
}

/** What of a plan bears on memory. */
export function questionShape(plan: Plan): Omit<RunShape, 'budget' | 'splits'> {
  return {
    shape: plan.shape,
    hasKeys: plan.keys.length > 0,
    hasSets: plan.aggregates.some(({ states }) =>
      states.some(({ kind }) => kind === 'distinct' || kind === 'values' || kind === 'external'),
    ),
    isSorted: plan.shape === 'grouped' || plan.orderBy.length > 0,
    columns: plan.outputs.length,
    rowsWanted: rowsWanted(plan),
  };
}

/** Figures of pieces that are spread over the input. Throws UsageError for what cannot be read twice. */
export async function sampleInput(request: SampleRequest): Promise<SampleFigures> {
  const { plan, sources, pool, budget } = request;
  for (const { name, input } of sources) {
    if (input === 'file' || input === 'gzip') continue;
    const why = input === 'stdin' ? 'what comes from a pipe cannot be read twice' : 'rejects are not sampled';
    throw new UsageError(`Cannot sample "${printable(name)}": ${why}: run without --sample`);
  }
  const { pieces, order } = choosePieces(sources, (input) => inputByName(input).splittable);
  const figures = new Map<number, PieceFigures>();
  const mixture = new Mixture(plan, pool, budget);
  let [failed, arenaBytes] = [0, 0];
  for await (const { piece, place, scanned } of scanPieces(request, pieces, order)) {
    if (scanned === null) {
      failed++;
      continue;
    }
    const { result, keys } = scanned;
    arenaBytes = Math.max(arenaBytes, result.memory.peakArenaBytes);
    const figure = figuresOf(piece, result);
    figures.set(place, figure);
    mixture.add(figure, keys ?? result);
  }
  return {
    pieces: [...figures].sort(([a], [b]) => a - b).map(([, piece]) => piece),
    growth: mixture.growth,
    mergeMs: mixture.mergeMs,
    inputBytes: sources.reduce((sum, source) => sum + inflatedBytes(source), 0),
    rssBytes: process.memoryUsage.rss(),
    arenaBytes,
    failed,
  };
}

interface ScannedPiece {
  readonly result: ScanResult;
  /** The groups without their states, where those are values of the user's, which are merged on workers only. */
  readonly keys: ScanResult | null;
}

/** In the order asked for, a few at a time, so that results do not pile up. */
async function* scanPieces(request: SampleRequest, pieces: readonly Piece[], order: readonly number[]) {
  const ahead: { readonly place: number; readonly piece: Piece; readonly scanning: Promise<ScannedPiece | null> }[] =
    [];
  for (let next = 0; next < order.length || ahead.length > 0; ) {
    while (next < order.length && ahead.length < 2 * request.pool.options.workers) {
      const place = order[next++] ?? 0;
      const piece = pieces[place];
      if (piece === undefined) continue;
      const scanning = scanPiece(request, piece);
      scanning.catch(() => undefined); // awaited in its turn
      ahead.push({ place, piece, scanning });
    }
    const first = ahead.shift();
    if (first !== undefined) yield { place: first.place, piece: first.piece, scanned: await first.scanning };
  }
}

/** null where a worker died or failed at it: the run has its own ways with that. */
async function scanPiece(request: SampleRequest, piece: Piece): Promise<ScannedPiece | null> {
  const { plan } = request;
  const result = await scan(request, piece, plan);
  if (result === null) return null;
  const isOurs = plan.modules === undefined || plan.shape === 'rows';
  return { result, keys: isOurs ? null : await scan(request, piece, { ...plan, aggregates: [] }) };
}

async function scan(request: SampleRequest, piece: Piece, plan: Plan): Promise<ScanResult | null> {
  const { sources, pool, maxRecordBytes, signal } = request;
  const source = sources[piece.source];
  if (source === undefined) return null;
  const task: ScanTask = {
    type: 'scan',
    plan,
    source,
    split: { index: -1, ...piece },
    attempt: 1,
    firstRecord: null,
    limits: { maxRecordBytes: recordLimit(maxRecordBytes, pool.options.arenaLimitBytes), keepRejects: 0 },
    results: unlimitedResults,
  };
  try {
    return scanResult(await pool.submit(task, signal).result);
  } catch (error) {
    if (error instanceof TaskError && error.kind !== 'aborted' && error.kind !== 'pool') return null;
    throw error;
  }
}

function scanResult(result: WorkerResult): ScanResult | null {
  return result.type === 'scan' ? result : null;
}

function figuresOf({ start, end }: Piece, { records, partials, rows, elapsedMs, bytesRead }: ScanResult): PieceFigures {
  const stateBytes = [...partials, ...rows].reduce((sum, block) => sum + block.byteLength, 0);
  return {
    // a stream may be shorter than what was asked for
    bytes: start === 0 ? Math.min(end, Math.max(bytesRead, 1)) : end - start,
    read: records.read,
    matched: records.matched,
    groups: partials.reduce((sum, partial) => sum + partialGroups(partial), 0),
    stateBytes,
    elapsedMs,
  };
}

/** The groups of the pieces so far in one table, while it holds them. */
class Mixture {
  readonly growth: Growth[] = [];
  mergeMs = 0;
  #merger: PartialMerger | null = null;
  /** False: the table holds keys only, and states are as large as they were in the pieces. */
  #isOurs = true;
  #records = 0;
  #groups = 0;
  #stateBytes = 0;

  constructor(plan: Plan, pool: WorkerPool, budget: Budget) {
    if (plan.shape === 'rows') return;
    this.#isOurs = plan.modules === undefined;
    const merged = this.#isOurs ? plan : { ...plan, aggregates: [] };
    this.#merger = new PartialMerger(merged, new Arena(pool.kernels, budget.coordinatorBytes));
  }

  add(piece: PieceFigures, { partials, records }: ScanResult): void {
    const started = monotonicMs();
    this.#records += records.matched;
    this.#groups += piece.groups;
    this.#stateBytes += piece.stateBytes;
    for (const partial of partials) {
      this.#merge(partial);
      release(partial);
    }
    if (this.#merger === null) return;
    this.mergeMs += monotonicMs() - started;
    const { groups, stateBytes } = this.#merger;
    this.growth.push({
      records: this.#records,
      groups,
      stateBytes: this.#isOurs ? stateBytes : (groups * this.#stateBytes) / Math.max(1, this.#groups),
    });
  }

  #merge(partial: Uint8Array): void {
    try {
      this.#merger?.add(partial);
    } catch (error) {
      if (!(error instanceof ArenaFullError)) throw error;
      this.#merger = null; // what was seen until now has to do
    }
  }
}

/** Of a compressed file as much as its head tells. */
function inflatedBytes({ path, input, sizeBytes }: SourceFile): number {
  const size = sizeBytes ?? 0;
  if (input !== 'gzip') return size;
  const head = Buffer.alloc(headBytes);
  const descriptor = openSync(path, 'r');
  try {
    const read = readSync(descriptor, head, 0, headBytes, 0);
    const inflated = gunzipSync(head.subarray(0, read), { finishFlush: constants.Z_SYNC_FLUSH });
    return read === 0 ? 0 : (inflated.length * size) / read;
  } catch {
    return size; // damaged: the run will say so
  } finally {
    closeSync(descriptor);
  }
}
