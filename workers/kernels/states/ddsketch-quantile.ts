// The value at a rank of a DDSketch: its bucket is found in the counts and stands for the value within 1 %.
import { bucketAtRank, totalOf } from './bucket-store';
import { A, B, C, WIDTH } from './ddsketch';

/** `rank`: from 0, less than the state's count. Buckets in the order of their values: negative ones from the last, zero, positive ones. */
export function sketchValue(at: usize, rank: f64): f64 {
  const below = totalOf(at + 48);
  const zeros = load<u64>(at);
  let left = <u64>rank;
  if (left < below) return -representative(bucketAtRank(at + 48, below - 1 - left, below));
  left -= below;
  if (left < zeros) return 0;
  return representative(bucketAtRank(at + 32, left - zeros, load<u64>(at, 24) - below - zeros));
}

/** The value whose relative distance to both ends of the bucket is the same. */
function representative(bucket: i32): f64 {
  const least = inverse(<f64>bucket * WIDTH);
  const most = inverse(<f64>(bucket + 1) * WIDTH);
  return least * (2.0 / (1.0 + least / most));
}

/** x with L(x) = y (ddsketch.ts), where L(2^e (1 + s)) = e + ((A s + B) s + C) s; the cubic in s is monotone, so halving finds it. */
function inverse(y: f64): f64 {
  const e = floor<f64>(y);
  const target = y - e;
  let least: f64 = 0;
  let most: f64 = 1;
  for (let i = 0; i < 52; i++) {
    const s = (least + most) / 2.0;
    if (((A * s + B) * s + C) * s <= target) least = s;
    else most = s;
  }
  // the powers of two that are subnormal are reached in two steps
  if (e < -1000) return powerOfTwo(<i32>e + 100) * (1.0 + least) * powerOfTwo(-100);
  return e > 1023 ? f64.POSITIVE_INFINITY : powerOfTwo(<i32>e) * (1.0 + least);
}

/** Of an exponent from -1022 to 1023. */
// @ts-ignore: decorator
@inline
function powerOfTwo(e: i32): f64 {
  return reinterpret<f64>((<u64>(e + 1023)) << 52);
}
