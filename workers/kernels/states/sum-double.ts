// Exact, order-free sum of doubles, in two parts.
//
// Numbers in logs are decimals: a double that is the nearest one to m / 10^k, k <= 9, with |m| < 2^53 (which a rounded
// division proves) counts as that decimal, added to a 128-bit sum of billionths. So 0.1 summed ten times is 1. Every other
// double (results of arithmetic, exponents) goes, bit for bit, to a small superaccumulator (Neal 2015, arXiv:1505.05571):
// 67 signed 64-bit chunks of 32 bits each, allocated only when needed. Which part takes a value depends on the value alone.
//
// Layout: 0 u64 lo, 8 i64 hi (billionths) · 16 u64 count · 24 u32 address of the superaccumulator or 0.
// Superaccumulator: 0 u64 additions since the last carry · 8 i64[67] chunks; chunk c weighs 2^(32c - 1075).
import { alloc, free as release } from '../arena';
import { putU32, putU64, putBytes } from '../writer';
import { addWide } from './sum-integer';

export const SIZE: u32 = 32;

const CHUNKS: u32 = 67;
const SUPER_BYTES: u32 = 8 + 67 * 8;
/** Of a written superaccumulator. */
export const CHUNK_BYTES: usize = 67 * 8;
/** Carries must run before a chunk (32 bits of value, 64 of room) can overflow. */
const CARRY_EVERY: u64 = 1 << 28;
const MAX_EXACT: f64 = 9007199254740992.0; // 2^53

// @ts-ignore: decorator
@inline
function addDecimal(at: usize, m: i64, scale: i64): void {
  // m * scale with |m| < 2^53 and scale <= 1e9 < 2^30: up to 83 bits, so two halves
  const low = m & 0xffffffff;
  const high = m >> 32;
  const p0 = low * scale;
  const p1 = high * scale;
  const lo = <u64>p0 + (<u64>p1 << 32);
  const hi = (p1 >> 32) + <i64>(lo < <u64>p0);
  addWide(at, lo, hi);
}

function carry(accumulator: usize): void {
  for (let c: u32 = 0; c < CHUNKS - 1; c++) {
    const slot = accumulator + 8 + (<usize>c << 3);
    const value = load<i64>(slot);
    const up = value >> 32; // floor, so the rest is in [0, 2^32)
    if (up != 0) {
      store<i64>(slot, value - (up << 32));
      store<i64>(slot, load<i64>(slot, 8) + up, 8);
    }
  }
  store<u64>(accumulator, 0);
}

function accumulator(at: usize): usize {
  let address: usize = load<u32>(at, 24);
  if (address == 0) {
    address = alloc(SUPER_BYTES);
    if (address == 0) return 0;
    memory.fill(address, 0, SUPER_BYTES);
    store<u32>(at, <u32>address, 24);
  }
  return address;
}

function addBinary(at: usize, value: f64): bool {
  const address = accumulator(at);
  if (address == 0) return false;
  const bits = reinterpret<u64>(value);
  const exponentBits = <u32>((bits >> 52) & 0x7ff);
  let mantissa = bits & 0xfffffffffffff;
  if (exponentBits != 0) mantissa |= (<u64>1) << 52;
  // value = mantissa * 2^(e - 1075) with e >= 1: bit position e counted from 2^-1075
  const position = max<u32>(exponentBits, 1);
  const chunk = position >> 5;
  const shift = <u64>(position & 31);
  const first = (mantissa << shift) & 0xffffffff;
  const rest = mantissa >> (32 - shift);
  const second = rest & 0xffffffff;
  const third = rest >> 32;
  const slot = address + 8 + (<usize>chunk << 3);
  if ((bits >> 63) != 0) {
    store<i64>(slot, load<i64>(slot) - <i64>first);
    store<i64>(slot, load<i64>(slot, 8) - <i64>second, 8);
    if (third != 0) store<i64>(slot, load<i64>(slot, 16) - <i64>third, 16);
  } else {
    store<i64>(slot, load<i64>(slot) + <i64>first);
    store<i64>(slot, load<i64>(slot, 8) + <i64>second, 8);
    if (third != 0) store<i64>(slot, load<i64>(slot, 16) + <i64>third, 16);
  }
  const additions = load<u64>(address) + 1;
  store<u64>(address, additions);
  if (additions >= CARRY_EVERY) carry(address);
  return true;
}

/** Added to a double of less than 2^51, it leaves the nearest integer in the lowest bits: 1.5 * 2^52. */
const ROUNDING: f64 = 6755399441055744.0;
/** Thousandths below this, positive or negative, times 10^6 are less than 2^63. */
const FEW: i64 = (<i64>1) << 42;
/** Of twice as many. */
const FEW_BITS: i32 = 43;

