/** The sum of doubles without any rounding but the last, by integers as wide as it takes. */

/** Every finite double is an integer times 2^-1074. */
const scaleBits = 1074n;

export function exactSum(values: readonly number[]): number {
  let total = 0n;
  for (const value of values) total += scaled(value);
  return rounded(total);
}

function scaled(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n === 1n ? -magnitude : magnitude;
}

/** Nearest double of `total` / 2^1074, ties to even. */
function rounded(total: bigint): number {
  const magnitude = total < 0n ? -total : total;
  const bits = BigInt(magnitude.toString(2).length);
  let result: number;
  if (bits <= 53n) result = Number(magnitude) * 2 ** -1000 * 2 ** -Number(scaleBits - 1000n);
  else {
    const drop = bits - 53n;
    let mantissa = magnitude >> drop;
    const rest = magnitude & ((1n << drop) - 1n);
    const half = 1n << (drop - 1n);
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa += 1n;
    const exponent = Number(drop - scaleBits);
    result =
      exponent < -1000 ? Number(mantissa) * 2 ** -1000 * 2 ** (exponent + 1000) : Number(mantissa) * 2 ** exponent;
    if (exponent > 971) result = Number.POSITIVE_INFINITY;
  }
  return total < 0n ? -result : result;
}
