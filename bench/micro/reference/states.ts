// States per group, updated row by row. `rows`: u32 addresses of states. Sums of doubles are plain here, and the sketch takes
// a logarithm: the kernels are exact and free of order, which costs what it costs.
import { hashInteger, hashText } from './groups';
import { begin, compare, copy, equal, length, spanAt } from './span';

// @ts-expect-error: decorator
@inline
function state(rows: usize, i: u32): usize {
  return <usize>load<u32>(rows + (<usize>i << 2));
}

export function count(rows: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) store<u64>(state(rows, i), load<u64>(state(rows, i)) + 1);
}

export function countValid(rows: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) == 0) store<u64>(state(rows, i), load<u64>(state(rows, i)) + 1);
  }
}

/** 0 u64 low · 8 i64 high · 16 u64 count */
export function sumInteger(rows: usize, data: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = state(rows, i);
    const value = load<i64>(data + (<usize>i << 3));
    const low = load<u64>(at);
    const sum = low + <u64>value;
    store<u64>(at, sum);
    store<i64>(at, load<i64>(at, 8) + (value >> 63) + <i64>(sum < low), 8);
    store<u64>(at, load<u64>(at, 16) + 1, 16);
  }
}

/** 0 f64 sum · 8 u64 count */
export function sumDouble(rows: usize, data: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = state(rows, i);
    store<f64>(at, load<f64>(at) + load<f64>(data + (<usize>i << 3)));
    store<u64>(at, load<u64>(at, 8) + 1, 8);
  }
}

/** 0 i64 value · 8 u64 seen */
export function minInteger(rows: usize, data: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = state(rows, i);
    const value = load<i64>(data + (<usize>i << 3));
    if (load<u64>(at, 8) == 0 || value < load<i64>(at)) store<i64>(at, value);
    store<u64>(at, 1, 8);
  }
}

/** Two such states, one behind the other. */
export function minMaxInteger(rows: usize, data: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = state(rows, i);
    const value = load<i64>(data + (<usize>i << 3));
    if (load<u64>(at, 8) == 0 || value < load<i64>(at)) store<i64>(at, value);
    store<u64>(at, 1, 8);
    if (load<u64>(at, 24) == 0 || value > load<i64>(at, 16)) store<i64>(at, value, 16);
    store<u64>(at, 1, 24);
  }
}

export function maxDouble(rows: usize, data: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = state(rows, i);
    const value = load<f64>(data + (<usize>i << 3));
    if (load<u64>(at, 8) == 0 || value > load<f64>(at)) store<f64>(at, value);
    store<u64>(at, 1, 8);
  }
}

/** 0 u32 seen · 4 u32 length · 8 up to 120 bytes */
export function minText(rows: usize, spans: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = state(rows, i);
    const text = spanAt(spans, i);
    if (load<u32>(at) != 0 && compare(begin(text), length(text), at + 8, <usize>load<u32>(at, 4)) >= 0) continue;
    store<u32>(at, 1);
    store<u32>(at, <u32>length(text), 4);
    copy(at + 8, begin(text), length(text));
  }
}

/** 16,384 registers of a byte. */
export function hyperloglog(rows: usize, spans: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const text = spanAt(spans, i);
    const hash = hashText(begin(text), length(text)) * 0x9e3779b1;
    const register = state(rows, i) + <usize>(hash >> 18);
    const rank = <u32>clz<u32>((hash << 14) | 0x2000) + 1;
    if (<u32>load<u8>(register) < rank) store<u8>(register, <u8>rank);
  }
}

const INVERSE_LOG_GAMMA: f64 = 49.99833322330519;

/** 0 u64 count · 8 f64 min · 16 f64 max · 24 u64 counts of 4,096 buckets; values above 0 only. */
export function sketch(rows: usize, data: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = state(rows, i);
    const value = load<f64>(data + (<usize>i << 3));
    const bucket = <i32>floor<f64>(NativeMath.log(value) * INVERSE_LOG_GAMMA) + 1024;
    const slot = at + 24 + (<usize>(bucket & 4095) << 3);
    store<u64>(slot, load<u64>(slot) + 1);
    if (load<u64>(at) == 0 || value < load<f64>(at, 8)) store<f64>(at, value, 8);
    if (load<u64>(at) == 0 || value > load<f64>(at, 16)) store<f64>(at, value, 16);
    store<u64>(at, load<u64>(at) + 1);
  }
}

/**
 * Sets of texts of all groups in one table: slots of 16 bytes (u32 state, u32 hash, u32 address, u32 length; state 0: empty).
 * A state: 0 u64 count.
 */
export function distinctTexts(table: usize, mask: u32, rows: usize, spans: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = state(rows, i);
    const text = spanAt(spans, i);
    const hash = hashText(begin(text), length(text)) ^ hashInteger(<u64>at);
    let place = hash & mask;
    while (true) {
      const slot = table + (<usize>place << 4);
      if (load<u32>(slot) == 0) {
        store<u32>(slot, <u32>at);
        store<u32>(slot, hash, 4);
        store<u64>(slot, text, 8);
        store<u64>(at, load<u64>(at) + 1);
        break;
      }
      const same = <usize>load<u32>(slot) == at && load<u32>(slot, 4) == hash;
      const held = load<u64>(slot, 8);
      if (same && length(held) == length(text) && equal(begin(held), begin(text), length(text))) break;
      place = (place + 1) & mask;
    }
  }
}

/** Numbers of all groups, each with how often it came: slots of 24 bytes (u64 state, i64 value, u64 how often). */
export function values(table: usize, mask: u32, rows: usize, data: usize, flags: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load<u8>(flags + i) != 0) continue;
    const at = state(rows, i);
    const value = load<i64>(data + (<usize>i << 3));
    let place = (hashInteger(<u64>value) ^ hashInteger(<u64>at)) & mask;
    while (true) {
      const slot = table + <usize>place * 24;
      if (load<u64>(slot) == 0) {
        store<u64>(slot, <u64>at);
        store<i64>(slot, value, 8);
        store<u64>(slot, 1, 16);
        break;
      }
      if (load<u64>(slot) == <u64>at && load<i64>(slot, 8) == value) {
        store<u64>(slot, load<u64>(slot, 16) + 1, 16);
        break;
      }
      place = (place + 1) & mask;
    }
    store<u64>(at, load<u64>(at) + 1);
  }
}
