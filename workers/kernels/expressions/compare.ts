// Comparisons: data only, the caller has combined the flags. Timestamps compare as integers.

export function equalInteger(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<i64>(a + (row << 3)) == load<i64>(b + (row << 3))));
  }
}

export function differInteger(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<i64>(a + (row << 3)) != load<i64>(b + (row << 3))));
  }
}

export function lessInteger(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<i64>(a + (row << 3)) < load<i64>(b + (row << 3))));
  }
}

export function lessEqualInteger(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<i64>(a + (row << 3)) <= load<i64>(b + (row << 3))));
  }
}

export function greaterInteger(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<i64>(a + (row << 3)) > load<i64>(b + (row << 3))));
  }
}

export function greaterEqualInteger(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<i64>(a + (row << 3)) >= load<i64>(b + (row << 3))));
  }
}

export function equalDouble(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<f64>(a + (row << 3)) == load<f64>(b + (row << 3))));
  }
}

export function differDouble(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<f64>(a + (row << 3)) != load<f64>(b + (row << 3))));
  }
}

export function lessDouble(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<f64>(a + (row << 3)) < load<f64>(b + (row << 3))));
  }
}

export function lessEqualDouble(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<f64>(a + (row << 3)) <= load<f64>(b + (row << 3))));
  }
}

export function greaterDouble(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<f64>(a + (row << 3)) > load<f64>(b + (row << 3))));
  }
}

export function greaterEqualDouble(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<f64>(a + (row << 3)) >= load<f64>(b + (row << 3))));
  }
}

/** 0 or 1 whatever byte stands for TRUE. */
@inline
function truth(data: usize, row: usize): u32 {
  return u32(load<u8>(data + row) != 0);
}

export function equalBoolean(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<u8>(out + row, <u8>(truth(a, row) == truth(b, row)));
}

export function differBoolean(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<u8>(out + row, <u8>(truth(a, row) != truth(b, row)));
}

export function lessBoolean(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<u8>(out + row, <u8>(truth(a, row) < truth(b, row)));
}

export function lessEqualBoolean(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<u8>(out + row, <u8>(truth(a, row) <= truth(b, row)));
}

export function greaterBoolean(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<u8>(out + row, <u8>(truth(a, row) > truth(b, row)));
}

export function greaterEqualBoolean(a: usize, b: usize, rows: u32, out: usize): void {
  for (let row: usize = 0; row < rows; row++) store<u8>(out + row, <u8>(truth(a, row) >= truth(b, row)));
}
