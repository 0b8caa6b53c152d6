// Decimal digits, eight at a time, in a 64-bit register (SWAR; D. Lemire, https://lemire.me/blog/2022/01/21/swar-explained-parsing-eight-digits/).
// Loads may read up to 8 bytes from `address`, whatever the length: all text in the arena is followed by padding.

/** Whether all eight bytes are ASCII digits. */
@inline
export function areDigits8(v: u64): bool {
  return (
    ((v & 0xf0f0f0f0f0f0f0f0) | (((v + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) == 0x3333333333333333
  );
}

/** Value of eight ASCII digits, the first in the lowest byte. */
@inline
export function valueOf8(digits: u64): u64 {
  return valueOfValues8(digits - 0x3030303030303030);
}

/** The value of each byte as a digit, 0 to 9; 10 and more where it is none. */
@inline
export function digitValues(v: u64): u64 {
  return v ^ 0x3030303030303030;
}

/** Whether all eight values are 0 to 9. */
@inline
export function areValues8(values: u64): bool {
  return (((values + 0x7676767676767676) | values) & 0x8080808080808080) == 0;
}

/** Value of eight digits by their values, the first in the lowest byte. */
@inline
export function valueOfValues8(values: u64): u64 {
  const v = values * 10 + (values >> 8);
  return (((v & 0x000000ff000000ff) * 0x000f424000000064) + (((v >> 16) & 0x000000ff000000ff) * 0x0000271000000001)) >> 32;
}

/**
 * The values of the 1 to 8 bytes that end at `end`, zeros in front of them. Reads eight bytes, also of what stands before:
 * the arena does not begin at address 0.
 */
@inline
export function valuesBefore(end: usize, length: u32): u64 {
  return digitValues(load<u64>(end - 8)) & ((~(<u64>0)) << ((8 - <u64>length) << 3));
}

/** The 1 to 8 bytes at `address`, moved up so that zeros ('0') stand in front of them. */
@inline
export function padded8(v: u64, length: u32): u64 {
  const pad = (<u64>0x3030303030303030) >> (((<u64>length) - 1) << 3) >> 8;
  return (v << ((8 - <u64>length) << 3)) | pad;
}

/** Value of two digits, or 100 or more where they are not digits. */
@inline
export function twoDigits(address: usize): u32 {
  const tens = <u32>load<u8>(address) - 48;
  const ones = <u32>load<u8>(address, 1) - 48;
  return tens > 9 || ones > 9 ? 1000 : tens * 10 + ones;
}

/** Value of four digits, or 10000 or more where they are not digits. */
@inline
export function fourDigits(address: usize): u32 {
  const high = twoDigits(address);
  const low = twoDigits(address + 2);
  return high > 99 || low > 99 ? 1000000 : high * 100 + low;
}

@inline
export function isDigit(byte: u32): bool {
  return byte - 48 < 10;
}
