/** What is done about records that kill their worker: the policy as a table, and the road of a whole split through it. */
import { describe, expect, it } from 'vitest';
import {
  type Circumstances,
  nextStep,
  type Part,
  type PartFailure,
  wholePart,
} from '../../src/coordinator/poison-policy.ts';
import { defaultRetryPolicy } from '../../src/coordinator/retry-policy.ts';

const run: Circumstances = { readable: true, canEnlarge: false, deaths: 0, maxDeaths: 40, deadlineMs: 10_000 };

function failure(kind: PartFailure['kind'], changes: Partial<PartFailure> = {}): PartFailure {
  return { kind, code: null, message: 'it died', worker: 0, suspect: null, offset: null, ...changes };
}

function part(start: number, end: number, changes: Partial<Part> = {}): Part {
  return { ...wholePart(start, end), ...changes };
}

function step(happened: PartFailure, at: Part, firstRecord: number | null = null, circumstances = run) {
  return nextStep(defaultRetryPolicy, happened, at, firstRecord, circumstances);
}

const batch = { start: 300, end: 500, records: 20 };
const record = { start: 310, end: 320, records: 1 };

describe('a worker that died', () => {
  it.each(['heap', 'died', 'deadline', 'arena'] as const)(
    '(%s) has its task tried again on a fresh one, with care where it was',
    (kind) => {
      expect(step(failure(kind, { suspect: batch }), part(0, 1000))).toEqual({
        type: 'retry',
        part: part(0, 1000, { attempt: 2, fresh: true, careful: { start: 300, end: 500 } }),
      });
    },
  );

  it('of one record, again, gets that record alone and what stands before and behind it apart', () => {
    const at = part(0, 1000, { attempt: 2, fresh: true, careful: batch });
    expect(step(failure('died', { suspect: record }), at)).toEqual({
      type: 'cut',
      isDeath: true,
      parts: [part(0, 310), part(310, 311, { fresh: true, careful: { start: 310, end: 311 } }), part(311, 1000)],
    });
  });

  it('of the first record of a part has nothing before it', () => {
    const at = part(310, 1000, { attempt: 2, fresh: true, careful: batch });
    const cut = step(failure('died', { suspect: record }), at, 310);
    expect(cut.type === 'cut' && cut.parts.map(({ start, end }) => [start, end])).toEqual([
      [310, 311],
      [311, 1000],
    ]);
  });

  it('elsewhere than where care was taken has that batch apart', () => {
    const at = part(0, 1000, { attempt: 2, fresh: true, careful: { start: 0, end: 100 } });
    const cut = step(failure('died', { suspect: batch }), at);
    expect(cut.type === 'cut' && cut.parts).toEqual([
      part(0, 300),
      part(300, 500, { fresh: true, careful: { start: 300, end: 500 } }),
      part(500, 1000),
    ]);
  });

  it('of a record that stands alone has it put aside, with the reason', () => {
    const alone = part(310, 311, { fresh: true, careful: { start: 310, end: 311 } });
    const reasons = (['heap', 'died', 'deadline', 'arena'] as const).map((kind) => {
      const quarantine = step(failure(kind, { suspect: record }), alone, 310);
      return quarantine.type === 'cut' ? quarantine.parts.map((each) => each.quarantine) : quarantine;
    });
    expect(reasons).toEqual([
      ['worker died: heap limit'],
      ['worker died: it died'],
      ['worker died: deadline (no progress for 10 s)'],
      ['record does not fit into the arena'],
    ]);
  });

  it('of waiting for one record, twice, has it put aside without waiting a third time', () => {
    const at = part(0, 1000, { attempt: 2, fresh: true, careful: batch });
    const cut = step(failure('deadline', { suspect: record }), at);
    expect(cut.type === 'cut' && cut.parts.map(({ start, quarantine }) => [start, quarantine])).toEqual([
      [0, null],
      [310, 'worker died: deadline (no progress for 10 s)'],
      [311, null],
    ]);
  });
});

