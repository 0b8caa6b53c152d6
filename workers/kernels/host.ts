// What kernels ask of JavaScript (src/execute/arena.ts answers): one function for all of it, because V8 compiles a way out for
// each signature that a module imports, in every process, and a thread's first task waits for that.

// @ts-ignore: decorator
@external("env", "host")
declare function host(call: u32, a: u32, b: u32, c: u32, d: u32): u32;

/** Numbers of the calls, their places in `#hostCalls` of src/execute/arena.ts. */
const EMIT_PARTITION: u32 = 0;
const MEASURE_EXTERNAL: u32 = 1;
const EMIT_EXTERNAL: u32 = 2;
const MERGE_EXTERNAL: u32 = 3;

export function emitPartition(partition: u32, address: usize, length: usize): void {
  host(EMIT_PARTITION, partition, <u32>address, <u32>length, 0);
}

export function measureExternal(state: u32, handle: u32): u32 {
  return host(MEASURE_EXTERNAL, state, handle, 0, 0);
}

export function emitExternal(partition: u32, state: u32, handle: u32): void {
  host(EMIT_EXTERNAL, partition, state, handle, 0);
}

export function mergeExternal(state: u32, handle: u32, address: usize, length: u32): u32 {
  return host(MERGE_EXTERNAL, state, handle, <u32>address, length);
}
