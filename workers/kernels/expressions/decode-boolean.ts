// Text to boolean: true, false, t, f, 1, 0 in any case.
import { VALID } from '../flags';

/** 0, 1, or 2 where the text is none. */
@inline
function parseBoolean(address: usize, length: u32): u32 {
  if (length == 1) {
    const byte = <u32>load<u8>(address);
    if (byte == 49 || (byte | 32) == 116) return 1;
    return byte == 48 || (byte | 32) == 102 ? 0 : 2;
  }
  const small = load<u32>(address) | 0x20202020;
  if (length == 4) return small == 0x65757274 ? 1 : 2;
  return length == 5 && small == 0x736c6166 && (load<u8>(address, 4) | 32) == 101 ? 0 : 2;
}

/** Rows whose `flags` are 0 are decoded into `out`; a failure writes `notBoolean` into their flag. */
export function decodeBoolean(spans: usize, flags: usize, rows: u32, out: usize, notBoolean: u32): void {
  for (let row: usize = 0; row < rows; row++) {
    if (load<u8>(flags + row) != VALID) continue;
    const span = load<u64>(spans + (row << 3));
    const value = parseBoolean(<usize>(<u32>span), <u32>(span >> 32));
    if (value < 2) store<u8>(out + row, <u8>value);
    else store<u8>(flags + row, <u8>notBoolean);
  }
}
