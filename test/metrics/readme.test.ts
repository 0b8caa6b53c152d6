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
    ...{ elapsedMs: 0, bytesRead: 0, bytesTotal: null, retries: {} },
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
