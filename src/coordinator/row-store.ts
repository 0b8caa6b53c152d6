/**
 * Keeps sorted runs of result rows until they are merged: in memory up to a limit, then in a file; workers bring long runs in
 * files of their own. Merging reads a frame of each run at a time, of so many runs as the limit allows; where there are more,
 * neighbours are joined first.
 */

import type { RowBlock } from '../core/row-block.ts';
import { turn } from '../core/turn.ts';
import type { Arena } from '../execute/arena.ts';
import { release } from '../execute/release.ts';
import type { RowsOut } from '../execute/row-outbox.ts';
import { joinRuns, mergeRuns, piecesOfBlock, rowsOfBlocks } from '../execute/rows.ts';
import { frameBytes, framesOf, type SpilledPart, type SpillPlace, SpillWriter } from '../execute/spill.ts';
import type { Plan } from '../query/plan.ts';
import { answerArena } from './answer-arena.ts';

/** `order` decides between equal keys. */
interface Run {
  readonly order: number;
  readonly source: Uint8Array | SpilledPart;
}

const leastRunsAtOnce = 16;
/** Of a run that stands in memory so much is in the arena at a time. */
const pieceBytes = 32 * 1024;
/** Runs of so few bytes together are not worth an arena. */
const fewBytes = 8 * 1024;
const rowsAtOnce = 1024;

export class RowStore {
  readonly #kernels: WebAssembly.Module;
  readonly #limitBytes: number;
  readonly #writer: SpillWriter;
  readonly #onSpill: (bytes: number) => void;
  #arena: Arena | null = null;
  #runs: Run[] = [];
  #heldBytes = 0;

  constructor(kernels: WebAssembly.Module, limitBytes: number, place: SpillPlace, onSpill: (bytes: number) => void) {
    this.#kernels = kernels;
    this.#limitBytes = limitBytes;
    this.#writer = new SpillWriter(place);
    this.#onSpill = onSpill;
  }

  add(
    order: number,
    { rows, runs }: Readonly<{ rows: RowsOut['rows'] | readonly Uint8Array[]; runs: readonly SpilledPart[] }>,
  ): void {
    for (const source of runs) {
      this.#runs.push({ order, source });
      this.#onSpill(source.length);
    }
    for (const source of rows) {
      if (source.length === 0) continue;
      this.#runs.push({ order, source });
      this.#heldBytes += source.length;
    }
    if (this.#heldBytes > this.#limitBytes) this.#spill();
  }

  /** All rows in the final order; once. */
  async *merged(plan: Plan): AsyncGenerator<RowBlock> {
    // stable: the runs of one order stay as they were added
    let runs = this.#runs.sort((a, b) => a.order - b.order);
    this.#runs = [];
    const blocks = runs.flatMap(({ source }) => (source instanceof Uint8Array ? [source] : []));
    if (blocks.length === runs.length && this.#heldBytes <= fewBytes) {
      const rows = rowsOfBlocks(plan, blocks);
      for (let from = 0; from < rows.length; from += rowsAtOnce) yield rows.slice(from, from + rowsAtOnce);
      return;
    }
    // a reader holds a frame, and the arena another
    const most = Math.max(leastRunsAtOnce, Math.floor(this.#limitBytes / (3 * frameBytes)));
    while (runs.length > most) {
      const joined: Run[] = [];
      for (let from = 0; from < runs.length; from += most) joined.push(await this.#join(runs.slice(from, from + most)));
      runs = joined;
    }
    yield* mergeRuns(plan, runs.map(readRun), this.#emptyArena());
  }

  close(): void {
    this.#runs = [];
    this.#arena = null;
    this.#heldBytes = 0;
    this.#writer.close();
  }

  async #join(runs: readonly Run[]): Promise<Run> {
    const [first] = runs;
    if (first === undefined || runs.length === 1) return first ?? { order: 0, source: new Uint8Array(0) };
    const offset = this.#writer.length;
    for (const piece of joinRuns(runs.map(readRun), this.#emptyArena())) {
      this.#writer.frame(piece);
      await turn(); // lets signals and progress in between
    }
    const length = this.#writer.length - offset;
    this.#onSpill(length);
    return { order: first.order, source: { path: this.#writer.path, offset, length } };
  }

  /** For one merge after the other. */
  #emptyArena(): Arena {
    this.#arena ??= answerArena(this.#kernels);
    this.#arena.reset();
    return this.#arena;
  }

  #spill(): void {
    this.#runs = this.#runs.map((run) => {
      const { source } = run;
      if (!(source instanceof Uint8Array)) return run;
      const offset = this.#writer.length;
      for (const piece of piecesOfBlock(source)) this.#writer.frame(piece);
      const length = this.#writer.length - offset;
      release(source);
      this.#onSpill(length);
      return { order: run.order, source: { path: this.#writer.path, offset, length } };
    });
    this.#heldBytes = 0;
  }
}

function readRun({ source }: Run): Iterable<Uint8Array> {
  return source instanceof Uint8Array ? piecesOfBlock(source, pieceBytes) : framesOf(source);
}
