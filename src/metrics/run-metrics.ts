/** Metrics of the run: its progress, read when it is asked for, and what happens in it, counted as it happens. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { peakRssBytes } from '../coordinator/peak-rss.ts';
import type { FailureKind } from '../coordinator/task-error.ts';
import type { MetricsSource } from './metrics-source.ts';

const splitSecondsBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];

/** There from the start: `increase()` does not see a series that begins at one. */
const retriedKinds: readonly FailureKind[] = ['heap', 'died', 'deadline', 'io', 'arena', 'bug', 'record'];

/** The function that is returned ends the subscriptions. */
export function registerRun(registry: Registry, source: MetricsSource): () => void {
  registerProgress(registry, source);
  registerState(registry, source);
  registerRecovery(registry, source);
  const stops = [registerSplits(registry, source), registerMerging(registry, source)];
  return () => {
    for (const stop of stops) stop();
  };
}

function registerProgress(registry: Registry, { run }: MetricsSource): void {
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
    help: 'Records read, by what became of them: matched, filtered or rejected',
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
    help: 'Splits of the run, by state: queued, running or done',
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
      for (const reason of retriedKinds) this.inc({ reason }, 0);
      for (const [reason, count] of Object.entries(run.progress().retries)) this.inc({ reason }, count);
    },
  });
}

function registerState(registry: Registry, { run, pool, budgetBytes }: MetricsSource): void {
  new Gauge({
    name: 'millrace_input_bytes',
    help: 'Bytes that the run is to read; absent where that is not known',
    registers: [registry],
    collect() {
      const { bytesTotal } = run.progress();
      if (bytesTotal === null) this.remove();
      else this.set(bytesTotal);
    },
  });
  new Gauge({
    name: 'millrace_paused',
    help: 'Whether somebody has paused the run',
    registers: [registry],
    collect() {
      this.set(pool.isPaused ? 1 : 0);
    },
  });
  new Gauge({
    name: 'millrace_memory_budget_bytes',
    help: 'Memory budget of the whole process',
    registers: [registry],
  }).set(budgetBytes);
  new Gauge({
    name: 'millrace_memory_peak_bytes',
    help: 'Most resident memory that the process ever had',
    registers: [registry],
    collect() {
      this.set(peakRssBytes());
    },
  });
}

/** What costs no answer but should be looked at: records that kill, and how much of the run another run could go on from. */
function registerRecovery(registry: Registry, { run }: MetricsSource): void {
  new Counter({
    name: 'millrace_quarantined_records_total',
    help: 'Records that were put aside because workers died of them; they are among the rejected',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(run.progress().quarantined);
    },
  });
  new Counter({
    name: 'millrace_ledger_splits_total',
    help: 'Splits found finished in the ledger of --state, and splits written to it; absent without one',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      const { ledger } = run.progress();
      this.reset();
      if (ledger === null) return;
      this.inc({ outcome: 'found' }, ledger.foundSplits);
      this.inc({ outcome: 'written' }, ledger.writtenSplits);
    },
  });
  new Gauge({
    name: 'millrace_ledger_bytes',
    help: 'Size of the ledger of --state; absent without one',
    registers: [registry],
    collect() {
      const { ledger } = run.progress();
      if (ledger === null) this.remove();
      else this.set(ledger.bytes);
    },
  });
}

function registerSplits(registry: Registry, { run }: MetricsSource): () => void {
  const seconds = new Histogram({
    name: 'millrace_split_seconds',
    help: 'How long a worker took for a split',
    buckets: splitSecondsBuckets,
    registers: [registry],
  });
  const failures = new Counter({
    name: 'millrace_task_failures_total',
    help: 'Tasks that failed, by what happened; those that were tried again are retries too',
    labelNames: ['reason'],
    registers: [registry],
  });
  for (const reason of retriedKinds) failures.inc({ reason }, 0);
  const rescans = new Counter({
    name: 'millrace_rescans_total',
    help: 'Splits that were read again because they began inside quotes',
    registers: [registry],
  });
  const unsubscribe = [
    run.events.on('splitDone', ({ elapsedMs }) => seconds.observe(elapsedMs / 1000)),
    run.events.on('taskFailed', ({ kind }) => failures.inc({ reason: kind })),
    run.events.on('rescan', () => rescans.inc()),
  ];
  return () => {
    for (const stop of unsubscribe) stop();
  };
}

function registerMerging(registry: Registry, { run }: MetricsSource): () => void {
  const spills = new Counter({
    name: 'millrace_spills_total',
    help: 'Times that partial aggregates went to a file',
    registers: [registry],
  });
  const spilled = new Counter({
    name: 'millrace_spilled_bytes_total',
    help: 'Bytes of partial aggregates that went to a file',
    registers: [registry],
  });
  const merges = new Histogram({
    name: 'millrace_merge_seconds',
    help: 'How long a worker took to merge one partition',
    buckets: splitSecondsBuckets,
    registers: [registry],
  });
  const groups = new Counter({
    name: 'millrace_merged_groups_total',
    help: 'Groups of the partitions that workers merged, without those that were found not to be in the answer first',
    registers: [registry],
  });
  const unsubscribe = [
    run.events.on('spilled', ({ bytes }) => {
      spills.inc();
      spilled.inc(bytes);
    }),
    run.events.on('merged', ({ elapsedMs, groups: merged }) => {
      merges.observe(elapsedMs / 1000);
      groups.inc(merged);
    }),
  ];
  return () => {
    for (const stop of unsubscribe) stop();
  };
}
