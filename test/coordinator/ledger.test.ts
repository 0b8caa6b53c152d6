/** The ledger: what it gives back, what it never trusts, and what it refuses to go on from. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Ledger, type LedgerRequest } from '../../src/coordinator/ledger/ledger.ts';
import type { Question } from '../../src/coordinator/ledger/question.ts';
import { thisProcess } from '../../src/coordinator/process-mark.ts';
import type { SourceFile, Split } from '../../src/core/source.ts';
import type { ScanResult } from '../../src/execute/messages.ts';
import { tempFolder } from '../support/temp-folder.ts';

const question: Question = {
  engine: 'test',
  sql: 'SELECT 1',
  format: '{"name":"csv"}',
  formatName: 'csv',
  isQuoted: false,
  maxRecordBytes: 1000,
  planHash: 'a',
};

interface Setting {
  readonly request: LedgerRequest;
  readonly path: string;
}

function setting(content = `${'x'.repeat(99)}\n`, change: Partial<LedgerRequest> = {}): Setting {
  const folder = tempFolder();
  const path = join(folder, 'a.log');
  writeFileSync(path, content);
  const request: LedgerRequest = {
    ...{ folder: join(folder, 'state'), resume: true, question, maxRecordSaid: false, mostRecordBytes: 5000 },
    ...{
      sources: [sourceOf(path, content.length)],
      cut: { splitBytes: 30, isSplittable: () => true },
      durable: false,
      supervised: null,
    },
    ...change,
  };
  return { request, path };
}

function sourceOf(path: string, sizeBytes: number): SourceFile {
  return { name: path, path, input: 'file', sizeBytes };
}

function resultOf(split: Split): ScanResult {
  const bytes = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * seed + split.start) % 256);
  const memory = { heapUsedBytes: 1, heapLimitBytes: 2, externalBytes: 3, arenaUsedBytes: 4, arenaLimitBytes: 5 };
  return {
    type: 'scan',
    partials: [bytes(40, 3), bytes(0, 1)],
    spilledPartials: [],
    runs: [],
    rows: [bytes(17, 5)],
    rowCount: 1,
    records: { read: 3, matched: 1, filtered: 1, rejected: 1 },
    bytesRead: split.end - split.start,
    firstRecord: split.start,
    nextRecord: split.end,
    rejects: [{ file: 'a.log', offset: split.start, reason: 'malformed record', record: bytes(9, 7) }],
    memory: { ...memory, worker: -1, peakHeapBytes: 6, peakArenaBytes: 7, gcSeconds: 0, tasks: 1 },
    elapsedMs: 5,
  };
}

/** A ledger whose run died with these splits finished. */
async function filled({ request }: Setting, indexes: readonly number[], finish = false): Promise<void> {
  const ledger = Ledger.open(request);
  for (const index of indexes) {
    const split = ledger.splits[index];
    if (split !== undefined) ledger.append(split, resultOf(split));
  }
  if (finish) ledger.finish();
  await ledger.close();
}

/** Each split of the run, and whether it is finished. */
function ranges(ledger: Ledger): (number | boolean)[][] {
  return ledger.splits.map((split) => [split.start, split.end, ledger.has(split, 1)]);
}

async function opened<Result>(request: LedgerRequest, look: (ledger: Ledger) => Result): Promise<Result> {
  const ledger = Ledger.open(request);
  try {
    return look(ledger);
  } finally {
    await ledger.close();
  }
}

