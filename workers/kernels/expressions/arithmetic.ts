// Arithmetic. The caller has combined the arguments' flags into `flags`; kernels that can fail add to them. Data under a
// flag is anything, so nothing here may trap on any bits.
import { FAILED, NULL, OVERFLOW, VALID } from '../flags';

export function addInteger(a: usize, b: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const x = load<i64>(a + (row << 3));
    const y = load<i64>(b + (row << 3));
    const z = x + y;
    store<i64>(out + (row << 3), z);
    if (((x ^ z) & (y ^ z)) < 0 && load<u8>(flags + row) == VALID) store<u8>(flags + row, OVERFLOW);
  }
}

export function subtractInteger(a: usize, b: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const x = load<i64>(a + (row << 3));
    const y = load<i64>(b + (row << 3));
    const z = x - y;
    store<i64>(out + (row << 3), z);
    if (((x ^ y) & (x ^ z)) < 0 && load<u8>(flags + row) == VALID) store<u8>(flags + row, OVERFLOW);
  }
}

export function multiplyInteger(a: usize, b: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const x = load<i64>(a + (row << 3));
    const y = load<i64>(b + (row << 3));
    const z = x * y;
    store<i64>(out + (row << 3), z);
    // both within 32 bits: the product fits
    if (x == <i64>(<i32>x) && y == <i64>(<i32>y)) continue;
    if (x != 0 && ((x == -1 && y == i64.MIN_VALUE) || (x != -1 && z / x != y)) && load<u8>(flags + row) == VALID) {
      store<u8>(flags + row, OVERFLOW);
    }
  }
}

/** Toward zero; by zero NULL. */
export function divideInteger(a: usize, b: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const x = load<i64>(a + (row << 3));
    const y = load<i64>(b + (row << 3));
    if (y == 0) store<u8>(flags + row, NULL);
    else if (y == -1) {
      store<i64>(out + (row << 3), -x);
      if (x == i64.MIN_VALUE) store<u8>(flags + row, OVERFLOW);
    } else store<i64>(out + (row << 3), x / y);
  }
}

/** The sign is the dividend's; by zero NULL. */
export function moduloInteger(a: usize, b: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const y = load<i64>(b + (row << 3));
    if (y == 0) store<u8>(flags + row, NULL);
    else store<i64>(out + (row << 3), y == -1 ? 0 : load<i64>(a + (row << 3)) % y);
  }
}

export function negateInteger(a: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const x = load<i64>(a + (row << 3));
    store<i64>(out + (row << 3), -x);
    if (x == i64.MIN_VALUE && load<u8>(flags + row) == VALID) store<u8>(flags + row, OVERFLOW);
  }
}

export function absoluteInteger(a: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const x = load<i64>(a + (row << 3));
    store<i64>(out + (row << 3), x < 0 ? -x : x);
    if (x == i64.MIN_VALUE && load<u8>(flags + row) == VALID) store<u8>(flags + row, OVERFLOW);
  }
}

/** Doubles are always finite: what would not be fails. */
@inline
function storeFinite(out: usize, flags: usize, row: usize, value: f64): void {
  store<f64>(out + (row << 3), value);
  if (!isFinite(value) && load<u8>(flags + row) == VALID) store<u8>(flags + row, FAILED);
}

export function addDouble(a: usize, b: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    storeFinite(out, flags, row, load<f64>(a + (row << 3)) + load<f64>(b + (row << 3)));
  }
}

export function subtractDouble(a: usize, b: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    storeFinite(out, flags, row, load<f64>(a + (row << 3)) - load<f64>(b + (row << 3)));
  }
}

export function multiplyDouble(a: usize, b: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    storeFinite(out, flags, row, load<f64>(a + (row << 3)) * load<f64>(b + (row << 3)));
  }
}

/** By zero NULL. */
export function divideDouble(a: usize, b: usize, rows: u32, out: usize, flags: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const y = load<f64>(b + (row << 3));
    if (y == 0) {
      if (load<u8>(flags + row) == VALID) store<u8>(flags + row, NULL);
    } else storeFinite(out, flags, row, load<f64>(a + (row << 3)) / y);
  }
}

export function negateDouble(a: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<f64>(out + (row << 3), -load<f64>(a + (row << 3)));
}

export function absoluteDouble(a: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<f64>(out + (row << 3), abs<f64>(load<f64>(a + (row << 3))));
}

export function floorDouble(a: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<f64>(out + (row << 3), floor<f64>(load<f64>(a + (row << 3))));
}

export function ceilDouble(a: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<f64>(out + (row << 3), ceil<f64>(load<f64>(a + (row << 3))));
}

/** Halves away from zero; exact, which floor(x + 0.5) is not. */
@inline
function halfAway(value: f64): f64 {
  const whole = trunc<f64>(value);
  return abs<f64>(value - whole) >= 0.5 ? whole + (value > 0 ? 1.0 : -1.0) : whole;
}

export function roundDouble(a: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<f64>(out + (row << 3), halfAway(load<f64>(a + (row << 3))));
}

/** To decimal places, 10^places being `scale`; what cannot be scaled stays as it is. */
export function roundDecimals(a: usize, rows: u32, out: usize, scale: f64): void {
  for (let row: usize = 0; row < rows; row++) {
    const value = load<f64>(a + (row << 3));
    const scaled = value * scale;
    store<f64>(out + (row << 3), isFinite(scaled) ? halfAway(scaled) / scale : value);
  }
}

/** Exact value in doubles of seconds from microseconds, rounded once. */
export function epochSeconds(a: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<f64>(out + (row << 3), <f64>load<i64>(a + (row << 3)) / 1e6);
}
