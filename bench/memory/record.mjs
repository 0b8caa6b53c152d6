// The record of a memory matrix: cells that were run at different times as one, and the page that tells them.
import { article, cells } from './cells.mjs';

export const mib = 2 ** 20;

/** A cell that was run again replaces what was recorded of it; in the order of questions, budgets and engines. */
export function withRecords(before, fresh) {
  const key = ({ cell, engine, budget }) => `${cell} ${engine} ${budget}`;
  const all = new Map([...before, ...fresh].map((record) => [key(record), record]));
  const places = [...cells, article].map(({ name }) => name);
  const engines = ['millrace', 'duckdb', 'pandas'];
  return [...all.values()].sort(
    (a, b) =>
      places.indexOf(a.cell) - places.indexOf(b.cell) ||
      a.budget - b.budget ||
      engines.indexOf(a.engine) - engines.indexOf(b.engine),
  );
}

export function summaryOf(records) {
  const ours = records.filter(({ engine }) => engine === 'millrace');
  const good = ours.filter(({ ok, within }) => ok && within).length;
  const what = [...cells, article].map((cell) => `- ${cell.name}: ${cell.what}`);
  return [
    '# Memory matrix',
    '',
    `Millrace: ${good} of ${ours.length} cells answered exactly and within the budget.`,
    '',
    'Peak: resident memory of the whole process, as the kernel counted it (VmHWM). Answers of Millrace are checked in full, those of',
    'the others are not. DuckDB gets the budget as memory_limit, pandas as RLIMIT_AS. Foretold: by --explain --sample before the run.',
    'Seconds are indicative only: the machine was busy with other work, and pandas and DuckDB drop their rows where Millrace prints them.',
    '',
    ...what,
    '',
    '| question | engine | budget | peak | foretold | seconds | spilled | |',
    '| --- | --- | --: | --: | --: | --: | --: | --- |',
    ...records.map(rowOf),
    '',
  ].join('\n');
}

function rowOf({ cell, engine, budget, ok, within, problem, ms, peakRssBytes, spilledBytes, foretoldBytes }) {
  const inMib = (bytes) => (bytes === undefined || bytes === null ? '' : `${Math.round(bytes / mib)} MiB`);
  const verdict = !ok ? `no answer: ${problem}` : within ? 'answered' : 'answered, over the budget';
  const figures = [
    inMib(budget),
    inMib(peakRssBytes),
    inMib(foretoldBytes),
    (ms / 1000).toFixed(1),
    inMib(spilledBytes),
  ];
  return `| ${[cell, engine, ...figures, verdict.replaceAll('|', '/')].join(' | ')} |`;
}
