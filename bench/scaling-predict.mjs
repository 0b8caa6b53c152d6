// The model: from the costs of the stages to the time on n workers. Pure; what it leaves out is said in `limits`.
//
// Scanning is parallel until one of three things is used up: workers (with the last, unequal round of splits), the memory that
// the bytes go through, or the one thread that hands out splits and takes their results. Merging is parallel by partition.
// Starting, finishing and ending are serial: what Amdahl's law (1967) is about. `contention` says how much longer a worker takes
// beside others, as the first two were seen to do: on a machine whose cores run two threads each, that is the price of a pair.

/** What a server with 64 cores is taken to have: eight channels of DDR4-3200, as processors with that many cores do. */
export const paperMachine = { memoryBytesPerSecond: 200e9, trafficPerByte: 3 };

export const workerCounts = [1, 2, 4, 8, 16, 32, 64];

/**
 * `costs`: `{ bytes, startMs, scanMs, mergeMs, merges, finishMs, exitMs, coordinatorMsPerSplit, coordinatorMsPerWorker, splits }` of a
 * run with one worker. `splitsFor(bytes, workers)` is the engine's own rule. Resolves to milliseconds and what limits the scan.
 */
export function predict(costs, bytes, workers, splitsFor, { contention = 0, machine = paperMachine } = {}) {
  const splits = splitsFor(bytes, workers);
  const rounds = Math.ceil(splits / workers) / splits;
  const scans = {
    workers: costs.scanMs * (bytes / costs.bytes) * rounds * (workers === 1 ? 1 : 1 + contention),
    memory: (bytes * machine.trafficPerByte * 1e3) / machine.memoryBytesPerSecond,
    coordinator: splits * costs.coordinatorMsPerSplit,
  };
  const [limit, scanMs] = Object.entries(scans).reduce((most, next) => (next[1] > most[1] ? next : most));
  const merging = costs.merges === 0 ? 0 : Math.ceil(costs.merges / workers) / costs.merges;
  const mergeMs = costs.mergeMs * (splits / costs.splits) * merging + costs.merges * costs.coordinatorMsPerSplit;
  const serialMs = costs.startMs + costs.coordinatorMsPerWorker * (workers - 1) + costs.finishMs + costs.exitMs;
  const ms = serialMs + scanMs + mergeMs;
  return { workers, ms, scanMs, mergeMs, serialMs, limit: serialMs > scanMs + mergeMs ? 'start and end' : limit };
}

export const limits = [
  'Memory: every byte is taken to cross the memory bus three times (page cache, copy, reading the copy), on a machine with 200 GB/s. The machine at hand has two cores and cannot show that wall.',
  'Bytes come from the page cache. From a disk the disk is the limit: 7 GB/s for a fast one.',
  'The coordinator is one thread: per split it costs what its own processor time says, and above its limit more workers bring nothing (Amdahl). Larger splits move that limit.',
  'With contention: every worker is as much slower beside others as the first two were beside each other, because they may share a core. Without: 64 whole cores. Several sockets and lower clocks with all cores busy are in neither column, nor is a contention that grows with the workers (the coherence term of the universal scalability law): workers share no memory that is written but a row of gauges each.',
  'Merging costs what it cost per partial and group here; groups that no longer fit the caches or the budget cost more.',
];
