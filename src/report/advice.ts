/**
 * What to change for the next run of the same kind. Pure: figures in, sentences out; every rule says what was seen and which
 * flag answers it. The lines are those of the recycling policy (80 % of a cap) and of what recycling costs.
 */
import { formatSize } from '../core/size.ts';

export interface RunFacts {
  readonly elapsedSeconds: number;
  readonly cpuSeconds: number;
  readonly cores: number;
  readonly workers: number;
  readonly splits: number;
  readonly splitBytes: number;
  readonly bytesRead: number;
  readonly records: { readonly read: number; readonly rejected: number };
  readonly budgetBytes: number;
  readonly peakRssBytes: number;
  readonly spilledBytes: number;
  readonly recycleAfter: number;
  /** By what had happened. */
  readonly retries: Readonly<Record<string, number>>;
  /** Records that were put aside because workers died of them. */
  readonly quarantined: number;
  /** Whether heaps were profiled, which takes time and collects garbage. */
  readonly isProfiled: boolean;
  /** By reason. */
  readonly recycles: Readonly<Record<string, number>>;
  /** What leaving and starting took, all workers together. */
  readonly recycleMs: number;
  readonly slowestSplitMs: number;
  readonly medianSplitMs: number;
  readonly perWorker: readonly {
    readonly worker: number;
    readonly peakHeapBytes: number;
    readonly heapLimitBytes: number;
    readonly peakArenaBytes: number;
    readonly arenaLimitBytes: number;
    readonly gcSeconds: number;
  }[];
}

export interface Advice {
  /** `problem`: something went wrong or nearly so; `hint`: it could be faster or smaller. */
  readonly weight: 'problem' | 'hint';
  readonly finding: string;
  readonly change: string;
}

type Rule = (facts: RunFacts) => Advice | null;

/** Most important first; empty where nothing is worth changing. */
export function adviseRun(facts: RunFacts): Advice[] {
  const given = rules.map((rule) => rule(facts)).filter((advice) => advice !== null);
  return [...given.filter(({ weight }) => weight === 'problem'), ...given.filter(({ weight }) => weight === 'hint')];
}

const mib = 1024 * 1024;
/** A run that is over sooner gives no figures worth acting upon. */
const leastSeconds = 2;

const putAside: Rule = ({ quarantined }) => {
  if (quarantined === 0) return null;
  const records = quarantined === 1 ? 'One record was' : `${quarantined} records were`;
  return {
    weight: 'problem',
    finding: `${records} put aside because workers died of ${quarantined === 1 ? 'it' : 'them'}; the answer holds all others`,
    change:
      'Look at the rejected records below, and correct the function that they bring down; --rejects FILE keeps them whole',
  };
};

const heapLimit: Rule = ({ retries, quarantined, perWorker }) => {
  const deaths = retries.heap ?? 0;
  if (deaths === 0 || quarantined > 0) return null; // of records that were put aside it is said
  const limit = Math.max(0, ...perWorker.map(({ heapLimitBytes }) => heapLimitBytes));
  return {
    weight: 'problem',
    finding: `Workers reached their heap limit of ${formatSize(limit)} and died ${times(deaths)}; their splits were read again`,
    change: `Raise --worker-heap to ${wholeMib(limit * 2)}, or lower --split so that a task holds less`,
  };
};

const heapNearCap: Rule = ({ retries, recycles, perWorker }) => {
  if ((retries.heap ?? 0) > 0) return null; // said already
  const fullest = most(perWorker, ({ peakHeapBytes, heapLimitBytes }) => peakHeapBytes / heapLimitBytes);
  if (fullest === undefined) return null;
  const share = fullest.peakHeapBytes / fullest.heapLimitBytes;
  if (share < 0.9 && (recycles.heap ?? 0) === 0) return null;
  return {
    weight: share >= 0.9 ? 'problem' : 'hint',
    finding: `The heap of worker ${fullest.worker} came to ${percent(share)} of its limit of ${formatSize(fullest.heapLimitBytes)}${
      (recycles.heap ?? 0) > 0 ? `, and workers were replaced for it ${times(recycles.heap ?? 0)}` : ''
    }`,
    change: `Raise --worker-heap to ${wholeMib(fullest.peakHeapBytes / 0.6)}`,
  };
};

