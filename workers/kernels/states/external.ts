// A state in the worker's JavaScript heap (a user's aggregate): 0 u32 handle (0: none yet) · 4 u32 number of the state in its
// table. JavaScript updates it; written and merged it is by calling back, as bytes that only JavaScript can read.
import { emitExternal, measureExternal, mergeExternal } from '../host';
import { flushPartition, putU32 } from '../writer';

export const SIZE: u32 = 8;
const NONE: u32 = 0xffffffff;

export function write(at: usize): void {
  const handle = load<u32>(at);
  if (handle == 0) {
    putU32(NONE);
    return;
  }
  const state = load<u32>(at, 4);
  putU32(measureExternal(state, handle));
  emitExternal(flushPartition(), state, handle);
}

export function writtenBytes(at: usize): u32 {
  const handle = load<u32>(at);
  return handle == 0 ? 4 : 4 + measureExternal(load<u32>(at, 4), handle);
}

export function merge(at: usize, state: u32, source: usize): usize {
  const length = load<u32>(source);
  if (length == NONE) return source + 4;
  store<u32>(at, mergeExternal(state, load<u32>(at), source + 4, length));
  store<u32>(at, state, 4);
  return source + 4 + length;
}
