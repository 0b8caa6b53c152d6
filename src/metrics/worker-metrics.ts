/** Metrics of every worker, read from the slots when they are asked for: a busy worker is as visible as an idle one. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { RecycleReason } from '../coordinator/recycle-policy.ts';
import type { SlotField } from '../execute/slots.ts';
import type { ObservedPool } from './metrics-source.ts';

const startSecondsBuckets = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** There from the start: `increase()` does not see a series that begins at one. */
const recycleReasons: readonly RecycleReason[] = ['tasks', 'heap', 'arena', 'age', 'died', 'deadline', 'isolation'];

const collections = [
  ['minor', 'gcMinorTotal'],
  ['major', 'gcMajorTotal'],
  ['incremental', 'gcIncrementalTotal'],
  ['weak', 'gcWeakTotal'],
] as const satisfies readonly (readonly [string, SlotField])[];

/** The function that is returned ends the subscriptions. */
export function registerWorkers(registry: Registry, pool: ObservedPool): () => void {
  registerGauges(registry, pool);
  registerTotals(registry, pool);
  return registerLives(registry, pool);
}

/** What describes a living worker; a slot without one has no such series. */
function registerGauges(registry: Registry, pool: ObservedPool): void {
  const { slots } = pool;
  const gauge = (name: string, help: string, look: (slot: number) => number) =>
    new Gauge({
      name: `millrace_worker_${name}`,
      help,
      labelNames: ['worker'],
      registers: [registry],
      collect() {
        this.reset();
        for (const slot of living(pool)) this.set({ worker: `${slot}` }, look(slot));
      },
    });
  const field = (name: string, help: string, of: SlotField) => gauge(name, help, (slot) => slots.get(slot, of));
  field('heap_used_bytes', 'JavaScript heap in use, at the last chunk boundary', 'heapUsedBytes');
  field('heap_limit_bytes', 'Limit of the JavaScript heap', 'heapLimitBytes');
  field('external_bytes', 'Memory outside the JavaScript heap that it refers to, the arena included', 'externalBytes');
  field('arena_used_bytes', 'WebAssembly memory, as far as it has grown', 'arenaUsedBytes');
  field('arena_limit_bytes', 'Limit of the WebAssembly memory', 'arenaLimitBytes');
  field('life_tasks', 'Tasks that the worker in the slot has ended', 'tasksInLife');
  gauge('age_seconds', 'Age of the worker in the slot', (slot) => (Date.now() - slots.get(slot, 'startedAtMs')) / 1000);
  new Gauge({
    name: 'millrace_worker_up',
    help: 'Whether a worker lives in the slot',
    labelNames: ['worker'],
    registers: [registry],
    collect() {
      for (let slot = 0; slot < slots.count; slot++) this.set({ worker: `${slot}` }, slots.owner(slot) === 0 ? 0 : 1);
    },
  });
}

/** What goes on over all lives of a slot. */
function registerTotals(registry: Registry, { slots }: ObservedPool): void {
  const total = (name: string, help: string, field: SlotField) =>
    new Counter({
      name: `millrace_worker_${name}`,
      help,
      labelNames: ['worker'],
      registers: [registry],
      collect() {
        this.reset();
        for (let slot = 0; slot < slots.count; slot++) this.inc({ worker: `${slot}` }, slots.get(slot, field));
      },
    });
  total(
    'gc_seconds_total',
    "Time in garbage collection, over all lives of the slot, without a life's first quarter of a second",
    'gcSecondsTotal',
  );
  total('flushes_total', 'Times that the arena was emptied at its soft line, over all lives', 'flushesTotal');
  total('tasks_total', 'Tasks ended, over all lives of the slot', 'tasksTotal');
  new Counter({
    name: 'millrace_worker_gc_pauses_total',
    help: "Garbage collections by kind, over all lives of the slot, without those of a life's first quarter of a second",
    labelNames: ['worker', 'kind'],
    registers: [registry],
    collect() {
      this.reset();
      for (let slot = 0; slot < slots.count; slot++) {
        for (const [kind, field] of collections) this.inc({ worker: `${slot}`, kind }, slots.get(slot, field));
      }
    },
  });
  const peak = (name: string, help: string, field: SlotField) =>
    new Gauge({
      name: `millrace_worker_${name}`,
      help,
      labelNames: ['worker'],
      registers: [registry],
      collect() {
        for (let slot = 0; slot < slots.count; slot++) this.set({ worker: `${slot}` }, slots.get(slot, field));
      },
    });
  peak('heap_peak_bytes', 'High-water mark of the JavaScript heap, over all lives of the slot', 'peakHeapBytes');
  peak('arena_peak_bytes', 'High-water mark of the WebAssembly memory, over all lives of the slot', 'peakArenaBytes');
}

function registerLives(registry: Registry, pool: ObservedPool): () => void {
  new Counter({
    name: 'millrace_worker_recycles_total',
    help: 'Workers that were replaced, by reason',
    labelNames: ['worker', 'reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (let slot = 0; slot < pool.slots.count; slot++) {
        for (const reason of recycleReasons) this.inc({ worker: `${slot}`, reason }, 0);
      }
      for (const { worker, reason } of pool.retirements) {
        const isInSlot = worker >= 0; // a thread that never came to run our code had none
        if (reason !== 'aborted' && isInSlot) this.inc({ worker: `${worker}`, reason });
      }
    },
  });
  const recycle = new Histogram({
    name: 'millrace_worker_recycle_seconds',
    help: 'How long a replaced worker took from leaving service to its end',
    buckets: startSecondsBuckets,
    registers: [registry],
  });
  const start = new Histogram({
    name: 'millrace_worker_start_seconds',
    help: 'How long a worker thread took from its creation until it ran our code',
    buckets: startSecondsBuckets,
    registers: [registry],
  });
  for (const { reason, ms } of pool.retirements) if (reason !== 'aborted') recycle.observe(ms / 1000);
  for (const { ms } of pool.workers) start.observe(ms / 1000);
  const unsubscribe = [
    pool.events.on('retired', ({ reason, ms }) => {
      if (reason !== 'aborted') recycle.observe(ms / 1000);
    }),
    pool.events.on('started', ({ ms }) => start.observe(ms / 1000)),
  ];
  return () => {
    for (const stop of unsubscribe) stop();
  };
}

function living({ slots }: ObservedPool): number[] {
  const alive: number[] = [];
  for (let slot = 0; slot < slots.count; slot++) if (slots.owner(slot) !== 0) alive.push(slot);
  return alive;
}
