/**
 * Merges sorted runs of rows in an arena: the JavaScript side of workers/kernels/run-merge.ts. Of each run one piece stands there at a
 * time.
 */
import { type Arena, ArenaFullError } from './arena.ts';

const done = 0xffffffff;
const full = 0xfffffffe;
const noMemory = 0xfffffffd;
const anyNumber = 0xffffffff;
const firstRoom = 64 * 1024;
/** Behind the room, which kernels may overwrite. */
const slackBytes = 64;

interface Run {
  readonly pieces: Iterator<Uint8Array>;
  address: number;
  bytes: number;
}

/** Valid until the next is asked for. */
export interface MergedPiece {
  /** Addresses in the arena. */
  readonly begin: number;
  readonly end: number;
  readonly rows: number;
}

export class RunMerge {
  readonly #arena: Arena;
  readonly #merge: number;
  readonly #runs: readonly Run[];
  #out = 0;
  #room = 0;

  /** `runs`: pieces of whole rows, each valid until the next is asked for. Ties go by the order of the runs. Throws ArenaFullError. */
  constructor(arena: Arena, runs: readonly Iterable<Uint8Array>[]) {
    this.#arena = arena;
    const { kernels } = arena;
    this.#runs = runs.map((run) => ({ pieces: run[Symbol.iterator](), address: 0, bytes: 0 }));
    this.#merge = kernels.createMerge(runs.length) >>> 0;
    if (this.#merge === 0) throw new ArenaFullError('Cannot merge rows: the arena is full');
    for (let i = 0; i < runs.length; i++) this.#refill(i);
    kernels.startMerge(this.#merge);
    this.#grow(firstRoom);
  }

  /** The next entries (u32 key length, u32 row length, key, row), or with `bare` their rows alone; null at the end. */
  next(bare: boolean, most = anyNumber): MergedPiece | null {
    const { kernels } = this.#arena;
    let at = this.#out;
    let rows = 0;
    for (;;) {
      const end = this.#out + this.#room;
      const answer = kernels.mergeRuns(this.#merge, at, end, bare ? 1 : 0, most - rows) >>> 0;
      at = kernels.mergedEnd() >>> 0;
      rows += kernels.mergedRows() >>> 0;
      if (answer === noMemory) throw new ArenaFullError('Cannot merge rows: the arena is full');
      if (answer === done || (answer === full && rows > 0)) break;
      if (answer === full) {
        this.#grow(kernels.nextMergedBytes(this.#merge) >>> 0);
        at = this.#out;
      } else {
        this.#refill(answer);
      }
    }
    return rows === 0 ? null : { begin: this.#out, end: at, rows };
  }

  /** Ends runs that were not read to their end. */
  close(): void {
    for (const { pieces } of this.#runs) pieces.return?.();
  }

  #refill(i: number): void {
    const run = this.#runs[i];
    if (run === undefined) throw new Error(`There is no run ${i}`);
    const arena = this.#arena;
    let piece = run.pieces.next();
    while (!piece.done && piece.value.length === 0) piece = run.pieces.next();
    if (piece.done) {
      arena.kernels.setMergeWindow(this.#merge, i, 0, 0);
      return;
    }
    const { length } = piece.value;
    if (length > run.bytes) {
      if (run.bytes > 0) arena.free(run.address, run.bytes);
      run.bytes = 0;
      run.address = arena.alloc(length);
      run.bytes = length;
    }
    arena.u8.set(piece.value, run.address);
    arena.kernels.setMergeWindow(this.#merge, i, run.address, run.address + length);
  }

  #grow(room: number): void {
    if (this.#room > 0) this.#arena.free(this.#out, this.#room + slackBytes);
    this.#room = 0;
    this.#out = this.#arena.alloc(room + slackBytes);
    this.#room = room;
  }
}
