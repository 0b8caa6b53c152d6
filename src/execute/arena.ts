/**
 * A worker's arena: one WebAssembly memory with a fixed maximum, and the kernels that live in it.
 *
 * Invariant: no view outlives a growth. `memory.grow()` detaches the old buffer (views get length 0, and reading a file
 * into one returns 0, which looks like its end), so views are only reached through the getters here. (The length of a view
 * says so too, and asking for it costs less than `memory.buffer`.)
 */
import type { Kernels } from './kernels.ts';
import { batchRows } from './vector.ts';

/** The arena's maximum is reached; the caller flushes what it holds, or fails the task. */
export class ArenaFullError extends Error {
  override readonly name = 'ArenaFullError';
}

/** What workers/kernels/states/external.ts asks for; states by their number in the table, values by handle. */
export interface ExternalHooks {
  measure(state: number, handle: number): number;
  emit(partition: number, state: number, handle: number): void;
  merge(state: number, handle: number, bytes: Uint8Array): number;
}

const pageBytes = 65536;
/** More than there are kernels to be called by their index. */
const tableSlots = 256;

export class Arena {
  /** The exports over this memory. */
  readonly kernels: Kernels;
  readonly limitBytes: number;
  /** For how many rows vectors have room: said by `allocateBatch`, before any vector is allocated. */
  batchRows = batchRows;
  /** Receives what `writeGroups` serializes: partition, address, length. Set by the group table while it writes. */
  onEmit: (partition: number, address: number, length: number) => void = () => {};
  /** States that are JavaScript values. Set by the group table that has some. */
  external: ExternalHooks | null = null;
  readonly #module: WebAssembly.Module;
  readonly #memory: WebAssembly.Memory;
  readonly #table = new WebAssembly.Table({ element: 'anyfunc', initial: tableSlots });
  /** Of kernels, in the table; 0 is nobody's. */
  readonly #indexes = new Map<string, number>();
  #u8: Uint8Array;
  #u32: Uint32Array;
  #i64: BigInt64Array;
  #f64: Float64Array;

  /** `limitBytes` is rounded down to whole 64 KiB pages; the memory starts small and grows up to it. */
  constructor(module: WebAssembly.Module, limitBytes: number) {
    const pages = Math.max(16, Math.min(65535, Math.floor(limitBytes / pageBytes)));
    this.limitBytes = pages * pageBytes;
    this.#memory = new WebAssembly.Memory({ initial: 16, maximum: pages });
    this.#module = module;
    this.kernels = this.#instantiate();
    const { buffer } = this.#memory;
    this.#u8 = new Uint8Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#i64 = new BigInt64Array(buffer);
    this.#f64 = new Float64Array(buffer);
  }

  /** Forgets every block but keeps the memory: what a worker does between tasks. Old addresses are dead. */
  reset(): void {
    this.onEmit = () => {};
    this.external = null;
    this.kernels.arenaInit(this.limitBytes);
    this.kernels.forgetStaging();
    this.kernels.setMergePass(0, 0, 0, 0);
  }

  #instantiate(): Kernels {
    const calls = this.#hostCalls();
    const host = (call: number, a: number, b: number, c: number, d: number) => {
      const answer = calls[call];
      if (answer === undefined) throw new Error(`Cannot answer the kernels: they ask for ${call}`);
      return answer(a, b, c, d);
    };
    const env = { memory: this.#memory, table: this.#table, host };
    const instance = new WebAssembly.Instance(this.#module, { env });
    const kernels = instance.exports as unknown as Kernels; // the build's exports; kernels.ts is their declaration
    kernels.arenaInit(this.limitBytes);
    return kernels;
  }

  /** What kernels call, by the numbers of workers/kernels/host.ts. */
  #hostCalls(): ((a: number, b: number, c: number, d: number) => unknown)[] {
    return [
      (partition, address, length) => this.onEmit(partition, address >>> 0, length >>> 0),
      (state, handle) => this.#hooks().measure(state, handle),
      (partition, state, handle) => this.#hooks().emit(partition, state, handle),
      (state, handle, address, length) =>
        this.#hooks().merge(state, handle, this.u8.subarray(address >>> 0, (address >>> 0) + length)),
    ];
  }

  #hooks(): ExternalHooks {
    if (this.external === null) throw new Error('Cannot reach a state outside the arena: nobody keeps any');
    return this.external;
  }

  /** By which kernels call the one of that name. */
  functionIndex(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const index = this.#indexes.size + 1;
    this.#table.set(index, Reflect.get(this.kernels, name));
    this.#indexes.set(name, index);
    return index;
  }

  /** Address of a block of at least `bytes`, 16-byte aligned. Throws ArenaFullError. */
  alloc(bytes: number): number {
    const address = this.kernels.alloc(bytes) >>> 0;
    if (address === 0) {
      throw new ArenaFullError(`Cannot allocate ${bytes} bytes: the arena's limit is ${this.limitBytes} bytes`);
    }
    return address;
  }

  free(address: number, bytes: number): void {
    this.kernels.free(address, bytes);
  }

  /** Copies bytes into a new block. */
  place(bytes: Uint8Array): number {
    const address = this.alloc(Math.max(1, bytes.length));
    this.u8.set(bytes, address);
    return address;
  }

  /** Bytes of memory grown so far: what the process pays for. */
  get sizeBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  get u8(): Uint8Array {
    if (this.#u8.length === 0) this.#refresh();
    return this.#u8;
  }

  /** Indexed by address / 4. */
  get u32(): Uint32Array {
    if (this.#u32.length === 0) this.#refresh();
    return this.#u32;
  }

  /** Indexed by address / 8. */
  get i64(): BigInt64Array {
    if (this.#i64.length === 0) this.#refresh();
    return this.#i64;
  }

  /** Indexed by address / 8. */
  get f64(): Float64Array {
    if (this.#f64.length === 0) this.#refresh();
    return this.#f64;
  }

  #refresh(): void {
    const { buffer } = this.#memory;
    this.#u8 = new Uint8Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#i64 = new BigInt64Array(buffer);
    this.#f64 = new Float64Array(buffer);
  }
}
