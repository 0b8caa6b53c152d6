// Rows of an integer, a text and a double as bytes that compare like the values: what workers/kernels/encode.ts writes.
import { begin, length, span, spanAt } from './span';

function bigEndian(at: usize, value: u64): void {
  for (let i: usize = 0; i < 8; i++) store<u8>(at + i, <u8>(value >> (56 - ((<u64>i) << 3))));
}

export function encodeRows(integers: usize, texts: usize, doubles: usize, rows: u32, out: usize, spans: usize): void {
  let at = out;
  for (let row: u32 = 0; row < rows; row++) {
    const from = at;
    store<u8>(at, 1);
    bigEndian(at + 1, load<u64>(integers + ((<usize>row) << 3)) ^ 0x8000000000000000);
    at += 9;
    store<u8>(at++, 1);
    const text = spanAt(texts, row);
    for (let i: usize = 0; i < length(text); i++) {
      const byte = load<u8>(begin(text) + i);
      store<u8>(at++, byte);
      if (byte == 0) store<u8>(at++, 0xff);
    }
    store<u8>(at, 0);
    store<u8>(at, 1, 1);
    at += 2;
    store<u8>(at, 1);
    const bits = reinterpret<u64>(load<f64>(doubles + ((<usize>row) << 3)) + 0.0);
    bigEndian(at + 1, <i64>bits < 0 ? ~bits : bits ^ 0x8000000000000000);
    at += 9;
    store<u64>(spans + ((<usize>row) << 3), span(from, at));
  }
}
