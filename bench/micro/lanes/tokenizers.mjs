// Bytes to spans: a megabyte of text, batch by batch, as a scan does it with what it has just read.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBrc } from '../../corpora/brc.mjs';
import { writeCombined } from '../../corpora/combined.mjs';
import { columns as csvColumns, writeCsv } from '../../corpora/csv.mjs';
import { writeJsonl } from '../../corpora/jsonl.mjs';
import { Arena, allocateBatch, batchRows, createTokenizer, formatByName } from '../engine.mjs';
import { placeTexts, readTexts } from '../memory.mjs';
import { Reference } from '../reference.mjs';

const bytes = 1 << 20;
const combinedColumns = ['client', 'ident', 'user', 'time', 'path', 'status', 'bytes', 'referrer', 'user_agent'];
const combined = (distribution) => (path) => writeCombined(path, { bytes, distribution });
const templateLane = (name, wanted, distribution = 'realistic') =>
  lane(
    name,
    { format: 'combined', write: combined(distribution), wanted, all: combinedColumns },
    (loops, begin, end, outs) => loops.tokenizeCombined(begin, end, outs),
  );

export const tokenizers = [
  templateLane('template, no column', []),
  templateLane('template, status and bytes', ['status', 'bytes']),
  templateLane('template, path', ['path']),
  templateLane('template, client', ['client']),
  templateLane('template, time and user agent', ['time', 'user_agent']),
  templateLane('template, short lines', ['status', 'bytes'], 'short-lines'),
  templateLane('template, many escapes', ['status', 'user_agent'], 'many-escapes'),
  lane(
    'csv, 2 of 20 columns',
    {
      format: 'csv',
      options: { header: false, columns: csvColumns.map(([name]) => ({ name, type: 'text' })) },
      write: (path) => writeCsv(path, { bytes }),
      wanted: ['region', 'total'],
      all: csvColumns.map(([name]) => name),
    },
    (loops, begin, end, outs) => loops.tokenizeCsv(begin, end, outs, 44),
  ),
  lane(
    'csv, two columns (1BRC)',
    {
      format: 'csv',
      options: { delimiter: ';', header: false, columns: ['station', 'value'].map((name) => ({ name, type: 'text' })) },
      write: (path) => writeBrc(path, { bytes }),
      wanted: ['station', 'value'],
      all: ['station', 'value'],
    },
    (loops, begin, end, outs) => loops.tokenizeCsv(begin, end, outs, 59),
  ),
  jsonLane('json, two keys', 'realistic'),
  jsonLane('json, two keys of 46', 'wide-records'),
  jsonLane('json, keys in any order', 'reordered'),
  { group: 'tokenize', name: 'lines', make: makeLines },
];

function jsonLane(name, distribution) {
  const wanted = ['service', 'dur_ms'];
  const write = (path) => writeJsonl(path, { bytes, distribution });
  return lane(name, { format: 'json', write, wanted, all: wanted }, (loops, begin, end, outs, keys) =>
    loops.tokenizeJson(begin, end, outs, keys, wanted.length),
  );
}

function lane(name, corpus, loop) {
  return { group: 'tokenize', name, make: (modules) => make(corpus, loop, modules) };
}

async function textOf(write) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-micro-'));
  try {
    await write(join(folder, 'corpus'));
    return readFileSync(join(folder, 'corpus'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Calls `run(begin)`, which gives how many rows it took and where it stopped, until `end`; the sum of the rows. */
function tokenizeAll(begin, end, run) {
  let rows = 0;
  for (let at = begin; at < end; ) {
    const { rows: taken, next } = run(at);
    if (next === at) break;
    rows += taken;
    at = next;
  }
  return rows;
}

async function make({ format, options = {}, write, wanted, all }, loop, { kernels, reference: module }) {
  const text = await textOf(write);
  const { arena, batch, begin, end, tokenizer } = kernelSide(kernels, text, format, options, wanted);
  const memory = new Reference(module);
  const from = memory.place(text);
  const to = from + text.length;
  const spans = wanted.map(() => memory.alloc(batchRows * 8));
  const outs = memory.alloc(all.length * 4);
  wanted.forEach((name, i) => {
    memory.u32[outs / 4 + all.indexOf(name)] = spans[i];
  });
  const keys = placeTexts(memory, wanted);
  const { loops } = memory;
  const runLoop = (at) => ({ rows: loop(loops, at, to, outs, keys), next: loops.nextAddress() >>> 0 });
  const kernel = () => tokenizeAll(begin, end, (at) => tokenizer.run(at, end, 0xffffffff, true));
  const reference = () => tokenizeAll(from, to, runLoop);
  return {
    rows: kernel(),
    bytes: text.length,
    kernel,
    reference,
    verify() {
      const [ours, theirs] = [kernel(), reference()];
      if (ours !== theirs) return `the kernel finds ${ours} records and the loop ${theirs}`;
      const { rows } = tokenizer.run(begin, end, 0xffffffff, true);
      runLoop(from);
      return wanted
        .map((name, i) => {
          const [a, b] = [readTexts(arena, batch.spans[i], rows), readTexts(memory, spans[i], rows)];
          const row = a.findIndex((value, k) => !isSame(value, b[k]));
          return row < 0 ? undefined : `${name} of record ${row} is ${a[row]} by the kernel and ${b[row]} by the loop`;
        })
        .find((problem) => problem !== undefined);
    },
  };
}

/** The loops leave what is doubled or escaped inside quotes as it is, and empty fields as texts. */
function isSame(ours, theirs) {
  return ours === theirs || (ours === null && theirs === '') || /\\|""/.test(theirs ?? '');
}

function kernelSide(kernels, text, format, options, wanted) {
  const arena = new Arena(kernels, 1 << 26);
  const begin = arena.place(Buffer.concat([text, Buffer.alloc(64)]));
  const description = formatByName(format).describe(text.subarray(0, 1 << 16), options);
  const batch = allocateBatch(arena, wanted.length);
  const needed = wanted.map((name) => ({ name }));
  const tokenizer = createTokenizer(arena, formatByName(format).tokenizer(description, needed), batch);
  return { arena, batch, begin, end: begin + text.length, tokenizer };
}

async function makeLines({ kernels, reference: module }) {
  const text = await textOf(combined('realistic'));
  const { begin, end, tokenizer } = kernelSide(kernels, text, 'lines', {}, []);
  const memory = new Reference(module);
  const from = memory.place(text);
  const to = from + text.length;
  const [starts, lengths] = [memory.alloc(batchRows * 4), memory.alloc(batchRows * 4)];
  const { loops } = memory;
  const kernel = () => tokenizeAll(begin, end, (at) => tokenizer.run(at, end, 0xffffffff, true));
  const reference = () =>
    tokenizeAll(from, to, (at) => ({
      rows: loops.tokenizeLines(at, to, starts, lengths),
      next: loops.nextAddress() >>> 0,
    }));
  return {
    rows: kernel(),
    bytes: text.length,
    kernel,
    reference,
    verify: () => (kernel() === reference() ? undefined : 'the kernel and the loop find different numbers of lines'),
  };
}
