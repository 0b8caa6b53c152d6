/** A split through deaths: whatever kills, the parts hold every record once, and the poison is found. */
import { expect, it } from 'vitest';
import { JoinedResult } from '../../src/coordinator/join-results.ts';
import type { Part, Step } from '../../src/coordinator/poison-policy.ts';
import { defaultRetryPolicy } from '../../src/coordinator/retry-policy.ts';
import { scanSplit } from '../../src/coordinator/split-scan.ts';
import { TaskError } from '../../src/coordinator/task-error.ts';
import type { ScanResult, Suspect } from '../../src/execute/messages.ts';
import type { Plan } from '../../src/query/plan.ts';
import { Random } from '../support/random.ts';

const memory = {} as ScanResult['memory']; // nobody looks at it here
const plan = { shape: 'grouped', orderBy: [] } as unknown as Plan; // all that joining looks at

/** Records of different lengths in a file of some size: a scan of a part counts those that begin in it. */
class Records {
  readonly starts: readonly number[];
  readonly size: number;
  /** Every try, for looking at afterwards. */
  readonly tried: Part[] = [];
  readonly #poison: ReadonlySet<number>;
  readonly #batch: number;

  constructor(lengths: readonly number[], poison: readonly number[], batch: number) {
    let size = 0;
    this.starts = lengths.map((length) => {
      size += length;
      return size - length;
    });
    this.size = size;
    this.#poison = new Set(poison.map((index) => this.starts[index] ?? -1));
    this.#batch = batch;
  }

  scan(part: Part, firstRecord: number | null): ScanResult {
    this.tried.push(part);
    const from = firstRecord ?? part.start;
    const own = this.starts.filter((start) => start >= from && start < part.end);
    for (let at = 0; at < own.length; ) {
      const isCareful =
        part.careful !== null && (own[at] ?? 0) >= part.careful.start && (own[at] ?? 0) < part.careful.end;
      const records = own.slice(at, at + (isCareful ? 1 : this.#batch));
      at += records.length;
      if (part.quarantine === null && records.some((start) => this.#poison.has(start))) {
        const suspect: Suspect = {
          start: records[0] ?? 0,
          end: this.#next(records.at(-1) ?? 0),
          records: records.length,
        };
        throw new TaskError('it died', { kind: 'died', worker: 0, code: null, suspect });
      }
    }
    const rejected = part.quarantine === null ? 0 : own.length;
    return {
      ...{ type: 'scan', partials: [], spilledPartials: [], rows: [], runs: [], rowCount: 0, memory, elapsedMs: 1 },
      records: { read: own.length, matched: own.length - rejected, filtered: 0, rejected },
      bytesRead: own.length === 0 ? 0 : this.#next(own.at(-1) ?? 0) - (own[0] ?? 0),
      firstRecord: own[0] ?? this.#atOrAfter(from),
      nextRecord: own.length === 0 ? this.#atOrAfter(from) : this.#next(own.at(-1) ?? 0),
      rejects: own.slice(0, rejected).map((offset) => ({ file: 'f', offset, reason: '', record: new Uint8Array(0) })),
    };
  }

  #next(start: number): number {
    return this.#atOrAfter(start + 1);
  }

  #atOrAfter(place: number): number {
    return this.starts.find((start) => start >= place) ?? this.size;
  }
}

async function scan(records: Records, end: number) {
  let deaths = 0;
  const result = await scanSplit({ index: 0, source: 0, start: 0, end }, 0, {
    policy: defaultRetryPolicy,
    run: async (part, firstRecord) => records.scan(part, firstRecord),
    circumstances: () => ({ readable: true, canEnlarge: false, deaths, maxDeaths: 10_000, deadlineMs: 1000 }),
    onFailure: (_error: TaskError, _part: Part, step: Step) => {
      if (step.type === 'cut' && step.isDeath) deaths++;
    },
    join: () => new JoinedResult(plan, { resultBytes: 1e6, spill: { folder: null, problem: 'none is needed' } }, 1000),
  });
  return { result, deaths };
}

it('finds any poison in any file, and reads everything else once', async () => {
  const random = new Random(7);
  for (let round = 0; round < 300; round++) {
    const lengths = random.many(1, 60, () => random.int(1, 30));
    const poison = lengths.flatMap((_, index) => (random.chance(0.1) ? [index] : []));
    const records = new Records(lengths, poison, random.int(1, 16));
    const end = random.chance(0.3) ? Number.POSITIVE_INFINITY : records.size;
    const { result, deaths } = await scan(records, end);
    expect(result.records).toEqual({
      read: lengths.length,
      matched: lengths.length - poison.length,
      filtered: 0,
      rejected: poison.length,
    });
    expect(result.rejects.map(({ offset }) => offset)).toEqual(poison.map((index) => records.starts[index]));
    expect(result).toMatchObject({ bytesRead: records.size, firstRecord: 0, nextRecord: records.size });
    expect(deaths).toBeLessThanOrEqual(2 * poison.length);
  }
});

it('takes three deaths for one record among thousands', async () => {
  const records = new Records(Array<number>(5000).fill(80), [3777], 2048);
  const { result } = await scan(records, records.size);
  expect(result.records).toMatchObject({ read: 5000, rejected: 1 });
  expect(records.tried.map(({ start, end }) => [start, end])).toEqual([
    [0, 400_000], // dies in a batch
    [0, 400_000], // dies of the record
    [0, 302_160],
    [302_160, 302_161], // alone: dies
    [302_160, 302_161], // put aside
    [302_161, 400_000],
  ]);
});

it('goes on where a worker stopped to be replaced', async () => {
  const records = new Records(Array<number>(10).fill(10), [], 4);
  const seen: (readonly [number, number | null])[] = [];
  const result = await scanSplit({ index: 0, source: 0, start: 0, end: 100 }, null, {
    policy: defaultRetryPolicy,
    run: async (part, firstRecord) => {
      seen.push([part.start, firstRecord]);
      const whole = records.scan({ ...part, end: Math.min(part.end, part.start + 30) }, firstRecord);
      return { ...whole, isCutShort: whole.nextRecord < 100 };
    },
    circumstances: () => ({ readable: true, canEnlarge: false, deaths: 0, maxDeaths: 0, deadlineMs: 1000 }),
    onFailure: () => undefined,
    join: () => new JoinedResult(plan, { resultBytes: 1e6, spill: { folder: null, problem: 'none is needed' } }, 10),
  });
  expect(seen).toEqual([
    [0, null],
    [30, 30],
    [60, 60],
    [90, 90],
  ]);
  expect(result.records.read).toBe(10);
  expect(result.isCutShort).toBeUndefined();
});
