/**
 * Thousands of finished groups become the same bytes by the kernel that knows common keys and aggregates as value by value, which is
 * what happens where anything is computed of them: here of each output and each term of ORDER BY its COALESCE with nothing.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareQuery } from '../../src/coordinator/prepare-query.ts';
import { partialGroups } from '../../src/execute/partial.ts';
import { decodeRowBlock } from '../../src/execute/rows.ts';
import { scan } from '../../src/execute/scan.ts';
import type { Expr, Plan } from '../../src/query/plan.ts';
import { answerOf } from '../laws/aggregation.ts';
import { testArena } from '../support/arena.ts';
import { Random } from '../support/random.ts';
import { tempFolder } from '../support/temp-folder.ts';

const records = 14_000;
const path = join(tempFolder(), 'groups.csv');

beforeAll(() => {
  const random = new Random(11);
  const lines = [Buffer.from('t,odd,i,d,b,at\n')];
  for (let n = 0; n < records; n++) {
    const key = random.int(0, 6000);
    const text = key % 11 === 0 ? '' : `${'é'.repeat(key % 2)}key ${key}${'x'.repeat(key % 40)}`;
    const integer = random.pick([`${key - 3000}`, '', '9223372036854775807', '-9223372036854775808', '0']);
    const double = random.pick([`${key / 8}`, '', '0.1', '1e300', '-1e300', '3.3333333333333333', '-0.0', '1e-9']);
    const boolean = random.pick(['true', 'false', '']);
    const time = key % 5 === 0 ? '' : new Date(Date.UTC(1960 + (key % 100), key % 12, 1)).toISOString();
    lines.push(Buffer.from(`${text},`), oddText(key), Buffer.from(`,${[integer, double, boolean, time].join()}\n`));
  }
  writeFileSync(path, Buffer.concat(lines));
});

/** Not UTF-8, with zeros, or longer than any buffer. */
function oddText(key: number): Buffer {
  if (key === 77) return Buffer.alloc(100_000, 0x61);
  return Buffer.from([
    0x61,
    ...(key % 3 === 0 ? [0xff, 0x80] : key % 3 === 1 ? [0, 1, 0] : []),
    ...Buffer.from(`${key}`),
  ]);
}

async function bytesOf(sql: string): Promise<{ readonly plan: Plan; readonly partials: readonly Uint8Array[] }> {
  const { plan, sources } = await prepareQuery(sql, {
    files: [path],
    startWorkers: false,
    format: 'csv',
    header: true,
    columns: [
      { name: 't', type: 'text' },
      { name: 'odd', type: 'text' },
      { name: 'i', type: 'integer' },
      { name: 'd', type: 'double' },
      { name: 'b', type: 'boolean' },
      { name: 'at', type: 'timestamp' },
    ],
  });
  const [source] = sources;
  if (source === undefined) throw new Error('There is one file');
  const { partials, records: counts } = await scan(
    {
      ...{ type: 'scan', plan, source, attempt: 1, firstRecord: null },
      split: { index: 0, source: 0, start: 0, end: source.sizeBytes ?? 0 },
      limits: { maxRecordBytes: 1 << 20, keepRejects: 0 },
    },
    { arena: testArena(256 << 20), worker: 0, onChunk: () => {} },
  );
  expect(counts.rejected).toBe(0);
  return { plan, partials };
}

/** The same plan with something that the kernel does not know. A single text key leaves as the bytes it is, which need not be UTF-8. */
function byValue(plan: Plan): Plan {
  const isBytes = plan.keys.length === 1 && plan.keys[0]?.type === 'text' && plan.aggregates.length > 0;
  const alone = (expr: Expr): Expr =>
    isBytes && expr.kind === 'key' ? expr : { kind: 'coalesce', type: expr.type, args: [expr], at: expr.at };
  return {
    ...plan,
    outputs: plan.outputs.map((output) => ({ ...output, expr: alone(output.expr) })),
    orderBy: plan.orderBy.map((term) => ({ ...term, expr: alone(term.expr) })),
  };
}

const aggregates = [
  'count(*)',
  'count(i)',
  'count(DISTINCT d)',
  'sum(i)',
  'avg(i)',
  'min(i)',
  'max(i)',
  'sum(d)',
  'avg(d)',
  'min(d)',
  'max(d)',
  'min(at)',
  'max(at)',
  'bool_or(b)',
  'min(t)',
];

describe('groups are the same rows one by one and many at a time', () => {
  it.each([
    ...aggregates.map((call) => `SELECT t, ${call} AS x FROM logs GROUP BY t ORDER BY x DESC, t`),
    ...aggregates
      .slice(0, 13)
      .map((call) => `SELECT i + 0 * length(t) AS k, ${call} AS x, ${call} AS y FROM logs GROUP BY k, t ORDER BY x`),
    'SELECT t FROM logs GROUP BY t ORDER BY t DESC',
    'SELECT t, count(*) AS n FROM logs GROUP BY t',
    'SELECT t, count(*) AS n FROM logs GROUP BY t ORDER BY t DESC NULLS LAST LIMIT 4500 OFFSET 20',
    'SELECT t, count(*) AS n FROM logs GROUP BY t HAVING count(*) <> 3 AND sum(i) IS NOT NULL ORDER BY n, t DESC',
    'SELECT odd, sum(i) AS s FROM logs GROUP BY odd ORDER BY s NULLS FIRST',
    'SELECT odd, t, b, sum(d) AS s FROM logs GROUP BY odd, t, b ORDER BY odd DESC NULLS FIRST, b',
    'SELECT at, d, count(*) AS n FROM logs GROUP BY at, d, t ORDER BY at DESC, d NULLS FIRST',
    'SELECT d, b, i, at, t FROM logs GROUP BY t, at, i, b, d ORDER BY i DESC NULLS LAST, b DESC NULLS FIRST, d DESC',
    'SELECT at, count(*) AS n, min(i) AS m FROM logs GROUP BY at, t ORDER BY m DESC NULLS FIRST, at NULLS FIRST',
  ])('%s', async (sql) => {
    const { plan, partials } = await bytesOf(sql);
    // fewer are sorted in the heap
    expect(partials.reduce((sum, partial) => sum + partialGroups(partial), 0)).toBeGreaterThan(4096);
    const together = answerOf(plan, partials);
    expect(decodeRowBlock(plan, together).length).toBeGreaterThan(3000);
    expect(together.equals(answerOf(byValue(plan), partials))).toBe(true);
  });
});