/** Adds one finite double that is no small number of thousandths; false when the arena is full. */
function addOther(at: usize, value: f64): bool {
  const thousandths = nearest<f64>(value * 1e3);
  if (thousandths / 1e3 == value && abs<f64>(thousandths) < MAX_EXACT) {
    addDecimal(at, <i64>thousandths, 1000000);
    return true;
  }
  const millionths = nearest<f64>(value * 1e6);
  if (millionths / 1e6 == value && abs<f64>(millionths) < MAX_EXACT) {
    addDecimal(at, <i64>millionths, 1000);
    return true;
  }
  const billionths = nearest<f64>(value * 1e9);
  if (billionths / 1e9 == value && abs<f64>(billionths) < MAX_EXACT) {
    addDecimal(at, <i64>billionths, 1);
    return true;
  }
  return addBinary(at, value);
}

/** Values whose thousandths are computed before any is added. */
const AT_ONCE: u32 = 256;
/** i64, NO_FEW where a value is no small number of thousandths. */
const thousandths: usize = memory.data(256 << 3, 16);
const NO_FEW: i64 = i64.MIN_VALUE;

/** Two values at a time, with no conversion that could trap and one multiplication; reads up to one value further. */
function computeThousandths(values: usize, count: u32): void {
  const end = values + (<usize>count << 3);
  let to = thousandths;
  for (let at = values; at < end; at += 16) {
    const value = v128.load(at);
    const shifted = f64x2.add(f64x2.mul(value, f64x2.splat(1e3)), f64x2.splat(ROUNDING));
    const whole = i64x2.sub(shifted, i64x2.splat(reinterpret<i64>(ROUNDING)));
    const isExact = f64x2.eq(f64x2.div(f64x2.sub(shifted, f64x2.splat(ROUNDING)), f64x2.splat(1e3)), value);
    const isFew = i64x2.eq(i64x2.shr_u(i64x2.add(whole, i64x2.splat(FEW)), FEW_BITS), i64x2.splat(0));
    v128.store(to, v128.bitselect(whole, i64x2.splat(NO_FEW), v128.and(isExact, isFew)));
    to += 16;
  }
}

export function update(rows: usize, offset: usize, data: usize, flags: usize, from: u32, count: u32): u32 {
  while (from < count) {
    const next = min<u32>(from + AT_ONCE, count);
    computeThousandths(data + (<usize>from << 3), next - from);
    const done = updateSome(rows, offset, data, flags, from, next);
    if (done < next) return done;
    from = next;
  }
  return count;
}

function updateSome(rows: usize, offset: usize, data: usize, flags: usize, from: u32, count: u32): u32 {
  let known = thousandths;
  for (let i = from; i < count; i++, known += 8) {
    if (load<u8>(flags + i) != 0) continue;
    const at = <usize>load<u32>(rows + (<usize>i << 2)) + offset;
    const few = load<i64>(known);
    if (few != NO_FEW) addWide(at, <u64>(few * 1000000), few >> 63);
    else if (!addOther(at, load<f64>(data + (<usize>i << 3)))) return i;
    store<u64>(at, load<u64>(at, 16) + 1, 16);
  }
  return count;
}

export function write(at: usize): void {
  putU64(load<u64>(at));
  putU64(load<u64>(at, 8));
  putU64(load<u64>(at, 16));
  const address = <usize>load<u32>(at, 24);
  putU32(address != 0 ? 1 : 0);
  if (address != 0) {
    carry(address);
    putBytes(address + 8, CHUNKS << 3);
  }
}

export function writtenBytes(at: usize): u32 {
  return load<u32>(at, 24) != 0 ? 28 + (CHUNKS << 3) : 28;
}

export function merge(at: usize, source: usize): usize {
  const binary = load<u32>(source, 24) != 0;
  if (binary) {
    const address = accumulator(at);
    if (address == 0) return 0;
    carry(address);
    for (let c: u32 = 0; c < CHUNKS; c++) {
      const slot = address + 8 + (<usize>c << 3);
      store<i64>(slot, load<i64>(slot) + load<i64>(source + 28 + (<usize>c << 3)));
    }
    carry(address);
  }
  addWide(at, load<u64>(source), load<i64>(source, 8));
  store<u64>(at, load<u64>(at, 16) + load<u64>(source, 16), 16);
  return source + (binary ? 28 + (CHUNKS << 3) : 28);
}

export function free(at: usize): void {
  const address = <usize>load<u32>(at, 24);
  if (address != 0) release(address, SUPER_BYTES);
}
