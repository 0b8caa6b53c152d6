/** Real CSV files: csv-spectrum's acid tests with their JSON answers, and logs that others have cut into columns. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sharedData } from '../support/shared-data.ts';
import { ask } from './ask.ts';

it('csv-spectrum: every file gives the rows of its JSON twin', async (context) => {
  const folder = sharedData(context, 'csv/csv-spectrum/csvs');
  const names = readdirSync(folder)
    .map((name) => name.replace(/\.csv$/, ''))
    .filter((name) => name !== 'location_coordinates'); // its twin holds another telephone number
  expect(names.length).toBe(11);
  for (const name of names) {
    const twin: Record<string, string>[] = JSON.parse(readFileSync(`${folder}/../json/${name}.json`, 'utf8'));
    const columns = Object.keys(twin[0] ?? {});
    const flags = ['--format', 'csv', '--columns', columns.map((column) => `${column}:text`).join(',')];
    const { rows } = await ask('SELECT * FROM logs', [`${folder}/${name}.csv`], flags);
    // an empty field is NULL here and an empty text there; a quoted one is an empty text in both
    const texts = rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, text]) => [key, text ?? ''])));
    expect(texts, name).toEqual(twin);
  }
});

it.for([
  ['Zookeeper', 1318],
  ['HDFS', 80],
] as const)('loghub: warnings of %s in the structured file', async ([system, warnings], context) => {
  const { rows, records } = await ask("SELECT count(*) FILTER (WHERE Level = 'WARN') AS n FROM logs", [
    sharedData(context, `text/loghub/${system}/${system}_2k.log_structured.csv`),
  ]);
  expect(rows[0]).toEqual({ n: warnings });
  expect(records).toMatchObject({ read: 2000, rejected: 0 });
});
