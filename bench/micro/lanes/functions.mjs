// Arithmetic, texts and times.
import { batchRows } from '../columns.mjs';
import { expressionLane } from './expression.mjs';

const lane = (name, sql, reference, more) => expressionLane('function', name, sql, reference, more);

export const functions = [
  lane(
    'integer + constant',
    'bytes + 7',
    (loops, [spans]) =>
      (out, flags) =>
        loops.addConstant(spans, batchRows, 7n, out, flags),
  ),
  lane('lower', 'lower(path)', (loops, [spans], memory) => {
    const room = memory.alloc(batchRows * 64);
    return (out, flags) => loops.lower(spans, batchRows, room, out, flags);
  }),
  lane(
    'split_part',
    "split_part(path, '/', 2)",
    (loops, [spans]) =>
      (out, flags) =>
        loops.secondPart(spans, batchRows, out, flags),
    { doesMore: 'any part, also from the end, and any delimiter' },
  ),
  lane(
    'time_bucket, 5 minutes',
    "time_bucket('5 minutes', clf)",
    (loops, [spans]) =>
      (out, flags) =>
        loops.bucketClf(spans, batchRows, 300_000_000n, out, flags),
    { doesMore: 'every character of the time is checked' },
  ),
];
