// Rows of a plain select, and of an answer: encoding them, sorting them by their encoded keys, and merging what was sorted apart.
import { Random } from '../../corpora/random.mjs';
import { batchRows, textsOf } from '../columns.mjs';
import { Arena, joinRuns, RowEncoder, RowOutbox, Sorter } from '../engine.mjs';
import { placeDoubles, placeFlags, placeIntegers, placeTexts, readTexts } from '../memory.mjs';
import { Reference } from '../reference.mjs';

const sortedRows = 16_384;
const mergedRuns = 16;

export const rows = [
  { group: 'rows', name: 'encode integer, text, double', make: makeEncode },
  {
    group: 'rows',
    name: 'sort by a text',
    make: (modules) => makeSort(modules, (random) => `key ${random.below(1e9)}`),
  },
  {
    group: 'rows',
    name: 'sort by a text with a long common beginning',
    make: (modules) => makeSort(modules, (random) => `/products/green-kettle-${random.below(1e6)}`),
  },
  {
    group: 'rows',
    name: 'merge 16 runs sorted by a text',
    make: (modules) => makeMerge(modules, (random) => `/products/green-kettle-${random.below(1e6)}`),
  },
];

function makeEncode({ kernels, reference: module }) {
  const random = new Random(3);
  const integers = Array.from({ length: batchRows }, () => random.below(1e9) - 5e8);
  const doubles = Array.from({ length: batchRows }, () => (random.below(2000) - 1000) / 8);
  const texts = textsOf('path').slice(0, batchRows);
  const place = (memory) => [
    { type: 'integer', data: placeIntegers(memory, integers), flags: placeFlags(memory, batchRows) },
    { type: 'text', data: placeTexts(memory, texts), flags: placeFlags(memory, batchRows) },
    { type: 'double', data: placeDoubles(memory, doubles), flags: placeFlags(memory, batchRows) },
  ];
  const arena = new Arena(kernels, 1 << 26);
  const vectors = place(arena);
  const encoder = new RowEncoder(arena, vectors.length);
  const memory = new Reference(module);
  const columns = place(memory);
  const out = memory.alloc(batchRows * 128);
  const spans = memory.alloc(batchRows * 8);
  const kernel = () => encoder.encode(vectors, batchRows);
  const reference = () => memory.loops.encodeRows(...columns.map(({ data }) => data), batchRows, out, spans);
  return {
    rows: batchRows,
    bytes: batchRows * 16 + texts.reduce((sum, { length }) => sum + length, 0),
    kernel,
    reference,
    verify() {
      kernel();
      reference();
      const [a, b] = [readTexts(arena, encoder.spans, batchRows), readTexts(memory, spans, batchRows)];
      const row = a.findIndex((text, i) => text !== b[i]);
      return row < 0 ? undefined : `row ${row} is encoded in another way by the kernel than by the loop`;
    },
  };
}

function makeSort({ kernels, reference: module }, keyOf) {
  const random = new Random(5);
  const keys = Array.from({ length: sortedRows }, () => keyOf(random));
  const values = keys.map((_, i) => `row ${i}`);
  const arena = new Arena(kernels, 1 << 27);
  const [ourKeys, ourRows] = [placeTexts(arena, keys), placeTexts(arena, values)];
  const sorter = new Sorter(arena, Number.POSITIVE_INFINITY);
  const kernel = () => {
    if (sorter.addSpans(ourKeys, ourRows, 0, sortedRows) !== sortedRows) throw new Error('The arena of a lane is full');
    const outbox = new RowOutbox(Number.POSITIVE_INFINITY, { folder: null, problem: '' }, true);
    sorter.flush(outbox);
    return outbox.finish();
  };
  const memory = new Reference(module);
  const [theirKeys, theirRows] = [placeTexts(memory, keys), placeTexts(memory, values)];
  const [from, room] = [memory.alloc(sortedRows * 4), memory.alloc(sortedRows * 4)];
  const out = memory.alloc(sortedRows * 64);
  const reference = () =>
    memory.loops.copySorted(
      theirKeys,
      theirRows,
      memory.loops.sortRows(theirKeys, from, room, sortedRows),
      sortedRows,
      out,
    );
  return {
    rows: sortedRows,
    bytes: [...keys, ...values].reduce((sum, { length }) => sum + length, 0),
    kernel,
    reference,
    verify() {
      const blocks = Buffer.concat(kernel().rows);
      const end = reference() >>> 0;
      const same = blocks.equals(Buffer.from(memory.u8.subarray(out, end)));
      return same ? undefined : 'the kernel sorts in another order than the loop';
    },
  };
}

function makeMerge({ kernels, reference: module }, keyOf) {
  const random = new Random(7);
  const runs = Array.from({ length: mergedRuns }, () => {
    const keys = Array.from({ length: sortedRows / mergedRuns }, () => keyOf(random)).sort();
    return Buffer.concat(keys.map((key, i) => entryOf(key, `row ${i}`)));
  });
  const arena = new Arena(kernels, 1 << 27);
  const merged = Buffer.alloc(runs.reduce((sum, { length }) => sum + length, 0));
  const kernel = () => {
    arena.reset();
    let at = 0;
    for (const piece of joinRuns(
      runs.map((run) => [run]),
      arena,
    )) {
      merged.set(piece, at);
      at += piece.length;
    }
    return merged;
  };
  const memory = new Reference(module);
  const places = runs.map((run) => memory.place(run));
  const heap = memory.alloc(mergedRuns * 8);
  const bytes = runs.reduce((sum, { length }) => sum + length, 0);
  const out = memory.alloc(bytes);
  const bounds = places.flatMap((begin, i) => [begin, begin + runs[i].length]);
  const reference = () => {
    memory.u32.set(bounds, heap / 4); // the loop uses it up
    return memory.loops.mergeRows(heap, mergedRuns, out);
  };
  return {
    rows: sortedRows,
    bytes,
    kernel,
    reference,
    verify() {
      const end = reference() >>> 0;
      const same = kernel().equals(Buffer.from(memory.u8.subarray(out, end)));
      return same ? undefined : 'the runs are merged in another order than by the loop';
    },
  };
}

function entryOf(key, row) {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(key.length, 0);
  lengths.writeUInt32LE(row.length, 4);
  return Buffer.concat([lengths, Buffer.from(key), Buffer.from(row)]);
}