const otherDeaths: Rule = ({ retries, quarantined }) => {
  const deaths = (retries.died ?? 0) + (retries.deadline ?? 0);
  if (deaths === 0 || quarantined > 0) return null;
  return {
    weight: 'problem',
    finding: `Workers died or made no progress ${times(deaths)}; their splits were read again`,
    change: 'Look at the failures below; lower --split to isolate the record that does it',
  };
};

const spilling: Rule = ({ spilledBytes, budgetBytes }) => {
  if (spilledBytes < 16 * mib) return null;
  return {
    weight: 'hint',
    finding: `${formatSize(spilledBytes)} of partial results did not fit into memory and went through a file`,
    change: `Raise --memory to ${wholeMib(budgetBytes + spilledBytes * 1.5)}, where the machine has it`,
  };
};

const arenaFull: Rule = ({ recycles, retries, perWorker, spilledBytes, budgetBytes }) => {
  const fullest = most(perWorker, ({ peakArenaBytes, arenaLimitBytes }) => peakArenaBytes / arenaLimitBytes);
  if (fullest === undefined) return null;
  const failures = retries.arena ?? 0;
  const replaced = recycles.arena ?? 0;
  if (
    failures === 0 &&
    replaced === 0 &&
    (spilledBytes === 0 || fullest.peakArenaBytes < 0.95 * fullest.arenaLimitBytes)
  )
    return null;
  const share = percent(fullest.peakArenaBytes / fullest.arenaLimitBytes);
  const replacedFor = replaced > 0 ? `, and workers were replaced for it ${times(replaced)}` : '';
  return {
    weight: failures > 0 ? 'problem' : 'hint',
    finding: `The arena of worker ${fullest.worker} grew to ${share} of its limit of ${formatSize(fullest.arenaLimitBytes)}${replacedFor}`,
    change: `Raise --worker-arena to ${wholeMib(fullest.arenaLimitBytes * 2)}${
      fullest.arenaLimitBytes * 2 * perWorker.length > budgetBytes / 2 ? ' and --memory with it' : ''
    }`,
  };
};

const recycleThrash: Rule = ({ recycles, recycleMs, elapsedSeconds, workers, recycleAfter, splits }) => {
  const byTasks = recycles.tasks ?? 0;
  const share = recycleMs / 1000 / Math.max(0.001, elapsedSeconds * workers);
  if (byTasks < 3 || recycleAfter === 0 || share < 0.02) return null;
  const taskSeconds = (elapsedSeconds * workers) / Math.max(1, splits);
  const enough = Math.max(recycleAfter * 2, Math.ceil(5 / Math.max(0.001, taskSeconds)));
  return {
    weight: 'hint',
    finding: `Workers were replaced ${times(byTasks)} after ${recycleAfter} tasks each, and ending and starting them took ${percent(share)} of the run`,
    change: `Raise --recycle-after to ${twoDigits(enough)}: a life of five seconds and more makes the cost vanish`,
  };
};

const idleCores: Rule = ({ elapsedSeconds, cpuSeconds, cores, workers, splits }) => {
  if (elapsedSeconds < leastSeconds || workers >= cores || splits <= workers) return null;
  if (cpuSeconds / (elapsedSeconds * workers) < 0.8) return null;
  return {
    weight: 'hint',
    finding: `${workers === 1 ? 'One worker was' : `All ${workers} workers were`} busy, and ${cores - workers} of ${cores} cores had nothing to do`,
    change: `Use --workers ${cores}; each needs its heap and arena, so --memory may have to rise`,
  };
};

const fewSplits: Rule = ({ elapsedSeconds, workers, splits, splitBytes, bytesRead }) => {
  if (elapsedSeconds < leastSeconds || splits >= workers * 2 || workers === 1 || bytesRead < 64 * mib) return null;
  return {
    weight: 'hint',
    finding: `There were ${splits} splits for ${workers} workers, so some waited for the last`,
    change: `Lower --split to ${wholeMib(Math.max(mib, Math.min(splitBytes / 2, bytesRead / (workers * 8))))}; a compressed file is one split whatever its size`,
  };
};