describe('a heap that fills up', () => {
  const alone = part(310, 311, { fresh: true, careful: { start: 310, end: 311 } });

  it('of one record gets the heap of two workers before the record is put aside', () => {
    const larger = step(failure('heap', { suspect: record }), alone, 310, { ...run, canEnlarge: true });
    expect(larger).toEqual({ type: 'retry', part: { ...alone, attempt: 2, larger: true } });
    const after = step(failure('heap', { suspect: record }), { ...alone, larger: true }, 310, {
      ...run,
      canEnlarge: true,
    });
    expect(after).toMatchObject({ type: 'cut', parts: [{ quarantine: 'worker died: heap limit' }] });
  });

  it('again in what was left of a cut has half of it', () => {
    const left = part(0, 310, { fresh: true, careful: { start: 200, end: 310 }, halve: true });
    const cut = step(failure('heap', { suspect: { start: 290, end: 300, records: 1 } }), left, 0);
    expect(cut.type === 'cut' && cut.parts.map(({ start, end, halve }) => [start, end, halve])).toEqual([
      [0, 155, true],
      [155, 310, true],
    ]);
  });

  it('between two records, on a fresh worker too, has half of them', () => {
    expect(step(failure('heap'), part(0, 1000))).toMatchObject({ type: 'retry', part: { fresh: true } });
    const cut = step(failure('heap'), part(0, 1000, { attempt: 2, fresh: true }));
    expect(cut.type === 'cut' && cut.parts.map(({ start, end }) => [start, end])).toEqual([
      [0, 500],
      [500, 1000],
    ]);
  });

  it('in a stream, whose end is unknown, is cut before the place that was reached', () => {
    const stream = part(0, Number.POSITIVE_INFINITY, { fresh: true, careful: batch, halve: true });
    const cut = step(failure('heap', { suspect: record }), stream, 0);
    expect(cut.type === 'cut' && cut.parts.map(({ start, end }) => [start, end])).toEqual([
      [0, 160],
      [160, Number.POSITIVE_INFINITY],
    ]);
  });
});

describe('the end', () => {
  const fresh = part(0, 1000, { attempt: 2, fresh: true, careful: batch });

  it('comes when too many workers have died', () => {
    expect(step(failure('died', { suspect: record }), fresh, null, { ...run, deaths: 40 })).toEqual({
      type: 'fail',
      reason: 'deaths',
    });
  });

  it('comes after the last try where nothing is suspected', () => {
    expect(step(failure('died'), fresh)).toMatchObject({ type: 'retry' });
    expect(step(failure('died'), { ...fresh, attempt: 3 })).toEqual({ type: 'fail', reason: 'failure' });
  });

  it('comes at once for what cannot be read again', () => {
    const piped = { ...run, readable: false };
    expect(step(failure('died', { suspect: record }), part(0, 1000), null, piped)).toMatchObject({ type: 'fail' });
  });

  it('comes for a record that kills even unseen', () => {
    const unseen = part(310, 311, { attempt: 3, quarantine: 'worker died: it died' });
    expect(step(failure('died', { suspect: record }), unseen, 310)).toMatchObject({ type: 'fail' });
  });

  it.each(['usage', 'pool', 'io'] as const)('comes for %s as the retry policy says', (kind) => {
    expect(step(failure(kind, { code: 'ENOENT' }), part(0, 1000))).toEqual({ type: 'fail', reason: 'failure' });
  });
});

it('a record that an aggregate cannot take is left out, and costs no death', () => {
  const happened = failure('record', { offset: 310, message: 'f.update: no' });
  expect(step(happened, part(0, 1000))).toEqual({
    type: 'cut',
    isDeath: false,
    parts: [part(0, 310), part(310, 311, { quarantine: 'f.update: no' }), part(311, 1000)],
  });
});
