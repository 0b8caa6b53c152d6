// Answers as plain rows of text (NULL is the empty text), and whether two of them are the same. A peer's answer is
// compared with a reference cell by cell; what a sketch may differ by is stated here and nowhere else.

/** Relative tolerance by the kind of a column; kinds that are not listed must be equal. */
export const tolerances = {
  /** Sums and averages of binary doubles, added in any order. */
  double: 1e-9,
  /** The error that the quantile sketch promises. */
  quantile: 0.01,
  /** About four standard errors of a HyperLogLog with 2^12 registers; finer ones pass more easily. */
  distinct: 0.065,
};

/** Says what is wrong with `rows` measured against `reference`, or undefined when they agree. */
export function disagreement(columns, rows, reference) {
  if (rows.length !== reference.length) return `${rows.length} rows instead of ${reference.length}`;
  for (let i = 0; i < rows.length; i++) {
    if (rows[i].length !== columns.length)
      return `row ${i + 1} has ${rows[i].length} columns instead of ${columns.length}`;
    for (let j = 0; j < columns.length; j++) {
      if (cellAgrees(columns[j].kind, rows[i][j], reference[i][j])) continue;
      return `row ${i + 1}, ${columns[j].name}: ${shown(rows[i][j])} instead of ${shown(reference[i][j])}`;
    }
  }
  return undefined;
}

const shown = (cell) => (cell === '' ? 'NULL' : cell);

/** A reference quantile is `low..high`: the values at the ranks below and above the asked one. */
function cellAgrees(kind, cell, expected) {
  if (cell === expected) return true;
  if (cell === '' || expected === '') return false;
  const tolerance = tolerances[kind];
  if (tolerance === undefined) return kind === 'integer' && isInteger(cell) && BigInt(cell) === BigInt(expected);
  const [low, high = low] = expected.split('..').map(Number);
  const value = Number(cell);
  return value >= low - Math.abs(low) * tolerance && value <= high + Math.abs(high) * tolerance;
}

const isInteger = (text) => /^-?\d+$/.test(text);

/** What was found, to stand beside a time: the number of rows and, where a column counts records, their sum. */
export function found(columns, rows) {
  const counting = columns.findIndex((column) => column.counts === true);
  if (counting < 0) return { rows: rows.length, first: rows[0]?.join(' ') ?? '' };
  return { rows: rows.length, records: rows.reduce((sum, row) => sum + Number(row[counting]), 0) };
}

/** Parses the CSV that the peers print: commas, doubled quotes, no spare spaces; `header` rows are dropped. */
export function parseCsv(text, { header = false, delimiter = ',' } = {}) {
  const rows = [];
  let row = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') cell += text[i++];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === delimiter) {
      row.push(cell);
      cell = '';
    } else if (char === '\n') {
      row.push(cell);
      rows.push(row);
      row = [];
      cell = '';
    } else if (char !== '\r') cell += char;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return header ? rows.slice(1) : rows;
}
