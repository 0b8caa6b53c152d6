/** The table of metrics in the README is made of the registry; UPDATE_README=1 writes it. Rules and board ask for nothing else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Emitter } from '../../src/coordinator/emitter.ts';
import type { PoolEvents } from '../../src/coordinator/pool-options.ts';
import type { RunEvents } from '../../src/coordinator/run-events.ts';
import { allocateSlots, Slots } from '../../src/execute/slots.ts';
import { metricTable } from '../../src/metrics/metric-table.ts';
import { createRegistry, type MetricDescription } from '../../src/metrics/registry.ts';

const readme = fileURLToPath(new URL('../../src/metrics/README.md', import.meta.url));
const block = /(?<=<!-- metrics -->\n)(?:.*\n)*?(?=<!-- \/metrics -->)/;

test('the README shows every metric as it is', () => {
  const table = metricTable(describe());
  const text = readFileSync(readme, 'utf8');
  if (process.env.UPDATE_README === '1')
    writeFileSync(
      readme,
      text.replace(block, () => `\n${table}\n\n`),
    );
  expect(cells(block.exec(readFileSync(readme, 'utf8'))?.[0] ?? '')).toEqual(cells(table));
});

test('every metric of the contract is there, with its type and its labels', () => {
  const worker = ['worker'];
  const contract: readonly (readonly [string, string, readonly string[]])[] = [
    ...gauges('worker_', worker, 'heap_used_bytes heap_limit_bytes external_bytes arena_used_bytes arena_limit_bytes'),
    ...gauges('worker_', worker, 'up age_seconds heap_peak_bytes arena_peak_bytes'),
    ...gauges('', [], 'memory_budget_bytes ledger_bytes'),
    ...(['gc_seconds_total', 'tasks_total'] as const).map((name) => [`worker_${name}`, 'counter', worker] as const),
    ['worker_recycles_total', 'counter', ['worker', 'reason']],
    ['worker_gc_pauses_total', 'counter', ['worker', 'kind']],
    ['bytes_read_total', 'counter', []],
    ['records_total', 'counter', ['outcome']],
    ['splits', 'gauge', ['state']],
    ['split_seconds', 'histogram', []],
    ['split_retries_total', 'counter', ['reason']],
    ['spilled_bytes_total', 'counter', []],
    ['merge_seconds', 'histogram', []],
    ['ledger_splits_total', 'counter', ['outcome']],
    ['quarantined_records_total', 'counter', []],
    ['worker_recycle_seconds', 'histogram', []],
  ];
  const there = new Map(describe().map(({ name, type, labels }) => [name, { type, labels }]));
  for (const [name, type, labels] of contract) {
    expect([name, there.get(`millrace_${name}`)]).toEqual([name, { type, labels }]);
  }
  expect([...there.keys()]).toContain('process_resident_memory_bytes');
  expect(
    [...new Set(describe().flatMap(({ labels }) => labels))].filter((label) => /thread|pid|file/.test(label)),
  ).toEqual([]);
});

function gauges(
  prefix: string,
  labels: readonly string[],
  names: string,
): (readonly [string, string, readonly string[]])[] {
  return names.split(' ').map((name) => [`${prefix}${name}`, 'gauge', labels]);
}

test.each(['recording-rules.yml', 'alerts.yml', 'alerts.test.yml', 'grafana-dashboard.json'])(
  '%s asks only for metrics that there are',
  (name) => {
    const text = readFileSync(new URL(`../../config/${name}`, import.meta.url), 'utf8');
    const known = new Set(describe().flatMap(({ name, type }) => [name, ...(type === 'histogram' ? parts(name) : [])]));
    const asked = new Set(text.match(/\b(millrace|process|nodejs)_[a-z_]+/g));
    expect(asked.size).toBeGreaterThan(5);
    expect([...asked].filter((metric) => !known.has(metric))).toEqual([]);
  },
);

test('the board repeats one row for every worker slot', () => {
  const url = new URL('../../config/grafana-dashboard.json', import.meta.url);
  const board = JSON.parse(readFileSync(url, 'utf8'));
  const repeated = board.panels.filter((panel: { repeat?: string }) => panel.repeat !== undefined);
  expect(repeated).toMatchObject([{ type: 'row', repeat: 'worker' }]);
  const variables = board.templating.list.map((variable: { name: string }) => variable.name);
  expect(variables).toEqual(['datasource', 'job', 'instance', 'worker']);
});

function describe(): MetricDescription[] {
  const progress = {
    ...{ elapsedMs: 0, bytesRead: 0, bytesTotal: null, retries: {}, quarantined: 0, ledger: null },
    records: { read: 0, matched: 0, filtered: 0, rejected: 0 },
    splits: { queued: 0, running: 0, done: 0 },
  };
  const registry = createRegistry({
    pool: {
      slots: new Slots(allocateSlots(1)),
      ...{ retirements: [], workers: [], isPaused: false },
      events: new Emitter<PoolEvents>(),
    },
    run: { progress: () => progress, events: new Emitter<RunEvents>() },
    budgetBytes: 1,
  });
  registry.close();
  return registry.describe();
}

function parts(histogram: string): string[] {
  return [`${histogram}_bucket`, `${histogram}_sum`, `${histogram}_count`];
}

/** The formatter aligns tables, so what counts is what stands in the cells. */
function cells(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/^-+$/, '---')));
}
