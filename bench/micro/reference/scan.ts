// The whole of `SELECT status, count(*), sum(bytes) ... GROUP BY status` over lines of the combined format, fused by hand, one
// byte after the other. `groups`: u64 count and i64 sum per status below 1000.

const NEWLINE: u32 = 10;
const SPACE: u32 = 32;
const QUOTE: u32 = 34;

/** Takes the whole lines of [begin, end); where the first incomplete one begins. */
export function scanStatus(begin: usize, end: usize, groups: usize): usize {
  let line = begin;
  let at = begin;
  while (true) {
    while (at < end && load<u8>(at) != QUOTE) at++;
    at++;
    while (at < end && load<u8>(at) != QUOTE) at += load<u8>(at) == 92 ? 2 : 1;
    at += 2;
    let status: u32 = 0;
    for (; at < end && load<u8>(at) != SPACE; at++) status = status * 10 + (<u32>load<u8>(at) - 48);
    at++;
    let size: i64 = 0;
    let isNull = false;
    for (; at < end && load<u8>(at) != SPACE; at++) {
      if (load<u8>(at) == 45) isNull = true;
      else size = size * 10 + (<i64>load<u8>(at) - 48);
    }
    while (at < end && load<u8>(at) != NEWLINE) at++;
    if (at >= end) return line;
    const group = groups + ((<usize>status) << 4);
    store<u64>(group, load<u64>(group) + 1);
    if (!isNull) store<i64>(group, load<i64>(group, 8) + size, 8);
    at++;
    line = at;
  }
}
