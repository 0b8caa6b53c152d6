// Wide CSV with a header, generated from a seed: 20 columns with integers, floats, dates, quoted text that holds commas
// and doubled quotes, and empty fields.
import { putBytes, putInteger, putTwoDigits, Texts } from './bytes.mjs';
import { Random, zipf } from './random.mjs';
import { adjectives, nouns, sections } from './words.mjs';
import { readyCorpus, writeLines } from './writer.mjs';

/** Raise it when the bytes for a given recipe change: old files are then made again. */
const generatorVersion = 1;

const realistic = { quoted: 64, empty: 38, newlines: 0, lineEnd: '\n' };

/** What can be asked for by name; shares are in 1/256 of the fields (or, for `newlines`, of the quoted ones). */
export const distributions = {
  realistic,
  'no-quotes': { ...realistic, quoted: 0 },
  'all-quoted': { ...realistic, quoted: 256 },
  'mostly-empty': { ...realistic, empty: 220 },
  'quoted-newlines': { ...realistic, quoted: 128, newlines: 16 },
  crlf: { ...realistic, lineEnd: '\r\n' },
};

/** Name and kind of each column, in file order. */
export const columns = [
  ['id', 'sequence'],
  ['day', 'date'],
  ['region', 'word'],
  ['customer', 'integer'],
  ['note', 'text'],
  ['price', 'float'],
  ['quantity', 'small'],
  ['discount', 'float'],
  ['title', 'text'],
  ['weight', 'float'],
  ['color', 'word'],
  ['item', 'word'],
  ['rating', 'small'],
  ['latitude', 'float'],
  ['longitude', 'float'],
  ['comment', 'text'],
  ['channel', 'word'],
  ['stock', 'integer'],
  ['ratio', 'exponent'],
  ['total', 'float'],
];

/** Writes CSV of at most `bytes` to `path`, unless the same file is there already; resolves to its description. */
export async function writeCsv(path, { bytes, seed = 1, distribution = 'realistic', onProgress } = {}) {
  const shape = distributions[distribution];
  if (shape === undefined)
    throw new Error(`Unknown distribution "${distribution}": one of ${Object.keys(distributions).join(', ')}`);
  const recipe = { generator: 'csv', generatorVersion, seed, size: bytes, distribution };
  const ready = readyCorpus(path, recipe);
  if (ready !== undefined) return ready;
  const header = Buffer.from(columns.map(([name]) => name).join(',') + shape.lineEnd);
  const writeLine = lineWriter(shape, seed);
  return writeLines(path, recipe, { bytes, maxLineBytes: 8192, header, writeLine, onProgress });
}

function lineWriter(shape, seed) {
  const random = new Random(seed);
  const words = new Texts([...sections, ...nouns]);
  const wordDraw = zipf(words.length);
  const plain = new Texts(adjectives.flatMap((adjective) => nouns.map((noun) => `${adjective} ${noun}`)));
  const quoted = new Texts(
    adjectives.flatMap((adjective) => nouns.map((noun) => `"${adjective}, ""${noun}"" and more"`)),
  );
  const broken = new Texts(adjectives.map((adjective) => `"${adjective}\nsecond line, same ""field"""`));
  const exponents = new Texts(['1.5e-3', '2E+4', '-7.25e2', '6.02214076e23', '1e-9']);
  const lineEnd = new Uint8Array(Buffer.from(shape.lineEnd));
  const days = new Texts(
    Array.from({ length: 365 }, (_, day) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10)),
  );
  const putText = (out, at) => {
    if (random.below(256) >= shape.quoted) return plain.put(out, at, random.below(plain.length));
    if (random.below(256) < shape.newlines) return broken.put(out, at, random.below(broken.length));
    return quoted.put(out, at, random.below(quoted.length));
  };
  const writers = {
    sequence: (out, at, line) => putInteger(out, at, line + 1),
    date: (out, at) => days.put(out, at, random.below(days.length)),
    word: (out, at) => words.put(out, at, wordDraw.draw(random)),
    integer: (out, at) => putInteger(out, at, random.below(1_000_000)),
    small: (out, at) => putInteger(out, at, random.below(20)),
    float(out, start) {
      let at = start;
      if (random.below(8) === 0) out[at++] = 45;
      at = putInteger(out, at, random.below(5000));
      out[at++] = 46;
      return putTwoDigits(out, at, random.below(100));
    },
    exponent: (out, at) => exponents.put(out, at, random.below(exponents.length)),
    text: putText,
  };
  const fields = columns.map(([, kind]) => writers[kind]);
  return (out, start, line) => {
    let at = fields[0](out, start, line);
    for (let i = 1; i < fields.length; i++) {
      out[at++] = 44;
      if (random.below(256) >= shape.empty) at = fields[i](out, at, line);
    }
    return putBytes(out, at, lineEnd);
  };
}
