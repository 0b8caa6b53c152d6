// JSON strings: where they end, whether their escapes are right, and what they say.
const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

/** Address of the last backslash seen in a string; a string has escapes where it lies inside. */
export let lastEscape: usize = 0;

export function forgetEscapes(): void {
  lastEscape = 0;
}

/** Value of a hexadecimal digit, or 255. */
@inline
function hexDigit(c: u8): u32 {
  const digit: u32 = <u32>c - 0x30;
  if (digit <= 9) return digit;
  const letter: u32 = (<u32>c | 32) - 0x61;
  return letter <= 5 ? letter + 10 : 255;
}

/** Four hexadecimal digits, or more than 0xffff. */
function hex4(p: usize): u32 {
  const a = hexDigit(load<u8>(p));
  if (a > 15) return 0x10000;
  const b = hexDigit(load<u8>(p, 1));
  if (b > 15) return 0x10000;
  const c = hexDigit(load<u8>(p, 2));
  if (c > 15) return 0x10000;
  const d = hexDigit(load<u8>(p, 3));
  return d > 15 ? 0x10000 : (a << 12) | (b << 8) | (c << 4) | d;
}

/** The quote that closes the string whose text starts at `p`; 0 where the string is malformed. */
@inline
export function stringEnd(p: usize): usize {
  while (true) {
    const text = v128.load(p);
    const bits = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(text, i8x16.splat(QUOTE)), i8x16.eq(text, i8x16.splat(BACKSLASH))),
        i8x16.lt_u(text, i8x16.splat(0x20)),
      ),
    );
    if (bits == 0) {
      p += 16;
      continue;
    }
    p += ctz<u32>(bits);
    if (load<u8>(p) == QUOTE) return p;
    p = afterEscape(p);
    if (p == 0) return 0;
  }
}

/** The address after the escape at `p`; 0 where there is none, or a wrong one. */
function afterEscape(p: usize): usize {
  if (load<u8>(p) != BACKSLASH) return 0;
  lastEscape = p;
  switch (load<u8>(p, 1)) {
    case 0x22: // "
    case 0x5c: // \
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return p + 2;
    case 0x75: // u
      return hex4(p + 2) <= 0xffff ? p + 6 : 0;
    default:
      return 0;
  }
}

/**
 * Writes the text of the well-formed string [p, end) to `to`; the address after it, not more than the string's length further.
 * Up to 16 bytes behind it are overwritten. Lone surrogates become U+FFFD.
 */
export function unescape(p: usize, end: usize, to: usize): usize {
  const backslash = i8x16.splat(BACKSLASH);
  while (p < end) {
    const text = v128.load(p);
    v128.store(to, text);
    const bits = i8x16.bitmask(i8x16.eq(text, backslash));
    const plain = min<usize>(bits == 0 ? 16 : ctz<u32>(bits), end - p);
    p += plain;
    to += plain;
    if (p >= end || load<u8>(p) != BACKSLASH) continue;
    const c = load<u8>(p, 1);
    if (c != 0x75) {
      store<u8>(to++, plainEscape(c));
      p += 2;
      continue;
    }
    let code = hex4(p + 2);
    p += 6;
    if ((code & 0xf800) == 0xd800) {
      let low: u32 = 0x10000;
      if (code < 0xdc00 && p < end && load<u16>(p) == 0x755c) low = hex4(p + 2);
      if ((low & 0xfffffc00) == 0xdc00) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
        p += 6;
      } else {
        code = 0xfffd;
      }
    }
    to = putCode(to, code);
  }
  return to;
}

function plainEscape(c: u8): u8 {
  switch (c) {
    case 0x62:
      return 8;
    case 0x66:
      return 12;
    case 0x6e:
      return 10;
    case 0x72:
      return 13;
    case 0x74:
      return 9;
    default:
      return c;
  }
}

/** Writes a code point as UTF-8. */
function putCode(to: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(to, <u8>code);
    return to + 1;
  }
  if (code < 0x800) {
    store<u8>(to, <u8>(0xc0 | (code >> 6)));
    store<u8>(to, <u8>(0x80 | (code & 63)), 1);
    return to + 2;
  }
  if (code < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (code >> 12)));
    store<u8>(to, <u8>(0x80 | ((code >> 6) & 63)), 1);
    store<u8>(to, <u8>(0x80 | (code & 63)), 2);
    return to + 3;
  }
  store<u8>(to, <u8>(0xf0 | (code >> 18)));
  store<u8>(to, <u8>(0x80 | ((code >> 12) & 63)), 1);
  store<u8>(to, <u8>(0x80 | ((code >> 6) & 63)), 2);
  store<u8>(to, <u8>(0x80 | (code & 63)), 3);
  return to + 4;
}
