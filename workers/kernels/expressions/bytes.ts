// Comparing and searching bytes, sixteen at a time. Loads read up to 16 bytes past the ends: all text is padded.

@inline
export function equalBytes(a: usize, b: usize, length: usize): bool {
  let i: usize = 0;
  for (; i + 16 <= length; i += 16) {
    if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
  }
  if (i < length) {
    const same = i8x16.bitmask(i8x16.eq(v128.load(a + i), v128.load(b + i)));
    const mask = (1 << <i32>(length - i)) - 1;
    return (same & mask) == mask;
  }
  return true;
}

/** memcmp, then the shorter first: negative, 0 or positive. */
export function compareBytes(a: usize, aLength: usize, b: usize, bLength: usize): i32 {
  const length = min(aLength, bLength);
  for (let i: usize = 0; i < length; i += 16) {
    const differ = ~i8x16.bitmask(i8x16.eq(v128.load(a + i), v128.load(b + i))) & 0xffff;
    if (differ != 0) {
      const at = i + <usize>ctz<i32>(differ);
      if (at < length) return <i32>load<u8>(a + at) - <i32>load<u8>(b + at);
      break;
    }
  }
  return aLength < bLength ? -1 : aLength > bLength ? 1 : 0;
}

@inline
function foldByte(byte: u32): u32 {
  return byte - 65 < 26 ? byte | 32 : byte;
}

/** Sixteen bytes with ASCII capitals made small. */
@inline
export function fold16(v: v128): v128 {
  const capital = v128.and(i8x16.gt_s(v, i8x16.splat(64)), i8x16.lt_s(v, i8x16.splat(91)));
  return v128.or(v, v128.and(capital, i8x16.splat(32)));
}

/** As equalBytes, after folding ASCII capitals in `a`; `b` is folded already. */
@inline
export function equalFolded(a: usize, b: usize, length: usize): bool {
  let i: usize = 0;
  for (; i + 16 <= length; i += 16) {
    if (v128.any_true(v128.xor(fold16(v128.load(a + i)), v128.load(b + i)))) return false;
  }
  if (i < length) {
    const same = i8x16.bitmask(i8x16.eq(fold16(v128.load(a + i)), v128.load(b + i)));
    const mask = (1 << <i32>(length - i)) - 1;
    return (same & mask) == mask;
  }
  return true;
}

/**
 * Address of the first place of needle in [start, end), or 0. Candidates are places where its first and last byte fit
 * (W. Mula, http://0x80.pl/notesen/2016-11-28-simd-strfind.html). `fold`: ignore ASCII case, the needle being small.
 */
export function find(start: usize, end: usize, needle: usize, length: usize, fold: bool): usize {
  if (length == 0) return start;
  if (end - start < length || end < start) return 0;
  const last = end - length; // last possible place
  const firstByte = i8x16.splat(load<i8>(needle));
  const lastByte = i8x16.splat(load<i8>(needle + length - 1));
  for (let at = start; at <= last; at += 16) {
    let heads = v128.load(at);
    let tails = v128.load(at + length - 1);
    if (fold) {
      heads = fold16(heads);
      tails = fold16(tails);
    }
    let hits = i8x16.bitmask(v128.and(i8x16.eq(heads, firstByte), i8x16.eq(tails, lastByte)));
    while (hits != 0) {
      const place = at + <usize>ctz<i32>(hits);
      if (place > last) return 0;
      if (length <= 2) return place;
      if (fold ? equalFolded(place + 1, needle + 1, length - 2) : equalBytes(place + 1, needle + 1, length - 2)) return place;
      hits &= hits - 1;
    }
  }
  return 0;
}

/** Whether no byte of [address, address + length) is 0x80 or more. */
@inline
export function isAscii(address: usize, length: usize): bool {
  let i: usize = 0;
  for (; i + 16 <= length; i += 16) if (i8x16.bitmask(v128.load(address + i)) != 0) return false;
  if (i < length) return (i8x16.bitmask(v128.load(address + i)) & ((1 << <i32>(length - i)) - 1)) == 0;
  return true;
}

/** Whether the bytes are well-formed UTF-8 (RFC 3629). */
export function isUtf8(address: usize, length: usize): bool {
  const end = address + length;
  let at = address;
  while (at < end) {
    const lead = <u32>load<u8>(at);
    if (lead < 0x80) {
      at++;
      continue;
    }
    let more: usize = 0;
    let low: u32 = 0x80;
    let high: u32 = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) more = 1;
    else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2;
      if (lead == 0xe0) low = 0xa0;
      if (lead == 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3;
      if (lead == 0xf0) low = 0x90;
      if (lead == 0xf4) high = 0x8f;
    } else return false;
    if (at + more >= end) return false;
    const second = <u32>load<u8>(at + 1);
    if (second < low || second > high) return false;
    for (let i: usize = 2; i <= more; i++) if ((load<u8>(at + i) & 0xc0) != 0x80) return false;
    at += more + 1;
  }
  return true;
}
