// Values as bytes that compare like them: what workers/kernels/encode.ts writes. Each gives the address behind what it wrote.
import { begin, length } from './span';

export function putBigEndian(value: u64, at: usize): usize {
  for (let i: usize = 0; i < 8; i++) store<u8>(at + i, <u8>(value >> (56 - ((<u64>i) << 3))));
  return at + 8;
}

export function putText(text: u64, out: usize): usize {
  let at = out;
  store<u8>(at++, 1);
  for (let i: usize = 0; i < length(text); i++) {
    const byte = load<u8>(begin(text) + i);
    store<u8>(at++, byte);
    if (byte == 0) store<u8>(at++, 0xff);
  }
  store<u8>(at, 0);
  store<u8>(at, 1, 1);
  return at + 2;
}

export function putDouble(value: f64, out: usize): usize {
  store<u8>(out, 1);
  const bits = reinterpret<u64>(value + 0.0);
  return putBigEndian(<i64>bits < 0 ? ~bits : bits ^ 0x8000000000000000, out + 1);
}