describe('what was finished', () => {
  it('comes back as it was, as it was cut, with the bytes between cut anew', async () => {
    const given = setting();
    await filled(given, [1, 3]);
    const cut = { splitBytes: 20, isSplittable: () => true };
    await opened({ ...given.request, cut }, (ledger) => {
      expect(ranges(ledger)).toEqual([
        [0, 20, false],
        [20, 30, false],
        [30, 60, true],
        [60, 80, false],
        [80, 90, false],
        [90, 100, true],
      ]);
      const split = ledger.splits[2];
      expect(split && ledger.read(split)).toEqual(split && resultOf(split));
      expect(ledger.found).toEqual({ splits: 2, bytes: 40, grown: [] });
    });
  });

  it('is not enough where more of its rejects are wanted than were kept', async () => {
    const given = setting();
    const ledger = Ledger.open(given.request);
    const [split] = ledger.splits;
    if (split !== undefined) ledger.append(split, { ...resultOf(split), rejects: [] });
    await ledger.close();
    await opened(given.request, (again) => {
      expect(split && again.has(split, 0)).toBe(true);
      expect(split && again.has(split, 20)).toBe(false);
    });
  });

  it('counts up to where the ledger was cut, at any byte', async () => {
    const given = setting();
    await filled(given, [0, 1, 2]);
    const ledger = join(given.request.folder, 'ledger');
    const whole = readFileSync(ledger);
    const found = new Set<number>();
    let before = 3;
    for (let length = whole.length; length > 200; length -= 29) {
      truncateSync(ledger, length);
      const splits = await opened(given.request, ({ found: { splits } }) => splits);
      expect(splits).toBeLessThanOrEqual(before);
      found.add(splits);
      before = splits;
      writeFileSync(ledger, whole);
    }
    expect(found).toEqual(new Set([3, 2, 1, 0]));
  });

  it('is never given back with a bit that is not its own', async () => {
    const given = setting();
    await filled(given, [0, 1, 2]);
    const ledger = join(given.request.folder, 'ledger');
    const whole = readFileSync(ledger);
    for (let at = 18; at < whole.length; at += 37) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 4, at);
      writeFileSync(ledger, damaged);
      await opened(given.request, (again) => {
        expect(again.found.splits).toBeLessThan(3);
        for (const split of again.splits) if (again.has(split, 1)) expect(again.read(split)).toEqual(resultOf(split));
      });
    }
  });

  it('goes on growing behind a tail that was dropped', async () => {
    const given = setting();
    await filled(given, [0, 1]);
    const ledger = join(given.request.folder, 'ledger');
    truncateSync(ledger, readFileSync(ledger).length - 1);
    await filled(given, [2]);
    expect(await opened(given.request, ranges)).toEqual([
      [0, 30, true],
      [30, 60, false],
      [60, 90, true],
      [90, 100, false],
    ]);
  });
});

describe('a file that has grown', () => {
  async function grown(content: string, added: string, isQuoted = false) {
    const given = setting(content, { question: { ...question, isQuoted } });
    await filled(given, [0, 1, 2, 3], true);
    appendFileSync(given.path, added);
    return { ...given.request, sources: [sourceOf(given.path, content.length + added.length)] };
  }

  it('is read from where it ended', async () => {
    const request = await grown(`${'x'.repeat(99)}\n`, 'yyyy\n');
    expect(await opened(request, ranges)).toEqual([
      [0, 30, true],
      [30, 60, true],
      [60, 90, true],
      [90, 100, true],
      [100, 105, false],
    ]);
  });

  it('is read again from the split that its last, unfinished line belonged to', async () => {
    const request = await grown('x'.repeat(100), 'yyyy\n');
    expect(await opened(request, ranges)).toEqual([
      [0, 30, true],
      [30, 60, true],
      [60, 90, true],
      [90, 105, false],
    ]);
  });

  it('may have ended inside quotes, where records may hold line ends', async () => {
    const request = await grown(`${'x'.repeat(99)}\n`, 'yyyy\n', true);
    expect((await opened(request, ranges)).at(-1)).toEqual([90, 105, false]);
  });

  it('is remembered at its new size, also with splits that were forgotten when it grew', async () => {
    const request = await grown('x'.repeat(100), 'yyyy\n');
    await filled({ request, path: '' }, [3]);
    expect(await opened(request, ({ found }) => found)).toEqual({ splits: 4, bytes: 105, grown: [] });
  });

  it('may be joined by others', async () => {
    const given = setting();
    await filled(given, [0, 1, 2, 3]);
    const other = join(given.path, '..', '0.log');
    writeFileSync(other, 'new\n');
    const sources = [sourceOf(other, 4), ...given.request.sources];
    await opened({ ...given.request, sources }, (ledger) => {
      expect(ledger.splits.map((split) => [split.source, split.start, ledger.has(split, 1)])).toEqual([
        [0, 0, false],
        [1, 0, true],
        [1, 30, true],
        [1, 60, true],
        [1, 90, true],
      ]);
    });
  });
});

