// The frame of every micro-benchmark: lanes that do the same work are warmed up, then take turns, so that a change in the
// machine's speed hits all of them; the median of a lane's samples counts. What a guard checks is a ratio within one run,
// never milliseconds of another day.
import { median } from '../statistics.mjs';

/**
 * Measures `lanes`, each `{ name, rows, bytes?, run }` where one call of `run()` handles `rows` rows (`bytes` bytes) and
 * returns something that depends on all of them, so that no compiler can drop the work. A lane's results must not change
 * from one call to the next: that is checked.
 *
 * Returns `[{ name, nsPerRow, bytesPerSecond }]` in the order of the lanes.
 */
export function measureLanes(lanes, { warmUpMs = 200, sampleMs = 40, samples = 11 } = {}) {
  const prepared = lanes.map((lane) => ({ ...lane, expected: lane.run(), calls: 1, times: [] }));
  for (const lane of prepared) {
    const callMs = warmUp(lane, warmUpMs);
    lane.calls = Math.max(1, Math.round(sampleMs / callMs));
  }
  for (let sample = 0; sample < samples; sample++) {
    for (const lane of prepared) lane.times.push(timeCalls(lane));
  }
  return prepared.map(({ name, rows, bytes, times }) => {
    const ms = median(times);
    return { name, nsPerRow: (ms * 1e6) / rows, bytesPerSecond: bytes === undefined ? undefined : (bytes / ms) * 1e3 };
  });
}

/** Runs a lane for `ms` at least; returns the milliseconds of one call. */
function warmUp(lane, ms) {
  const started = performance.now();
  let calls = 0;
  let elapsed = 0;
  do {
    check(lane, lane.run());
    calls++;
    elapsed = performance.now() - started;
  } while (elapsed < ms);
  return elapsed / calls;
}

function timeCalls(lane) {
  const started = performance.now();
  let result;
  for (let call = 0; call < lane.calls; call++) result = lane.run();
  const elapsed = performance.now() - started;
  check(lane, result);
  return elapsed / lane.calls;
}

function check(lane, result) {
  if (!Object.is(result, lane.expected))
    throw new Error(`Cannot measure "${lane.name}": it gave ${result} after ${lane.expected}`);
}

/**
 * The guard: says what is wrong when `kernel` is more than 20 % behind `times` the speed of `reference`, both results of
 * one `measureLanes` call; undefined when all is well. `times` is 1 unless the kernel has shown to be faster than that.
 */
export function behindReference(kernel, reference, { times = 1, slack = 0.2 } = {}) {
  const speed = reference.nsPerRow / kernel.nsPerRow;
  if (speed >= times * (1 - slack)) return undefined;
  return `${kernel.name} runs at ${speed.toFixed(2)} times the speed of ${reference.name}: expected ${times} less ${slack * 100} % at most`;
}

/** The results as aligned lines. */
export function renderLanes(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  return results
    .map(({ name, nsPerRow, bytesPerSecond }) => {
      const speed = bytesPerSecond === undefined ? '' : `${(bytesPerSecond / 1e6).toFixed(0).padStart(8)} MB/s`;
      return `${name.padEnd(width)} ${nsPerRow.toFixed(2).padStart(9)} ns/row${speed}`;
    })
    .join('\n');
}
