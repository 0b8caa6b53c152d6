/** Answers and their large parts find each other, whichever comes first. */
import { describe, expect, it } from 'vitest';
import { AnswerMailbox } from '../../src/coordinator/answer-mailbox.ts';
import { splitBulk } from '../../src/execute/bulk.ts';
import type { MergeResult } from '../../src/execute/messages.ts';

const memory = {
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
};

function result(rows: Uint8Array[], spent: Uint8Array[] = []): MergeResult {
  return { type: 'merge', parts: [], rows, runs: [], rowCount: 1, floor: 0, spent, memory, elapsedMs: 0 };
}

function large() {
  const rows = [new Uint8Array(100_000).fill(7), new Uint8Array(3).fill(9)];
  const parts = splitBulk(result(rows));
  if (parts === null) throw new Error('100 kB are large');
  return { whole: result(rows), ...parts };
}

describe('splitBulk', () => {
  it('leaves small results whole', () => {
    expect(splitBulk(result([new Uint8Array(1000)]))).toBeNull();
  });

  it('gives buffers back that a merge is done with', () => {
    const spent = [new Uint8Array(100_000)];
    const parts = splitBulk(result([], spent));
    expect(parts?.transfer).toEqual([spent[0]?.buffer]);
    expect(parts?.rest).toMatchObject({ rows: [], spent: [] });
    expect(parts?.bulk.spent).toEqual(spent);
  });

  it('moves buffers that belong to one view, and copies what shares one', () => {
    const shared = new Uint8Array(200_000);
    const own = new Uint8Array(100_000);
    const parts = splitBulk(result([shared.subarray(0, 100_000), own]));
    expect(parts?.transfer.includes(shared.buffer)).toBe(false);
    expect(parts?.transfer.includes(own.buffer)).toBe(true);
    expect(parts?.transfer.length).toBe(2);
  });
});

describe('AnswerMailbox', () => {
  it('joins whichever comes first', () => {
    const { whole, rest, bulk } = large();
    const mailbox = new AnswerMailbox();
    expect(mailbox.addRest(5, rest)).toBeNull();
    expect(mailbox.addMessage(5, bulk)).toEqual({ ...whole, bulk: true });
    expect(mailbox.addMessage(5, bulk)).toBeNull();
    expect(mailbox.addRest(5, rest)).toEqual({ ...whole, bulk: true });
  });

  it('keeps threads apart, and ignores the messages of others', () => {
    const { rest, bulk } = large();
    const mailbox = new AnswerMailbox();
    mailbox.addMessage(5, bulk);
    mailbox.addMessage(6, { _WORKER_READY: true });
    expect(mailbox.addRest(6, rest)).toBeNull();
    expect(mailbox.addRest(5, rest)).not.toBeNull();
  });

  it('tells when a thread has left an answer without its large part', () => {
    const { rest, bulk } = large();
    const mailbox = new AnswerMailbox();
    mailbox.addRest(5, rest);
    expect(mailbox.forget(5)).toBe(true);
    mailbox.addMessage(6, bulk);
    expect(mailbox.forget(6)).toBe(false);
    expect(mailbox.addRest(6, rest)).toBeNull();
  });
});
