// Rows of an integer, a text and a double as bytes that compare like the values: what workers/kernels/encode.ts writes.
import { putBigEndian, putDouble, putText } from './encoded';
import { span, spanAt } from './span';

export function encodeRows(integers: usize, texts: usize, doubles: usize, rows: u32, out: usize, spans: usize): void {
  let at = out;
  for (let row: u32 = 0; row < rows; row++) {
    const from = at;
    store<u8>(at, 1);
    at = putBigEndian(load<u64>(integers + ((<usize>row) << 3)) ^ 0x8000000000000000, at + 1);
    at = putText(spanAt(texts, row), at);
    at = putDouble(load<f64>(doubles + ((<usize>row) << 3)), at);
    store<u64>(spans + ((<usize>row) << 3), span(from, at));
  }
}
