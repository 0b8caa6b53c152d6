// The frame of every micro-benchmark: a kernel and a plain loop that does the same work take turns in many short passes,
// so that a change in the machine's speed hits both, and the fastest pass of each counts: what a neighbour takes away makes
// passes slower, never faster. What a guard checks is the ratio of the two within one run, never milliseconds of another day.
import { median } from '../statistics.mjs';

/**
 * Measures one lane: `kernel()` and `reference()` each handle `rows` rows. `prepare()`, where given, runs untimed before each
 * pass of either (a pass is then one call). `budgetMs` is what the passes may take together.
 *
 * Returns `{ kernelNs, referenceNs, ratio, medianRatio }`: nanoseconds per row of the fastest passes, how many times as fast
 * as the loop the kernel is, and the median of that ratio over neighbouring passes, which shows how quiet it was.
 */
export async function measurePair(
  { kernel, reference, prepare, rows },
  { warmUpMs = 15, passMs = 0.4, budgetMs = 200 } = {},
) {
  const sides = [];
  for (const run of [kernel, reference])
    sides.push({ run, calls: await warmUp(run, prepare, warmUpMs, passMs), times: [] });
  const deadline = performance.now() + budgetMs;
  for (let pass = 0; pass < leastPasses || performance.now() < deadline; pass++) {
    for (const side of sides) side.times.push(await timePass(side, prepare));
  }
  const [kernelTimes, referenceTimes] = sides.map(({ times }) => times);
  const [kernelNs, referenceNs] = sides.map(({ times }) => (Math.min(...times) * 1e6) / rows);
  return {
    kernelNs,
    referenceNs,
    ratio: referenceNs / kernelNs,
    medianRatio: median(referenceTimes.map((ms, pass) => ms / kernelTimes[pass])),
  };
}

const leastPasses = 5;

/** Of two measurements of one lane the one in which the kernel does better: where code and data lie is luck. */
export function better(first, second) {
  return second.ratio > first.ratio ? second : first;
}

/** Calls `run` for `ms` at least; returns how many calls make a pass. */
async function warmUp(run, prepare, ms, passMs) {
  const started = performance.now();
  let spent = 0;
  let calls = 0;
  do {
    prepare?.();
    const from = performance.now();
    await run();
    spent += performance.now() - from;
    calls++;
  } while (performance.now() - started < ms);
  return prepare === undefined ? Math.max(1, Math.round((passMs * calls) / spent)) : 1;
}

async function timePass({ run, calls }, prepare) {
  prepare?.();
  const started = performance.now();
  for (let call = 0; call < calls; call++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  return (performance.now() - started) / calls;
}
