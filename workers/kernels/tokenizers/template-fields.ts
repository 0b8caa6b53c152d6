// What a field of a template becomes: spans in the vectors of the columns that are needed.
import { span } from '../batch';
import { DASH_NULL, REQUEST, Step } from './template-program';

const SPACE: u8 = 32;
const DASH: u8 = 45;

/** Address of the first `byte` in [p, end), or `end`. */
// @ts-ignore: decorator
@inline
export function find(p: usize, end: usize, byte: u8): usize {
  const wanted = i8x16.splat(byte);
  while (p < end) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(p), wanted));
    if (bits != 0) return min<usize>(p + ctz<u32>(bits), end);
    p += 16;
  }
  return end;
}

/** Address of the last space in [start, end), which has one. */
// @ts-ignore: decorator
@inline
function lastSpace(start: usize, end: usize): usize {
  const space = i8x16.splat(SPACE);
  let p = end;
  while (p >= start + 16) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(p - 16), space));
    if (bits != 0) return p + 15 - clz<u32>(bits);
    p -= 16;
  }
  do --p;
  while (load<u8>(p) != SPACE);
  return p;
}

// @ts-ignore: decorator
@inline
function pieceOf(start: usize, end: usize): u64 {
  return end > start ? span(start, end - start) : 0;
}

/**
 * Cuts a request at its first and its last space. Without a space there is nothing to cut: all are NULL; with one space
 * (HTTP/0.9) there is no protocol. An empty piece is NULL.
 */
export function splitRequest(step: Step, row8: usize, start: usize, end: usize): void {
  // most have their first space within 16 bytes and their last one too, and nothing empty
  const space = i8x16.splat(SPACE);
  const firstBits = <u32>i8x16.bitmask(i8x16.eq(v128.load(start), space));
  const lastBits = <u32>i8x16.bitmask(i8x16.eq(v128.load(end - 16), space));
  const methodEnd = start + <usize>ctz<u32>(firstBits);
  const pathEnd = end + 15 - <usize>clz<u32>(lastBits);
  if (firstBits == 0 || lastBits == 0 || methodEnd == start || pathEnd <= methodEnd + 1 || pathEnd + 1 == end) {
    return splitAnyRequest(step, row8, start, end);
  }
  if (step.method != 0) store<u64>(<usize>step.method + row8, span(start, methodEnd - start));
  if (step.path != 0) store<u64>(<usize>step.path + row8, span(methodEnd + 1, pathEnd - methodEnd - 1));
  if (step.protocol != 0) store<u64>(<usize>step.protocol + row8, span(pathEnd + 1, end - pathEnd - 1));
}

function splitAnyRequest(step: Step, row8: usize, start: usize, end: usize): void {
  const first = find(start, end, SPACE);
  let method: u64 = 0;
  let path: u64 = 0;
  let protocol: u64 = 0;
  if (first < end) {
    const last = lastSpace(first, end);
    method = pieceOf(start, first);
    if (last == first) {
      path = pieceOf(first + 1, end);
    } else {
      path = pieceOf(first + 1, last);
      protocol = pieceOf(last + 1, end);
    }
  }
  if (step.method != 0) store<u64>(<usize>step.method + row8, method);
  if (step.path != 0) store<u64>(<usize>step.path + row8, path);
  if (step.protocol != 0) store<u64>(<usize>step.protocol + row8, protocol);
}

/** Stores the field [start, end) of the row at byte offset `row8` of the vectors. */
export function storeField(step: Step, row8: usize, start: usize, end: usize): void {
  if (step.output != 0) {
    const length = end - start;
    const isNull = (step.flags & DASH_NULL) != 0 && length == 1 && load<u8>(start) == DASH;
    store<u64>(<usize>step.output + row8, isNull ? 0 : span(start, length));
  }
  if ((step.flags & REQUEST) != 0) splitRequest(step, row8, start, end);
}
