// Decimal to binary, correctly rounded: M. Eisel's and D. Lemire's algorithm ("Number Parsing at a Gigabyte per Second",
// 2021; https://arxiv.org/abs/2101.11408). The table of powers of five is made by src/execute/vectorize/power-table.ts.

export const SMALLEST_POWER: i32 = -342;
export const LARGEST_POWER: i32 = 308;

let productHigh: u64 = 0;
let productLow: u64 = 0;

@inline
function multiply(a: u64, b: u64): void {
  const al = a & 0xffffffff;
  const ah = a >> 32;
  const bl = b & 0xffffffff;
  const bh = b >> 32;
  const low = al * bl;
  const middle = ah * bl + (low >> 32);
  const other = al * bh + (middle & 0xffffffff);
  productHigh = ah * bh + (middle >> 32) + (other >> 32);
  productLow = (other << 32) | (low & 0xffffffff);
}

/** w x 10^q as a double, w > 0; infinity where it is too large. `powers`: u64 pairs (high, low) from 10^-342 on. */
export function toDouble(w: u64, q: i32, powers: usize): f64 {
  if (q < SMALLEST_POWER) return 0;
  if (q > LARGEST_POWER) return Infinity;
  const zeros = <i32>clz<u64>(w);
  const normal = w << (<u64>zeros);
  const entry = powers + ((<usize>(q - SMALLEST_POWER)) << 4);
  multiply(normal, load<u64>(entry));
  let high = productHigh;
  let low = productLow;
  if ((high & 0x1ff) == 0x1ff) {
    multiply(normal, load<u64>(entry, 8));
    low += productHigh;
    if (productHigh > low) high++;
  }
  const upper = <i32>(high >> 63);
  const shift = <u64>(upper + 64 - 52 - 3);
  let mantissa = high >> shift;
  let power = (((152170 + 65536) * q) >> 16) + 63 + upper - zeros + 1023;
  if (power <= 0) {
    if (-power + 1 >= 64) return 0;
    mantissa >>= <u64>(-power + 1);
    mantissa += mantissa & 1;
    mantissa >>= 1;
    // a mantissa that rounds up to 2^52 is the smallest normal number, and its bits say so
    return reinterpret<f64>(mantissa);
  }
  if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << shift == high) mantissa &= ~(<u64>1);
  mantissa += mantissa & 1;
  mantissa >>= 1;
  if (mantissa >= (<u64>2) << 52) {
    mantissa = (<u64>1) << 52;
    power++;
  }
  if (power >= 0x7ff) return Infinity;
  return reinterpret<f64>((mantissa & ~((<u64>1) << 52)) | ((<u64>power) << 52));
}
