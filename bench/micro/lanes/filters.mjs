// Predicates, with what has to be decoded for them, and the selection that they leave.

import { Random } from '../../corpora/random.mjs';
import { batchRows, columnRows } from '../columns.mjs';
import { Arena } from '../engine.mjs';
import { placeFlags, placeIntegers, placeSpan, placeText, placeTexts } from '../memory.mjs';
import { Reference } from '../reference.mjs';
import { expressionLane } from './expression.mjs';

/** A loop that compares with one text. */
const withText =
  (loop, text) =>
  (loops, [spans], memory) => {
    const [address, length] = placeText(memory, text);
    return (out, flags) => loops[loop](spans, batchRows, address, length, out, flags);
  };
const lane = (name, sql, reference) => expressionLane('filter', name, sql, reference);

export const filters = [
  lane(
    'integer >= constant',
    'status >= 400',
    (loops, [spans]) =>
      (out, flags) =>
        loops.integerAtLeast(spans, batchRows, 400n, out, flags),
  ),
  lane('text = constant', "path = '/api/v1/4bm/index.html'", withText('textEqual', '/api/v1/4bm/index.html')),
  lane('text >= constant', "path >= '/assets'", withText('textAtLeast', '/assets')),
  lane('integer IN 3', 'status IN (200, 404, 500)', (loops, [spans], memory) => {
    const list = placeIntegers(memory, [200, 404, 500]);
    return (out, flags) => loops.integerIn(spans, batchRows, list, 3, out, flags);
  }),
  lane('text IN 3', "path IN ('/a', '/images/1/index.html', '/Blog/1/Logo.PNG')", (loops, [spans], memory) => {
    const list = placeTexts(memory, ['/a', '/images/1/index.html', '/Blog/1/Logo.PNG']);
    return (out, flags) => loops.textIn(spans, batchRows, list, 3, out, flags);
  }),
  lane('LIKE prefix', "path LIKE '/api/%'", withText('likePrefix', '/api/')),
  lane('LIKE contains', "path LIKE '%index%'", withText('likeContains', 'index')),
  lane('LIKE two parts', "path LIKE '%css%.html'", (loops, [spans], memory) => {
    const [part, tail] = [placeSpan(memory, 'css'), placeSpan(memory, '.html')];
    return (out, flags) => loops.likePartAndTail(spans, batchRows, part, tail, out, flags);
  }),
  lane('ILIKE contains', "path ILIKE '%logo%'", withText('ilikeContains', 'logo')),
  lane(
    'integer >= a AND integer < b',
    'status >= 400 AND bytes < 5000',
    (loops, [status, bytes]) =>
      (out, flags) =>
        loops.bothInRange(status, bytes, batchRows, 400n, 5000n, out, flags),
  ),
  { group: 'filter', name: 'selection of a boolean', make: selection },
];

function selection({ kernels, reference: module }) {
  const random = new Random(17);
  const values = Uint8Array.from({ length: columnRows }, () => (random.below(5) === 0 ? 1 : 0));
  const arena = new Arena(kernels, 1 << 24);
  const memory = new Reference(module);
  const lay = (target) => ({
    data: target.place(values),
    flags: placeFlags(target, columnRows),
    out: target.alloc(columnRows * 4 + 64),
  });
  const [ours, theirs] = [lay(arena), lay(memory)];
  const kernel = () => arena.kernels.selectTrue(ours.data, ours.flags, columnRows, ours.out);
  const reference = () => memory.loops.selectTrue(theirs.data, theirs.flags, columnRows, theirs.out);
  return {
    rows: columnRows,
    bytes: columnRows * 2,
    kernel,
    reference,
    verify() {
      const [a, b] = [kernel(), reference()];
      return a === b ? undefined : `the kernel selects ${a} rows and the loop ${b}`;
    },
  };
}
