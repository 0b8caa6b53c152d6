// A whole scan in one thread, from the file to the partial, beside the same question fused by hand into one plain loop that
// gets its bytes by the same calls.
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCombined } from '../../corpora/combined.mjs';
import { Arena, formatByName, planOf, scan } from '../engine.mjs';
import { Reference } from '../reference.mjs';

const bytes = 8e6;
const chunkBytes = 1 << 20;
const statusSlots = 1024;

export const scans = [{ group: 'scan', name: 'status, count, sum(bytes)', make }];

async function make({ kernels, reference: module }) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-micro-'));
  const corpus = await writeCombined(join(folder, 'access.log'), { bytes });
  const plan = await planOf(
    'SELECT status, count(*), sum(bytes) FROM logs GROUP BY status',
    formatByName('combined').describe(new Uint8Array(0), {}),
  );
  const arena = new Arena(kernels, 1 << 27);
  const task = {
    type: 'scan',
    plan,
    source: { name: 'access.log', path: corpus.path, input: 'file', sizeBytes: corpus.bytes },
    split: { index: 0, source: 0, start: 0, end: corpus.bytes },
    attempt: 1,
    firstRecord: null,
    limits: { maxRecordBytes: chunkBytes, keepRejects: 0 },
  };
  const kernel = () => {
    arena.reset();
    return scan(task, { arena, worker: 0, onChunk: () => {} });
  };

  const memory = new Reference(module);
  const buffer = memory.alloc(2 * chunkBytes);
  const groups = memory.alloc(statusSlots * 16);
  const reference = () => scanFile(corpus.path, memory, buffer, groups);
  return {
    rows: corpus.lines,
    bytes: corpus.bytes,
    kernel,
    reference,
    async verify() {
      memory.u8.fill(0, groups, groups + statusSlots * 16);
      const { records } = await kernel();
      reference();
      const counted = memory.i64.subarray(groups / 8, groups / 8 + statusSlots * 2);
      const found = counted.reduce((sum, count, i) => (i % 2 === 0 ? sum + Number(count) : sum), 0);
      return records.matched === found
        ? undefined
        : `the scan matched ${records.matched} records and the loop ${found}`;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function scanFile(path, memory, buffer, groups) {
  const file = openSync(path, 'r');
  const view = memory.u8;
  let kept = 0;
  for (;;) {
    const read = readSync(file, view, buffer + kept, chunkBytes, null);
    if (read === 0) break;
    const end = buffer + kept + read;
    const rest = memory.loops.scanStatus(buffer, end, groups) >>> 0;
    view.copyWithin(buffer, rest, end);
    kept = end - rest;
  }
  closeSync(file);
}