const profiled: Rule = ({ isProfiled }) => {
  if (!isProfiled) return null;
  return {
    weight: 'hint',
    finding: 'Heaps were profiled, which takes time and collects garbage',
    change: 'Judge speed and garbage collection by a run without --heap-profile',
  };
};

const waiting: Rule = ({ elapsedSeconds, cpuSeconds, workers, cores }) => {
  const share = cpuSeconds / (elapsedSeconds * Math.min(workers, cores));
  if (elapsedSeconds < leastSeconds || share >= 0.5) return null;
  return {
    weight: 'hint',
    finding: `The processor was busy ${percent(share)} of the time: workers waited for the disk, a pipe or other processes`,
    change: 'More workers do not help here; a faster disk, compressed files or a quieter machine would',
  };
};

const straggler: Rule = ({ elapsedSeconds, slowestSplitMs, medianSplitMs, splits, splitBytes, workers }) => {
  if (elapsedSeconds < leastSeconds || splits < workers * 2 || workers === 1) return null;
  if (slowestSplitMs < medianSplitMs * 4 || slowestSplitMs < elapsedSeconds * 200) return null;
  return {
    weight: 'hint',
    finding: `The slowest split took ${(slowestSplitMs / 1000).toFixed(1)} s, the median ${(medianSplitMs / 1000).toFixed(1)} s`,
    change: `Lower --split to ${wholeMib(Math.max(mib, splitBytes / 4))}, so that nobody waits for one`,
  };
};

const collection: Rule = ({ elapsedSeconds, isProfiled, perWorker }) => {
  const busiest = most(perWorker, ({ gcSeconds }) => gcSeconds);
  if (busiest === undefined || elapsedSeconds < leastSeconds || isProfiled) return null;
  const share = busiest.gcSeconds / elapsedSeconds;
  if (share < 0.1) return null;
  return {
    weight: 'hint',
    finding: `Worker ${busiest.worker} spent ${percent(share)} of the time collecting garbage`,
    change: `Raise --worker-heap to ${wholeMib(busiest.heapLimitBytes * 2)}: the young generation grows with it, up to 48 MiB`,
  };
};

const manyRejects: Rule = ({ records }) => {
  if (records.rejected === 0 || records.rejected < records.read * 0.01) return null;
  return {
    weight: 'problem',
    finding: `${percent(records.rejected / records.read)} of the records were rejected, and the answer holds none of them`,
    change: 'Look at the samples below: another --format or --columns may fit; --rejects FILE keeps all of them',
  };
};

const ampleMemory: Rule = ({ elapsedSeconds, peakRssBytes, budgetBytes, spilledBytes, recycles, retries }) => {
  const isCalm = spilledBytes === 0 && !recycles.heap && !recycles.arena && Object.keys(retries).length === 0;
  if (!isCalm || elapsedSeconds < leastSeconds || peakRssBytes > budgetBytes * 0.4) return null;
  return {
    weight: 'hint',
    finding: `At most ${formatSize(peakRssBytes)} of the ${formatSize(budgetBytes)} budget were used`,
    change: `Where memory is dear, --memory ${wholeMib(Math.max(256 * mib, peakRssBytes * 1.5))} should do`,
  };
};

const rules: readonly Rule[] = [
  ...[putAside, heapLimit, heapNearCap, otherDeaths, manyRejects, arenaFull, spilling],
  ...[recycleThrash, idleCores, fewSplits, straggler, waiting, collection, profiled, ampleMemory],
];

function most<T>(items: readonly T[], by: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best === undefined || by(item) > by(best) ? item : best),
    undefined,
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

/** Rounded up to two significant digits. */
function twoDigits(count: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / step) * step;
}

/** As a flag takes it, rounded up to something a person would type. */
function wholeMib(bytes: number): string {
  const amount = Math.ceil(bytes / mib);
  const step = amount > 256 ? 64 : amount > 64 ? 16 : 1;
  return `${Math.ceil(amount / step) * step}MiB`;
}
