// What a worker's sampling takes of its time, counted call by call: the built gauges, called as often as a worker comes to the
// end of a chunk at the speed that was measured.

import { allocateSlots, Slots } from '../../dist/src/execute/slots.js';
import { WorkerGauges } from '../../dist/workers/worker-gauges.js';

/** Of src/execute/input-window.ts. */
const chunkBytes = 1 << 19;
const seconds = 2;

/** `bytesPerSecond`: of one worker. A share of its time. */
export function samplingShare(bytesPerSecond) {
  const gauges = new WorkerGauges(new Slots(allocateSlots(1)), 1);
  const arena = { limitBytes: 1 << 28, sizeBytes: 1 << 24, kernels: { arenaUsed: () => 1 << 20 } };
  const counts = { read: 2600, matched: 2600, filtered: 0, rejected: 0 };
  const everyMs = (chunkBytes / bytesPerSecond) * 1000;
  const timed = (call) => {
    const began = performance.now();
    call();
    return performance.now() - began;
  };
  const spent = [];
  const clock = [];
  const end = performance.now() + seconds * 1000;
  for (let next = performance.now(); next < end; next += everyMs) {
    while (performance.now() < next);
    clock.push(timed(() => undefined));
    spent.push(timed(() => gauges.chunk(arena, chunkBytes, counts)));
  }
  return Math.max(0, uninterrupted(spent) - uninterrupted(clock)) / everyMs;
}

/** The mean without the slowest hundredth, in which the system did something else. */
function uninterrupted(durations) {
  const kept = durations.sort((a, b) => a - b).slice(0, Math.ceil(durations.length * 0.99));
  return kept.reduce((sum, duration) => sum + duration, 0) / kept.length;
}
