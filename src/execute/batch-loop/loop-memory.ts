/** The memory of a loop (batch-loop.ts), laid out as workers/kernels/batch-loop.ts reads it. */
import type { Arena } from '../arena.ts';
import type { GroupingParts } from '../group-sink.ts';
import { RowEncoder } from '../row-encoder.ts';
import type { Vector } from '../vector.ts';
import type { Trace } from './trace.ts';

const noState = 0xffffffff;

/** All methods that place throw ArenaFullError. */
export class LoopMemory {
  readonly #arena: Arena;
  readonly #blocks: { readonly address: number; readonly bytes: number }[] = [];
  readonly #encoders: RowEncoder[] = [];

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  words(words: readonly number[]): number {
    const address = this.#alloc(Math.max(4, words.length * 4));
    this.#arena.u32.set(words, address / 4);
    return address;
  }

  zeroFlags(): number {
    const { batchRows } = this.#arena;
    const address = this.#alloc(batchRows);
    this.#arena.u8.fill(0, address, address + batchRows);
    return address;
  }

  /** A stage whose first vector is a condition. */
  condition({ vectors, steps }: Trace): number {
    const [condition] = vectors;
    if (condition === undefined) throw new Error('A filter stage has one vector');
    return this.words([...this.#checked(vectors, steps), condition.data, condition.flags, 0, 0, 0, 0, 0, 0, 0]);
  }

  /** The stage whose vectors are keys and what states are fed. */
  grouping({ vectors, steps }: Trace, { keyMode, keyCount, inputs }: GroupingParts): number {
    const [key] = vectors;
    const fed = inputs.flatMap(({ state, greatest, value, condition }) => [
      state,
      greatest < 0 ? noState : greatest,
      vectors[value]?.data ?? 0,
      vectors[value]?.flags ?? 0,
      vectors[condition]?.data ?? 0,
      vectors[condition]?.flags ?? 0,
    ]);
    return this.words([
      ...this.#checked(vectors, steps),
      key?.data ?? 0,
      key?.flags ?? 0,
      ...(keyMode === 'encoded' ? this.#encoder(vectors.slice(0, keyCount)) : [0, 0, 0, 0, 0]),
      ...this.#list(fed),
    ]);
  }

  /** Gives all of it back to the arena. */
  close(): void {
    for (const encoder of this.#encoders.splice(0)) encoder.close();
    for (const { address, bytes } of this.#blocks.splice(0)) this.#arena.free(address, bytes);
  }

  /** The steps, and the vectors of flags in which errors are looked for, each once. */
  #checked(vectors: readonly Vector[], steps: readonly number[]): number[] {
    return [...this.#list(steps), ...this.#list([...new Set(vectors.map(({ flags }) => flags))])];
  }

  #encoder(keys: readonly Vector[]): number[] {
    const encoder = new RowEncoder(this.#arena, keys.length);
    this.#encoders.push(encoder);
    const { columns, begin, end, spans } = encoder.prepare(keys);
    return [columns, keys.length, begin, end, spans];
  }

  /** Its begin and end. */
  #list(words: readonly number[]): [number, number] {
    const begin = this.words(words);
    return [begin, begin + words.length * 4];
  }

  #alloc(bytes: number): number {
    const address = this.#arena.alloc(bytes);
    this.#blocks.push({ address, bytes });
    return address;
  }
}
