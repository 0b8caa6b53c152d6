// JSON numbers, by the grammar: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
const COMMA: u8 = 0x2c;
const CLOSE: u8 = 0x7d;
const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
/** What quickNumberEnd looks at. */
const REACH: u32 = 32;

@inline
export function isDigit(c: u8): bool {
  return <u8>(c - ZERO) <= 9;
}

/** The address after the longest number at `p`; 0 where there is none. */
export function numberEnd(p: usize): usize {
  let c = load<u8>(p);
  if (c == MINUS) c = load<u8>(++p);
  if (c == ZERO) {
    c = load<u8>(++p);
  } else {
    if (!isDigit(c)) return 0;
    do {
      c = load<u8>(++p);
    } while (isDigit(c));
  }
  if (c == POINT) {
    c = load<u8>(++p);
    if (!isDigit(c)) return 0;
    do {
      c = load<u8>(++p);
    } while (isDigit(c));
  }
  if ((c | 32) == 0x65) {
    c = load<u8>(++p);
    if (c == 0x2b || c == MINUS) c = load<u8>(++p);
    if (!isDigit(c)) return 0;
    do {
      c = load<u8>(++p);
    } while (isDigit(c));
  }
  return p;
}

/** Whether [p, end) is the whole of a number without a sign and an exponent, of at most 16 bytes. */
@inline
export function isPlainNumber(p: usize, end: usize): bool {
  const length = <u32>(end - p);
  if (length - 1 > 15) return false;
  // what goes on there would be cut off
  const next = load<u8>(end);
  if (next > COMMA && next != CLOSE) return false;
  const digits = i8x16.bitmask(i8x16.le_u(i8x16.sub(v128.load(p), i8x16.splat(ZERO)), i8x16.splat(9)));
  const beyond: u32 = 1 << length;
  const others = (~digits & (beyond - 1)) | beyond;
  const whole = ctz<u32>(others);
  if (whole == 0 || (load<u8>(p) == ZERO && whole != 1)) return false;
  if (whole == length) return true;
  // only the point is no digit, and there is one behind it
  return load<u8>(p + whole) == POINT && ((others & (others - 1)) ^ beyond) == 0 && whole + 1 != length;
}

/**
 * As numberEnd without a branch on the number's length: digits are counted in a bitmap of 32 bytes. 0 also where the number has an
 * exponent or is longer.
 */
@inline
export function quickNumberEnd(p: usize): usize {
  const zero = i8x16.splat(ZERO);
  const nine = i8x16.splat(9);
  const low = i8x16.bitmask(i8x16.le_u(i8x16.sub(v128.load(p), zero), nine));
  const high = i8x16.bitmask(i8x16.le_u(i8x16.sub(v128.load(p, 16), zero), nine));
  const others = ~((<u64>low) | ((<u64>high) << 16));
  const sign = u32(load<u8>(p) == MINUS);
  const whole = <u32>ctz<u64>(others >> sign);
  const point = sign + whole;
  const hasPoint = u32(load<u8>(p + point) == POINT);
  const fraction = <u32>ctz<u64>(others >> (point + 1));
  const length = point + (hasPoint ? fraction + 1 : 0);
  const isBad =
    u32(whole == 0) |
    (u32(load<u8>(p + sign) == ZERO) & u32(whole > 1)) |
    (hasPoint & u32(fraction == 0)) |
    u32(length >= REACH) |
    u32((load<u8>(p + length) | 32) == 0x65);
  return isBad ? 0 : p + length;
}
