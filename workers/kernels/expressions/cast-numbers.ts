// Casts between numbers, booleans and timestamps (text has its own files). `flags` is the result's own copy; a value that
// does not fit writes `code` there (a reject code, or NULL for try_cast).
import { VALID } from '../flags';

export function integerToDouble(a: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<f64>(out + (row << 3), <f64>load<i64>(a + (row << 3)));
}

export function integerToBoolean(a: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<u8>(out + row, <u8>(load<i64>(a + (row << 3)) != 0));
}

export function booleanToInteger(a: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<i64>(out + (row << 3), <i64>(load<u8>(a + row) != 0));
}

/** Halves to even. */
export function doubleToInteger(a: usize, flags: usize, rows: u32, out: usize, code: u32): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const value = nearest<f64>(load<f64>(a + (row << 3)));
    if (value >= -9223372036854775808.0 && value < 9223372036854775808.0) store<i64>(out + (row << 3), <i64>value);
    else store<u8>(flags + row, <u8>code);
  }
}

/** Epoch by magnitude: seconds below 10^11, milliseconds below 10^14, microseconds below 10^17, else nanoseconds. */
export function integerToTimestamp(a: usize, flags: usize, rows: u32, out: usize, code: u32): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const value = load<i64>(a + (row << 3));
    if (value == i64.MIN_VALUE) {
      store<u8>(flags + row, <u8>code);
      continue;
    }
    const size = abs<i64>(value);
    let micros = value;
    if (size < 100000000000) micros = value * 1000000;
    else if (size < 100000000000000) micros = value * 1000;
    else if (size >= 100000000000000000) micros = value / 1000;
    store<i64>(out + (row << 3), micros);
  }
}
