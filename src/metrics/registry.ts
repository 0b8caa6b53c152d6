/**
 * The metrics of a run, in a registry of its own. This file is the only one that knows prom-client.
 *
 * Invariant: figures are read when they are asked for, from the workers' slots and the run's progress, so a busy worker is
 * as visible as an idle one, and a worker that is gone leaves no series behind. Labels are slots, never thread ids.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { WorkerPool } from '../coordinator/pool.ts';
import type { QueryRun } from '../coordinator/run-query.ts';
import type { SlotField } from '../execute/slots.ts';

export interface MetricsSource {
  readonly pool: WorkerPool;
  readonly run: Pick<QueryRun, 'progress' | 'events'>;
  readonly budgetBytes: number;
}

const splitSecondsBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];

export interface MetricsRegistry {
  readonly contentType: string;
  /** The exposition format of Prometheus. */
  text(): Promise<string>;
  /** Stops listening to the run. */
  close(): void;
}

export function createRegistry(source: MetricsSource): MetricsRegistry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerWorkers(registry, source.pool);
  const unsubscribe = registerRun(registry, source);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close: unsubscribe,
  };
}

function registerWorkers(registry: Registry, pool: WorkerPool): void {
  const { slots } = pool;
  const gauge = (name: string, help: string, field: SlotField) =>
    new Gauge({
      name: `millrace_worker_${name}`,
      help,
      labelNames: ['worker'],
      registers: [registry],
      collect() {
        this.reset();
        for (const slot of living(pool)) this.set({ worker: `${slot}` }, slots.get(slot, field));
      },
    });
  gauge('heap_used_bytes', 'JavaScript heap in use, at the last chunk boundary', 'heapUsedBytes');
  gauge('heap_limit_bytes', 'Limit of the JavaScript heap', 'heapLimitBytes');
  gauge('external_bytes', 'Memory outside the JavaScript heap that it refers to, the arena included', 'externalBytes');
  gauge('arena_used_bytes', 'WebAssembly memory, as far as it has grown', 'arenaUsedBytes');
  gauge('arena_limit_bytes', 'Limit of the WebAssembly memory', 'arenaLimitBytes');

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
  total('gc_seconds_total', 'Time in garbage collection, over all lives of the slot', 'gcSecondsTotal');
  total('tasks_total', 'Tasks ended, over all lives of the slot', 'tasksTotal');

  new Gauge({
    name: 'millrace_worker_up',
    help: 'Whether a worker lives in the slot',
    labelNames: ['worker'],
    registers: [registry],
    collect() {
      for (let slot = 0; slot < slots.count; slot++) this.set({ worker: `${slot}` }, slots.owner(slot) === 0 ? 0 : 1);
    },
  });
  new Gauge({
    name: 'millrace_worker_age_seconds',
    help: 'Age of the worker in the slot',
    labelNames: ['worker'],
    registers: [registry],
    collect() {
      this.reset();
      for (const slot of living(pool)) {
        this.set({ worker: `${slot}` }, (Date.now() - slots.get(slot, 'startedAtMs')) / 1000);
      }
    },
  });
  new Counter({
    name: 'millrace_worker_recycles_total',
    help: 'Workers that were replaced',
    labelNames: ['worker', 'reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { worker, reason } of pool.retirements) {
        if (reason !== 'aborted') this.inc({ worker: `${worker}`, reason });
      }
    },
  });
}

/** The function that is returned ends the subscription. */
function registerRun(registry: Registry, { run, budgetBytes }: MetricsSource): () => void {
  new Counter({
    name: 'millrace_bytes_read_total',
    help: 'Bytes of records read, after decompression',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(run.progress().bytesRead);
    },
  });
  new Counter({
    name: 'millrace_records_total',
    help: 'Records read, by what became of them',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      const { matched, filtered, rejected } = run.progress().records;
      this.reset();
      this.inc({ outcome: 'matched' }, matched);
      this.inc({ outcome: 'filtered' }, filtered);
      this.inc({ outcome: 'rejected' }, rejected);
    },
  });
  new Gauge({
    name: 'millrace_splits',
    help: 'Splits of the run, by state',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { queued, running, done } = run.progress().splits;
      this.set({ state: 'queued' }, queued);
      this.set({ state: 'running' }, running);
      this.set({ state: 'done' }, done);
    },
  });
  new Counter({
    name: 'millrace_split_retries_total',
    help: 'Splits that were tried again, by what had happened',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(run.progress().retries)) this.inc({ reason }, count);
    },
  });
  new Gauge({
    name: 'millrace_memory_budget_bytes',
    help: 'Memory budget of the whole process',
    registers: [registry],
  }).set(budgetBytes);
  const seconds = new Histogram({
    name: 'millrace_split_seconds',
    help: 'How long a worker took for a split',
    buckets: splitSecondsBuckets,
    registers: [registry],
  });
  return run.events.on('splitDone', ({ elapsedMs }) => seconds.observe(elapsedMs / 1000));
}

function living(pool: WorkerPool): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < pool.slots.count; slot++) if (pool.slots.owner(slot) !== 0) slots.push(slot);
  return slots;
}
