/** The soft line of an arena: what was gathered leaves before it is full, and its blocks are used again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareQuery } from '../../src/coordinator/prepare-query.ts';
import { PartialMerger } from '../../src/execute/merge.ts';
import type { ScanOutcome } from '../../src/execute/messages.ts';
import { RowOutbox } from '../../src/execute/row-outbox.ts';
import { decodeRowBlock } from '../../src/execute/rows.ts';
import { scan } from '../../src/execute/scan.ts';
import { testArena } from '../support/arena.ts';
import { tempFolder } from '../support/temp-folder.ts';

const mib = 1024 * 1024;
const rows = 400_000;

test('sets that grow leave at 60 % of the arena, which never fills, and nothing is lost', async () => {
  const path = join(tempFolder(), 'values.csv');
  const lines = Array.from({ length: rows }, (_, i) => `${i % 3},${Math.imul(i, 2654435761) >>> 0}\n`);
  writeFileSync(path, `g,v\n${lines.join('')}`);
  const sql = 'SELECT g, count(*) AS n, count(DISTINCT v) AS d FROM logs GROUP BY g';
  const { plan, sources } = await prepareQuery(sql, { files: [path], startWorkers: false, memory: '1GiB' });
  const [source] = sources;
  if (source === undefined) throw new Error('There is one file');

  const scanIn = async (arenaBytes: number) => {
    const arena = testArena(arenaBytes);
    let most = 0;
    const outcome = await scan(
      {
        ...{ type: 'scan', plan, source, attempt: 1, firstRecord: null },
        split: { index: 0, source: 0, start: 0, end: source.sizeBytes ?? 0 },
        limits: { maxRecordBytes: mib, keepRejects: 0 },
      },
      {
        ...{ arena, worker: 0 },
        onChunk: () => undefined,
        onBatch() {
          most = Math.max(most, arena.kernels.arenaUsed() >>> 0);
        },
      },
    );
    return { outcome, most };
  };
  const answer = ({ partials }: ScanOutcome) => {
    const merger = new PartialMerger(plan, testArena(256 * mib));
    for (const partial of partials) merger.add(partial);
    const outbox = new RowOutbox(Number.POSITIVE_INFINITY, { folder: null, problem: '' }, true);
    merger.finish(outbox);
    return outbox.finish().rows.flatMap((block) => decodeRowBlock(plan, block));
  };

  const ample = await scanIn(256 * mib);
  expect(ample.outcome.partials).toHaveLength(1);
  const tight = await scanIn(16 * mib);
  expect(tight.outcome.partials).toHaveLength(3);
  // a chunk adds to what was below the line, so it is passed a little; without a line it would be 73 %, and two partials
  expect(tight.most).toBeLessThan(0.68 * 16 * mib);
  expect(tight.outcome.records).toEqual(ample.outcome.records);
  const third = BigInt(Math.floor(rows / 3));
  expect(answer(tight.outcome)).toEqual([
    [0n, third + 1n, third + 1n],
    [1n, third, third],
    [2n, third, third],
  ]);
  expect(answer(ample.outcome)).toEqual(answer(tight.outcome));
});
