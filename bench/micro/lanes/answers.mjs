// Rows of an answer: finished groups encoded, and encoded rows as text.
import { Random } from '../../corpora/random.mjs';
import { batchRows } from '../columns.mjs';
import { GroupEncoder, RowEncoder, RowShape } from '../engine.mjs';
import { placeDoubles, placeFlags, placeIntegers, placeTexts, readTexts } from '../memory.mjs';
import { Reference } from '../reference.mjs';
import { kernelTable, planOver } from './group-tables.mjs';

const random = new Random(13);
const keys = Array.from({ length: batchRows }, (_, i) => `/products/green-kettle-${i}`);
const amounts = keys.map(() => random.below(1_000_000));
const sizes = keys.map(() => (random.below(20_000) - 10_000) / 100);
const keyBytes = keys.reduce((sum, { length }) => sum + length, 0);

export const answers = [
  { group: 'answer', name: 'encode groups of a text: key, count, sum, avg', make: makeEncode },
  { group: 'answer', name: 'rows as CSV: text, integer, double', make: (modules) => makeText('csv', modules) },
  { group: 'answer', name: 'rows as JSON: text, integer, double', make: (modules) => makeText('json', modules) },
];

async function makeEncode({ kernels, reference: module }) {
  const plan = await planOver('SELECT word, count(*), sum(amount), avg(amount) FROM logs GROUP BY word');
  const { arena, table, rows, flags, findAll } = kernelTable(kernels, plan, keys);
  findAll();
  const data = placeIntegers(arena, amounts);
  for (const state of table.states.keys()) table.update(state, rows, data, flags, 0, batchRows);
  const encoder = GroupEncoder.create(plan, table, arena);
  if (encoder === null) throw new Error('The kernel does not know the plan of a lane');
  const memory = new Reference(module);
  const theirs = {
    keys: placeTexts(memory, keys),
    counts: placeIntegers(
      memory,
      keys.map(() => 1),
    ),
    sums: placeIntegers(memory, amounts),
    out: memory.alloc(batchRows * 160),
    keySpans: memory.alloc(batchRows * 8),
    rowSpans: memory.alloc(batchRows * 8),
  };
  // sort keys and rows, in pieces of what the encoder has room for
  const kernel = (onPiece) => {
    for (let from = 0; from < batchRows; ) {
      const reached = encoder.encode(rows, from, batchRows);
      if (reached === from) throw new Error(`The kernel leaves group ${from} of a lane to JavaScript`);
      onPiece?.(from, reached);
      from = reached;
    }
  };
  const reference = () =>
    memory.loops.encodeGroups(
      theirs.keys,
      theirs.counts,
      theirs.sums,
      batchRows,
      theirs.out,
      theirs.keySpans,
      theirs.rowSpans,
    );
  return {
    rows: batchRows,
    bytes: keyBytes * 2 + batchRows * 43,
    kernel: () => kernel(),
    reference,
    verify() {
      reference();
      const expected = [theirs.keySpans, theirs.rowSpans].map((spans) => readTexts(memory, spans, batchRows));
      let problem;
      kernel((from, reached) => {
        const found = [encoder.keySpans, encoder.rowSpans].map((spans) => readTexts(arena, spans, reached));
        for (let i = from; i < reached; i++) {
          if (found.some((texts, which) => texts[i] !== expected[which][i]))
            problem ??= `group ${i} is encoded in another way by the kernel than by the loop`;
        }
      });
      return problem;
    },
  };
}

async function makeText(values, { kernels, reference: module }) {
  const plan = await planOver('SELECT word, amount, size FROM logs');
  const texts = {
    csv: { values: 'csv', before: ['', ',', ','], after: '\n' },
    json: { values: 'json', before: ['{"word":', ',"amount":', ',"size":'], after: '}\n' },
  };
  const text = texts[values];
  const { arena } = kernelTable(kernels, await planOver('SELECT word, count(*) FROM logs GROUP BY word'), keys);
  const encoder = new RowEncoder(arena, 3);
  const column = (type, data) => ({ type, data, flags: placeFlags(arena, batchRows) });
  encoder.encode(
    [
      column('text', placeTexts(arena, keys)),
      column('integer', placeIntegers(arena, amounts)),
      column('double', placeDoubles(arena, sizes)),
    ],
    batchRows,
  );
  const spans = arena.u32.slice(encoder.spans / 4, encoder.spans / 4 + batchRows * 2);
  const begin = spans[0];
  const end = spans[2 * batchRows - 2] + spans[2 * batchRows - 1];
  const shape = new RowShape(plan, arena);
  const kernel = (onPiece) => {
    for (let at = begin; at < end; ) {
      const { rows, stopped, bytes } = shape.toText(text, at, end);
      if (rows === 0) throw new Error('The kernel leaves a row of a lane to JavaScript');
      onPiece?.(bytes);
      at = stopped;
    }
  };
  const memory = new Reference(module);
  const from = memory.place(Buffer.concat([arena.u8.slice(begin, end), Buffer.alloc(64)]));
  const out = memory.alloc(batchRows * 160);
  const parts = [...text.before, text.after].flatMap((part) => {
    const bytes = Buffer.from(part);
    return [memory.place(Buffer.concat([bytes, Buffer.alloc(64)])), bytes.length];
  });
  const layout = memory.alloc(parts.length * 4);
  memory.u32.set(parts, layout / 4);
  const reference = () => memory.loops.textOfRows(from, from + (end - begin), layout, values === 'json' ? 1 : 0, out);
  return {
    rows: batchRows,
    bytes: end - begin,
    kernel: () => kernel(),
    reference,
    verify() {
      const pieces = [];
      kernel((bytes) => pieces.push(Buffer.from(bytes)));
      const expected = Buffer.from(memory.u8.subarray(out, reference() >>> 0));
      return Buffer.concat(pieces).equals(expected) ? undefined : 'the kernel writes other text than the loop';
    },
  };
}
