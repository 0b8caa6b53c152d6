/**
 * Milliseconds of a clock that nobody sets. (The global `performance` takes 1.5 ms to load, in every thread that starts; taking apart
 * what `hrtime` gives otherwise leaves several times the garbage, and this is asked between any two chunks.)
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
