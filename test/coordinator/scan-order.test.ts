/** The order of results, the window of scans under way, and the check of boundaries, with scans that settle on demand. */
import { describe, expect, it } from 'vitest';
import { checkBoundaries, runScans, type Scanned, type ScanWindow } from '../../src/coordinator/scan-order.ts';
import type { Split } from '../../src/core/source.ts';
import type { ScanResult } from '../../src/execute/messages.ts';

function splits(count: number): Split[] {
  return Array.from({ length: count }, (_, index) => ({ index, source: 0, start: index * 10, end: index * 10 + 10 }));
}

function result(changes: Partial<ScanResult> = {}): ScanResult {
  return {
    type: 'scan',
    partials: [],
    spilledPartials: [],
    runs: [],
    rows: [],
    rowCount: 0,
    records: { read: 0, matched: 0, filtered: 0, rejected: 0 },
    bytesRead: 0,
    firstRecord: 0,
    nextRecord: 0,
    rejects: [],
    memory: {
      worker: 0,
      heapUsedBytes: 0,
      heapLimitBytes: 0,
      externalBytes: 0,
      arenaUsedBytes: 0,
      arenaLimitBytes: 0,
      peakHeapBytes: 0,
      peakArenaBytes: 0,
      gcSeconds: 0,
      tasks: 0,
    },
    elapsedMs: 0,
    ...changes,
  };
}

const wide: ScanWindow = { count: 4, bytes: 1e9, ordered: true };

/** Scans that end in the order that the delays give. Counts how many ran at once. */
function scansWith(delays: number[], bytes = 0) {
  const seen = { running: 0, most: 0, started: 0 };
  const scan = async (split: Split): Promise<ScanResult> => {
    seen.started++;
    seen.most = Math.max(seen.most, ++seen.running);
    for (let turn = 0; turn < (delays[split.index] ?? 0); turn++) await new Promise(setImmediate);
    seen.running--;
    return result({ rows: [new Uint8Array(bytes)] });
  };
  return { seen, scan };
}

async function order(scans: AsyncIterable<Scanned>): Promise<number[]> {
  const indexes: number[] = [];
  for await (const { split } of scans) indexes.push(split.index);
  return indexes;
}

describe('runScans', () => {
  const delays = [9, 1, 5, 1, 3, 0];

  it('hands results on in the order of the splits', async () => {
    const { scan } = scansWith(delays);
    expect(await order(runScans(splits(6), wide, scan))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('or as they come', async () => {
    const { scan } = scansWith(delays);
    const indexes = await order(runScans(splits(6), { ...wide, ordered: false }, scan));
    expect(indexes[0]).not.toBe(0);
    expect(indexes.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps no more under way than the window allows', async () => {
    const { seen, scan } = scansWith([50, 1, 1, 1, 1, 1]);
    const scans = runScans(splits(6), wide, scan);
    const first = scans.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.started).toBe(4);
    await first;
    await scans.return(undefined);
  });

  it('scans one at a time where one result fills the window', async () => {
    const { seen, scan } = scansWith([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 1000);
    await order(runScans(splits(10), { ...wide, bytes: 900 }, scan));
    // how large results are is known after the first ones only
    expect(seen.most).toBe(4);
    const later = scansWith([], 1000);
    const scans = runScans(splits(10), { ...wide, count: 1, bytes: 900 }, later.scan);
    await order(scans);
    expect(later.seen.most).toBe(1);
  });

  it('fails with the lowest split that failed, whichever failed first', async () => {
    const scan = async (split: Split): Promise<ScanResult> => {
      for (let turn = 0; turn < 5 - split.index; turn++) await new Promise(setImmediate);
      if (split.index > 0) throw new Error(`split ${split.index}`);
      return result();
    };
    await expect(order(runScans(splits(4), wide, scan))).rejects.toThrow('split 1');
  });

  it('starts nothing beyond an end that has come nearer', async () => {
    const { seen, scan } = scansWith([]);
    let end = 6;
    const indexes: number[] = [];
    for await (const { split } of runScans(splits(6), { ...wide, count: 1 }, scan, () => end)) {
      indexes.push(split.index);
      if (split.index === 1) end = 2;
    }
    expect(indexes).toEqual([0, 1]);
    expect(seen.started).toBe(2);
  });
});

describe('checkBoundaries', () => {
  /** Results as [firstRecord, nextRecord] of each split of ten bytes. */
  async function check(guesses: [number, number][], truth: Record<number, [number, number]> = {}) {
    const rescans: [number, number][] = [];
    async function* scans(): AsyncGenerator<Scanned> {
      for (const [i, [firstRecord, nextRecord]] of guesses.entries()) {
        yield {
          split: { index: i, source: 0, start: i * 10, end: i * 10 + 10 },
          result: result({ firstRecord, nextRecord }),
        };
      }
    }
    const checked = checkBoundaries(scans(), async (split, firstRecord) => {
      rescans.push([split.index, firstRecord]);
      const [first, next] = truth[split.index] ?? [firstRecord, firstRecord];
      return result({ firstRecord: first, nextRecord: next });
    });
    const accepted: [number, number][] = [];
    for await (const scanned of checked) accepted.push([scanned.result.firstRecord, scanned.result.nextRecord]);
    return { accepted, rescans };
  }

  it('accepts neighbours that agree', async () => {
    const guesses: [number, number][] = [
      [0, 12],
      [12, 25],
      [25, 30],
    ];
    expect(await check(guesses)).toEqual({ accepted: guesses, rescans: [] });
  });

  it('scans again from where the left neighbour ended, and goes on from the new end', async () => {
    const guesses: [number, number][] = [
      [0, 17],
      [12, 22],
      [24, 30],
    ];
    expect(await check(guesses, { 1: [17, 24] })).toEqual({
      accepted: [
        [0, 17],
        [17, 24],
        [24, 30],
      ],
      rescans: [[1, 17]],
    });
  });

  it('leaves nothing for splits inside one record', async () => {
    const guesses: [number, number][] = [
      [0, 35],
      [12, 20],
      [35, 35],
      [35, 40],
    ];
    expect(await check(guesses, { 1: [35, 35] })).toEqual({
      accepted: [
        [0, 35],
        [35, 35],
        [35, 35],
        [35, 40],
      ],
      rescans: [[1, 35]],
    });
  });

  it('gives up where a second look does not agree either', async () => {
    await expect(
      check(
        [
          [0, 17],
          [12, 22],
        ],
        { 1: [13, 22] },
      ),
    ).rejects.toThrow(
      'Cannot find the record that begins at 17: the file may have changed while it was read: run again',
    );
  });
});
