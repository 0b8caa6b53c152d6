// The questions of the memory matrix: each with its file, its words for every engine, and a check of the whole answer.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  floatColumns,
  padOf,
  printedDouble,
  rowOf,
  scattered,
  tenThousandthsOf,
  wideColumns,
  writeFloats,
  writeKeys,
  writeLongLines,
  writeWide,
} from './data.mjs';

/**
 * `{ name, what, file, rows, write(path, rows), sql(path), pandas, check(rows, path) }`. `check` gives `{ line(text), end() }`: `line` is
 * called with every line of the CSV answer but the first, `end` gives null or what is wrong. `rows` is the size of the full matrix;
 * `pandas` is an expression over the module `pd` and `path`.
 */
export const cells = [
  {
    name: 'keys-5M',
    what: '5 M different keys, all in the answer',
    file: 'keys.csv',
    rows: 5_000_000,
    write: writeKeys,
    sql: (path) => `SELECT key, count(*) AS n, sum(v) AS s FROM '${path}' GROUP BY key`,
    pandas: "pd.read_csv(path, dtype={'key': 'str'}).groupby('key').agg(n=('v', 'size'), s=('v', 'sum')).shape",
    check: (rows) => scatteredRows(rows, (row, fields) => fields[1] === '1' && fields[2] === String(row % 1000)),
  },
  {
    name: 'key-1',
    what: 'one group',
    file: 'keys.csv',
    rows: 5_000_000,
    write: writeKeys,
    sql: (path) => `SELECT count(*) AS n, sum(v) AS s, max(x) AS m FROM '${path}'`,
    pandas: "pd.read_csv(path, dtype={'key': 'str'}).agg({'v': ['size', 'sum'], 'x': 'max'}).shape",
    check(rows) {
      let [sum, most] = [0, 0];
      for (let row = 0; row < rows; row++) {
        sum += row % 1000;
        most = Math.max(most, scattered(row));
      }
      return exactly([`${rows},${sum},${most}`]);
    },
  },
  {
    name: 'long-lines',
    what: 'lines of 100 KB',
    file: 'long.csv',
    rows: 4000,
    write: writeLongLines,
    sql: (path) => `SELECT g, count(*) AS n, sum(length(pad)) AS s, max(pad) AS m FROM '${path}' GROUP BY g ORDER BY g`,
    pandas:
      "pd.read_csv(path).assign(l=lambda d: d['pad'].str.len()).groupby('g').agg(n=('l', 'size'), s=('l', 'sum'), m=('pad', 'max')).shape",
    check(rows) {
      const groups = Array.from({ length: 5 }, () => ({ count: 0, sum: 0, most: 0 }));
      for (let row = 0; row < rows; row++) {
        const group = groups[row % 5];
        group.count++;
        group.sum += padOf(row);
        group.most = Math.max(group.most, padOf(row));
      }
      return exactly(groups.map(({ count, sum, most }, g) => `${g},${count},${sum},${'x'.repeat(most)}`));
    },
  },
  {
    name: 'wide-rows',
    what: `all rows of ${wideColumns} columns`,
    file: 'wide.csv',
    rows: 150_000,
    write: writeWide,
    sql: (path) => `SELECT * FROM '${path}'`,
    pandas: 'pd.read_csv(path).to_csv("/dev/null", index=False)',
    check: (_, path) => sameAsFile(path),
  },
  {
    name: 'count-distinct',
    what: 'exact count(DISTINCT) of 5 M values in one group',
    file: 'keys.csv',
    rows: 5_000_000,
    write: writeKeys,
    sql: (path) => `SELECT count(DISTINCT key) AS n FROM '${path}'`,
    pandas: "pd.read_csv(path, dtype={'key': 'str'})['key'].nunique()",
    check: (rows) => exactly([String(rows)]),
  },
  {
    name: 'exact-quantile',
    what: 'exact median and p99 of 5 M values in one group',
    file: 'keys.csv',
    rows: 5_000_000,
    write: writeKeys,
    sql: (path) => `SELECT quantile_exact(x, 0.5) AS a, quantile_exact(x, 0.99) AS b FROM '${path}'`,
    duckdb: (path) => `SELECT quantile_disc(x, 0.5) AS a, quantile_disc(x, 0.99) AS b FROM '${path}'`,
    pandas: "pd.read_csv(path, usecols=['x'])['x'].quantile([0.5, 0.99], interpolation='lower').shape",
    check(rows) {
      const sorted = Uint32Array.from({ length: rows }, (_, row) => scattered(row)).sort();
      return exactly([[0.5, 0.99].map((q) => sorted[Math.ceil(q * rows * (1 - 2 ** -50)) - 1]).join(',')]);
    },
  },
  {
    name: 'order-by',
    what: 'ORDER BY over 5 M rows, all in the answer',
    file: 'keys.csv',
    rows: 5_000_000,
    write: writeKeys,
    sql: (path) => `SELECT key, v FROM '${path}' ORDER BY key`,
    pandas: "pd.read_csv(path, dtype={'key': 'str'})[['key', 'v']].sort_values('key').to_csv('/dev/null', index=False)",
    check: (rows) => scatteredRows(rows, (row, fields) => fields[1] === String(row % 1000)),
  },
];

/** What a data frame cannot hold under a limit of 2 GiB. */
export const article = {
  name: 'float-columns',
  what: `a CSV of ${floatColumns} float columns`,
  file: 'floats.csv',
  rows: 7_000_000,
  write: writeFloats,
  sql: (path) => `SELECT count(*) AS n, sum(f0) AS s, min(f1) AS l, max(f19) AS m FROM '${path}'`,
  pandas: "pd.read_csv(path).agg({'f0': ['size', 'sum'], 'f1': 'min', 'f19': 'max'}).shape",
  check(rows) {
    let sum = 0n;
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    for (let row = 0; row < rows; row++) {
      sum += BigInt(tenThousandthsOf(row, 0));
      least = Math.min(least, tenThousandthsOf(row, 1));
      most = Math.max(most, tenThousandthsOf(row, 19));
    }
    return exactly([[rows, ...[Number(sum), least, most].map((units) => printedDouble(units / 10_000))].join(',')]);
  },
};

function exactly(expected) {
  let at = 0;
  let wrong = null;
  return {
    line(text) {
      if (text !== expected[at])
        wrong ??= `line ${at + 1} is "${text.slice(0, 80)}", not "${expected[at]?.slice(0, 80)}"`;
      at++;
    },
    end: () => wrong ?? (at === expected.length ? null : `${at} lines instead of ${expected.length}`),
  };
}

/** Every row once, in the order of its key. */
function scatteredRows(rows, isRight) {
  let [count, before] = [0, ''];
  let wrong = null;
  return {
    line(text) {
      const fields = text.split(',');
      const row = rowOf(Number.parseInt(fields[0], 16));
      if (fields[0] <= before || row >= rows || !isRight(row, fields))
        wrong ??= `line ${count + 1} is "${text.slice(0, 80)}"`;
      before = fields[0];
      count++;
    },
    end: () => wrong ?? (count === rows ? null : `${count} lines instead of ${rows}`),
  };
}

function sameAsFile(path) {
  const hash = createHash('sha256');
  return {
    line: (text) => hash.update(`${text}\n`),
    async end() {
      const file = createHash('sha256');
      let header = true;
      for await (const chunk of createReadStream(path)) {
        file.update(header ? chunk.subarray(chunk.indexOf(10) + 1) : chunk);
        header = false;
      }
      return hash.digest('hex') === file.digest('hex') ? null : 'the rows are not those of the file';
    },
  };
}
