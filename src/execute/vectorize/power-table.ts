/**
 * Powers of five from 5^-342 to 5^308 as 128 leading bits, for workers/kernels/expressions/eisel-lemire.ts: positive
 * powers cut off, reciprocals rounded up, as in D. Lemire, "Number Parsing at a Gigabyte per Second", 2021.
 */
import type { Program } from './program.ts';

const smallest = -342;
const largest = 308;
const low64 = 2n ** 64n - 1n;

/** Address of pairs of u64, high and low. */
export function placePowers(program: Program): number {
  const count = largest - smallest + 1;
  const address = program.alloc(16 * count);
  const table = program.arena.i64;
  for (let index = 0; index < count; index++) {
    const bits = leadingBits(smallest + index);
    table[address / 8 + 2 * index] = BigInt.asIntN(64, bits >> 64n);
    table[address / 8 + 2 * index + 1] = BigInt.asIntN(64, bits & low64);
  }
  return address;
}

export function leadingBits(power: number): bigint {
  const five = 5n ** BigInt(Math.abs(power));
  const length = five.toString(2).length;
  if (power >= 0) return length <= 128 ? five << BigInt(128 - length) : five >> BigInt(length - 128);
  // up to 5^27 a reciprocal meets exact ties, and is rounded up in its last kept bit; beyond, far behind it
  if (power >= -27) return (1n << BigInt(length + 127)) / five + 1n;
  const reciprocal = (1n << BigInt(2 * length + 128)) / five + 1n;
  return reciprocal >> BigInt(reciprocal.toString(2).length - 128);
}
