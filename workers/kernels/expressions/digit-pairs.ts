// The digits of two numbers at a time, one in each half of a vector register. For both the texts are loaded from their ends, so
// that the last digit is the highest byte; zeros stand in front of them.

/** u64[9]: all bits of the last so many of eight bytes. */
const lastBytes: usize = memory.data(9 * 8, 16);
for (let n: usize = 1; n <= 8; n++) store<u64>(lastBytes + (n << 3), (~(<u64>0)) << ((8 - <u64>n) << 3));

/** v128 each; V8 makes constants anew in every round of a loop, in three or four instructions. */
const constants: usize = memory.data(6 * 16, 16);
v128.store(constants, i8x16.splat(48));
v128.store(constants, i8x16.splat(9), 16);
v128.store(constants, i16x8.splat(255), 32);
v128.store(constants, i16x8.splat(10), 48);
v128.store(constants, i16x8(100, 1, 100, 1, 100, 1, 100, 1), 64);
v128.store(constants, i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1), 80);

/**
 * The values as digits of the 0 to 8 bytes that end at either address: 0 to 9, or more where a byte is no digit. Reads eight bytes
 * each, also of what stands before: the arena does not begin at address 0.
 */
@inline
export function digitsOfPair(firstEnd: usize, firstLength: u32, secondEnd: usize, secondLength: u32): v128 {
  const texts = v128.load_lane<u64>(secondEnd - 8, v128.load_zero<u64>(firstEnd - 8), 1);
  const mask = v128.load_lane<u64>(
    lastBytes + ((<usize>secondLength) << 3), v128.load_zero<u64>(lastBytes + ((<usize>firstLength) << 3)), 1,
  );
  return v128.and(v128.xor(texts, v128.load(constants)), mask);
}

/** Whether all are 0 to 9. */
@inline
export function areDigits(digits: v128): bool {
  return !v128.any_true(i8x16.sub_sat_u(digits, v128.load(constants, 16)));
}

/** The numbers, in the first two of four lanes (i32). */
@inline
export function numbersOfPair(digits: v128): v128 {
  const twos = i16x8.add(i16x8.mul(v128.and(digits, v128.load(constants, 32)), v128.load(constants, 48)), i16x8.shr_u(digits, 8));
  const fours = i32x4.dot_i16x8_s(twos, v128.load(constants, 64));
  return i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), v128.load(constants, 80));
}
