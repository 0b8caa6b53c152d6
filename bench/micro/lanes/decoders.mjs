// Texts to values.
import { batchRows } from '../columns.mjs';
import { expressionLane } from './expression.mjs';

const decoder =
  (loop) =>
  (loops, [spans]) =>
  (out, flags) =>
    loops[loop](spans, batchRows, out, flags);
const lane = (name, sql, loop, more) => expressionLane('decode', name, sql, decoder(loop), more);

export const decoders = [
  lane('integer, 3 digits', 'status', 'decodeInteger'),
  lane('integer, up to 5 digits', 'bytes', 'decodeInteger'),
  lane('integer, 18 digits', 'long', 'decodeInteger'),
  lane('double, 12.3', 'decimal', 'decodeDouble'),
  lane('double, 12 digits', 'precise', 'decodeDouble', { doesMore: 'correctly rounded' }),
  lane('timestamp, CLF', 'clf', 'decodeClf', { doesMore: 'every character is checked' }),
  lane('timestamp, ISO 8601', 'iso', 'decodeIso', { doesMore: 'every character is checked' }),
];