describe('is refused', () => {
  it.each<[string, Partial<Question>, RegExp]>([
    [
      'another question',
      { planHash: 'b', sql: 'SELECT 2' },
      /: the earlier run answers another question: SELECT 1: name/,
    ],
    [
      'another format',
      { planHash: 'b', format: 'x', formatName: 'json' },
      /read the files as csv, and this run would as json/,
    ],
    ['another engine', { engine: '2' }, /was written by millrace test, and this is 2/],
  ])('%s', async (_, change, message) => {
    const given = setting();
    await filled(given, [0]);
    expect(() => Ledger.open({ ...given.request, question: { ...question, ...change } })).toThrow(message);
  });

  it('another limit for records, where the user said it or the memory does not allow the earlier one', async () => {
    const given = setting();
    await filled(given, [0]);
    const other = { ...question, maxRecordBytes: 500 };
    expect(await opened({ ...given.request, question: other }, (ledger) => ledger.maxRecordBytes)).toBe(1000);
    const message = /rejected records above 1000 B, and this run would above 500 B/;
    expect(() => Ledger.open({ ...given.request, question: other, maxRecordSaid: true })).toThrow(message);
    expect(() => Ledger.open({ ...given.request, question: other, mostRecordBytes: 600 })).toThrow(message);
  });

  it.each<[string, (path: string) => void, RegExp]>([
    ['a file that was written to', (path) => utimesSync(path, 1, 1), /a\.log" was written to at 1970/],
    ['a file with another start', (path) => writeFileSync(path, `y${'x'.repeat(98)}\n`), /has other content now/],
    ['a file that was replaced', replace, /was replaced by another file/],
  ])('%s', async (_, change, message) => {
    const given = setting();
    await filled(given, [0]);
    change(given.path);
    expect(() => Ledger.open(given.request)).toThrow(message);
  });

  it('a file that is shorter, or missing', async () => {
    const given = setting();
    await filled(given, [0]);
    truncateSync(given.path, 50);
    const sources = [sourceOf(given.path, 50)];
    expect(() => Ledger.open({ ...given.request, sources })).toThrow(/had 100 B and has 50 B now/);
    expect(() => Ledger.open({ ...given.request, sources: [] })).toThrow(/a\.log" is none of its files now/);
  });

  it('a new run, which would lose finished splits', async () => {
    const given = setting();
    await filled(given, [0, 1]);
    expect(() => Ledger.open({ ...given.request, resume: false })).toThrow(
      /it holds 2 finished splits of a run that did not end: continue it with --resume, or remove the folder/,
    );
  });

  it('but not a new run after one that ended', async () => {
    const given = setting();
    await filled(given, [0, 1, 2, 3], true);
    expect(await opened({ ...given.request, resume: false }, ({ found }) => found.splits)).toBe(0);
  });

  it('a pipe', () => {
    const { request } = setting();
    const sources: SourceFile[] = [{ name: '-', path: '', input: 'stdin', sizeBytes: null }];
    expect(() => Ledger.open({ ...request, sources })).toThrow(/standard input cannot be read a second time/);
  });

  it('what is no ledger', () => {
    const { request } = setting();
    mkdirSync(request.folder);
    writeFileSync(join(request.folder, 'ledger'), 'a file of somebody else, with some words in it');
    expect(() => Ledger.open(request)).toThrow(/it is no ledger that this version can read/);
  });

  it('a second run at the same time', async () => {
    const given = setting();
    const message = new RegExp(`: process ${process.pid} is using it: wait for its end`);
    await opened(given.request, () => expect(() => Ledger.open(given.request)).toThrow(message));
    await opened(given.request, ({ splits }) => expect(splits).toHaveLength(4));
  });
});

it('the lock of a process that has ended is taken over', async () => {
  const given = setting();
  mkdirSync(given.request.folder);
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(join(given.request.folder, 'lock'), JSON.stringify({ ...thisProcess(), pid }));
  await opened(given.request, ({ splits }) => expect(splits).toHaveLength(4));
});

function replace(path: string): void {
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
}
