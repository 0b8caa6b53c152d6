// Files whose every answer can be told without reading them: rows are made from their number, so checks need no second engine.
import { putBytes, putInteger } from '../corpora/bytes.mjs';
import { readyCorpus, writeLines } from '../corpora/writer.mjs';

/** A file that is there already is not made again. */
function once(path, recipe, lines) {
  return readyCorpus(path, recipe) ?? writeLines(path, recipe, lines);
}

const generatorVersion = 2;
const multiplier = 2654435761;

/** Number of a row in [0, 2^32), different for every row. */
export function scattered(row) {
  return Math.imul(row, multiplier) >>> 0;
}

/** The row of a scattered number. */
export function rowOf(number) {
  return Math.imul(number, inverse) >>> 0;
}

/** multiplier * inverse = 1 modulo 2^32 (Newton's iteration doubles the bits that are right). */
const inverse = (() => {
  let x = multiplier;
  for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(multiplier, x));
  return x;
})();

const hexDigits = new Uint8Array(Buffer.from('0123456789abcdef'));

function putHex(out, at, number) {
  for (let digit = 0; digit < 8; digit++) out[at + digit] = hexDigits[(number >>> (28 - 4 * digit)) & 15];
  return at + 8;
}

/** Numbers of up to 32 bits. */
function putUnsigned(out, start, number) {
  let end = start + 1;
  for (let rest = Math.floor(number / 10); rest > 0; rest = Math.floor(rest / 10)) end++;
  for (let at = end - 1, rest = number; at >= start; at--, rest = Math.floor(rest / 10)) out[at] = 48 + (rest % 10);
  return end;
}

/** As results are printed: a double has a point. */
export function printedDouble(value) {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `key,v,x`: a key of eight hexadecimal digits that no other row has, the row modulo 1000, the key as a number. */
export function writeKeys(path, rows) {
  return once(
    path,
    { generator: 'memory-keys', generatorVersion, size: rows },
    {
      rows,
      maxLineBytes: 64,
      header: Buffer.from('key,v,x\n'),
      writeLine(out, start, row) {
        let at = putHex(out, start, scattered(row));
        out[at++] = 44;
        at = putInteger(out, at, row % 1000);
        out[at++] = 44;
        at = putUnsigned(out, at, scattered(row));
        out[at++] = 10;
        return at;
      },
    },
  );
}

/** `id,g,pad`: lines of about 100 KB; g is one of five, pad between 90,000 and 109,999 letters. */
export function writeLongLines(path, rows) {
  const letters = new Uint8Array(110_000).fill(120);
  return once(
    path,
    { generator: 'memory-long', generatorVersion, size: rows },
    {
      rows,
      maxLineBytes: 120_000,
      header: Buffer.from('id,g,pad\n'),
      writeLine(out, start, row) {
        let at = putInteger(out, start, row);
        out[at++] = 44;
        at = putInteger(out, at, row % 5);
        out[at++] = 44;
        at = putBytes(out, at, letters.subarray(0, padOf(row)));
        out[at++] = 10;
        return at;
      },
    },
  );
}

export function padOf(row) {
  return 90_000 + ((row * 7919) % 20_000);
}

/** 200 columns of numbers with up to two decimals, written as they are printed. */
export function writeWide(path, rows) {
  const texts = Array.from({ length: 4000 }, (_, quarter) => new Uint8Array(Buffer.from(printedDouble(quarter / 4))));
  return once(
    path,
    { generator: 'memory-wide', generatorVersion, size: rows },
    {
      rows,
      maxLineBytes: 4096,
      header: Buffer.from(`${Array.from({ length: wideColumns }, (_, i) => `c${i}`).join(',')}\n`),
      writeLine(out, start, row) {
        let at = start;
        for (let column = 0; column < wideColumns; column++) {
          if (column > 0) out[at++] = 44;
          at = putBytes(out, at, texts[quarterOf(row, column)]);
        }
        out[at++] = 10;
        return at;
      },
    },
  );
}

export const wideColumns = 200;

/** Four times the value in a wide row's column. */
function quarterOf(row, column) {
  return (row * 31 + column * 17) % 4000;
}

/** 20 columns of numbers with four decimals: the CSV that a data frame holds as floats. */
export function writeFloats(path, rows) {
  return once(
    path,
    { generator: 'memory-floats', generatorVersion, size: rows },
    {
      rows,
      maxLineBytes: 1024,
      header: Buffer.from(`${Array.from({ length: floatColumns }, (_, i) => `f${i}`).join(',')}\n`),
      writeLine(out, start, row) {
        let at = start;
        for (let column = 0; column < floatColumns; column++) {
          if (column > 0) out[at++] = 44;
          const tenThousandths = tenThousandthsOf(row, column);
          at = putInteger(out, at, Math.floor(tenThousandths / 10_000));
          out[at++] = 46;
          for (let unit = 1000, rest = tenThousandths % 10_000; unit >= 1; rest %= unit, unit /= 10) {
            out[at++] = 48 + Math.floor(rest / unit);
          }
        }
        out[at++] = 10;
        return at;
      },
    },
  );
}

export const floatColumns = 20;

/** Ten thousand times the value in a column of a row, in [0, 10^7). */
export function tenThousandthsOf(row, column) {
  return (scattered(row) + column * 7_654_321) % 10_000_000;
}
