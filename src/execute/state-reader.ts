/**
 * Reads finished states out of a group's row: the JavaScript side of workers/kernels/states.
 *
 * Sums are turned into doubles with one rounding, from the exact integers or decimals they are.
 */
import type { StateKind, StateReader } from '../aggregates/aggregate.ts';
import type { Arena } from './arena.ts';
import { quantileOf } from './ddsketch-quantile.ts';
import type { ExternalStates } from './external-states.ts';
import { estimateDistinct } from './hyperloglog-estimate.ts';
import { ratioToDouble } from './ratio-to-double.ts';
import { selectRank } from './select-rank.ts';

const billion = 1_000_000_000n;
/** Chunks of a superaccumulator; its unit is 2^-1075. */
const chunkCount = 67;
const unitBits = 1075n;

/** A reader that can be moved from group to group: `at` is the address of the state. */
export class ArenaStateReader implements StateReader {
  readonly #arena: Arena;
  readonly #kind: StateKind;
  readonly #external: ExternalStates | null;
  #at = 0;

  /** `external`: where the values of an `external` state are. */
  constructor(arena: Arena, kind: StateKind, external: ExternalStates | null = null) {
    this.#arena = arena;
    this.#kind = kind;
    this.#external = external;
  }

  moveTo(address: number): void {
    this.#at = address;
  }

  count(): bigint {
    switch (this.#kind) {
      case 'sumInteger':
      case 'sumDouble':
        return this.#u64(16);
      case 'ddsketch':
        return this.#u64(24);
      default:
        return this.#u64(0);
    }
  }

  sumInteger(): bigint {
    return (this.#i64(8) << 64n) | this.#u64(0);
  }

  sumDouble(): number {
    const { numerator, denominator } = this.#exactSum();
    return ratioToDouble(numerator, denominator);
  }

  average(): number | null {
    const count = this.count();
    if (count === 0n) return null;
    if (this.#kind === 'sumInteger') return ratioToDouble(this.sumInteger(), count);
    const { numerator, denominator } = this.#exactSum();
    return ratioToDouble(numerator, denominator * count);
  }

  extreme(): bigint | number | string | null {
    switch (this.#kind) {
      case 'minText':
      case 'maxText': {
        const address = this.#u32(0);
        if (address === 0) return null;
        return Buffer.from(this.#arena.u8.subarray(address, address + this.#u32(4))).toString('utf8');
      }
      case 'minDouble':
      case 'maxDouble':
        return this.#u64(8) === 0n ? null : this.#f64(0);
      default:
        return this.#u64(8) === 0n ? null : this.#i64(0);
    }
  }

  external(): unknown {
    if (this.#external === null) throw new Error(`A state of kind ${this.#kind} has no value in the JavaScript heap`);
    return this.#external.read(this.#at);
  }

  estimate(): bigint {
    return estimateDistinct(this.#arena, this.#at);
  }

  quantile(q: number): number | null {
    return quantileOf(this.#arena, this.#at, q);
  }

  atQuantile(q: number): bigint | null {
    return selectRank(this.#arena, this.#at, q);
  }

  /** Billionths plus the superaccumulator's binary part, as one fraction. */
  #exactSum(): { numerator: bigint; denominator: bigint } {
    const billionths = this.sumInteger();
    const accumulator = this.#u32(24);
    if (accumulator === 0) return { numerator: billionths, denominator: billion };
    let binary = 0n;
    for (let c = chunkCount - 1; c >= 0; c--) binary = (binary << 32n) + this.#i64At(accumulator + 8 + c * 8);
    return { numerator: (billionths << unitBits) + binary * billion, denominator: billion << unitBits };
  }

  #u32(offset: number): number {
    return this.#arena.u32[(this.#at + offset) / 4] ?? 0;
  }

  #i64(offset: number): bigint {
    return this.#i64At(this.#at + offset);
  }

  #i64At(address: number): bigint {
    return this.#arena.i64[address / 8] ?? 0n;
  }

  #u64(offset: number): bigint {
    return BigInt.asUintN(64, this.#i64(offset));
  }

  #f64(offset: number): number {
    return this.#arena.f64[(this.#at + offset) / 8] ?? 0;
  }
}
