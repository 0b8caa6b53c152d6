/**
 * The double nearest to a fraction of big integers, ties to even: one rounding, whatever the sizes.
 */

const safe = BigInt(Number.MAX_SAFE_INTEGER);

/** `denominator` is positive. The quotient must lie in the range of normal doubles or be 0 (sums of doubles do). */
export function ratioToDouble(numerator: bigint, denominator: bigint): number {
  if (numerator >= -safe && numerator <= safe && denominator <= safe) return Number(numerator) / Number(denominator);
  const negative = numerator < 0n;
  const n = negative ? -numerator : numerator;
  // a quotient of 64 or 65 significant bits, the last one sticky, converts to a double with one rounding
  const shift = bitLength(denominator) - bitLength(n) + 65;
  const scaled = shift >= 0 ? n << BigInt(shift) : n;
  const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift);
  const quotient = scaled / divisor;
  const sticky = quotient * divisor === scaled ? 0n : 1n;
  const value = scale(Number(quotient | sticky), -shift);
  return negative ? -value : value;
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4;
}

/** value * 2^exponent, in steps that neither overflow nor underflow on the way to a normal result. */
function scale(value: number, exponent: number): number {
  let result = value;
  let left = exponent;
  while (left > 1000) {
    result *= 2 ** 1000;
    left -= 1000;
  }
  while (left < -1000) {
    result *= 2 ** -1000;
    left += 1000;
  }
  return result * 2 ** left;
}
