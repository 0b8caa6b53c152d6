/** The table of flags in the README is made of the table of flags in the code; UPDATE_README=1 writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readConfigFile } from '../../src/cli/config-file.ts';
import { flagTable, helpText } from '../../src/cli/help.ts';
import { resolveSettings } from '../../src/cli/resolve-settings.ts';
import { tempFolder } from '../support/temp-folder.ts';

const readme = fileURLToPath(new URL('../../src/cli/README.md', import.meta.url));
const example = fileURLToPath(new URL('../../config/millrace.yaml', import.meta.url));
const block = /(?<=<!-- flags -->\n)(?:.*\n)*?(?=<!-- \/flags -->)/;

test('the README shows every flag as it is', () => {
  const text = readFileSync(readme, 'utf8');
  if (process.env.UPDATE_README === '1')
    writeFileSync(
      readme,
      text.replace(block, () => `\n${flagTable()}\n`),
    );
  expect(cells(block.exec(readFileSync(readme, 'utf8'))?.[0] ?? '')).toEqual(cells(flagTable()));
});

test('no line of help is wider than 100 columns', () => {
  const wide = helpText()
    .split('\n')
    .filter((line) => line.length > 100 && !/^ {2}millrace query |^Exit codes|^A flag wins/.test(line));
  expect(wide).toEqual([]);
});

test('every setting of the example configuration can be used as it stands there', async () => {
  const path = join(tempFolder(), 'c.yaml');
  writeFileSync(path, readFileSync(example, 'utf8').replaceAll(/^# (?=[a-z-]+: )/gm, ''));
  const { settings } = resolveSettings(new Map(), {}, await readConfigFile(path));
  expect(settings).toMatchObject({ memory: 1024 ** 3, workers: 4, progress: false, metricsLinger: 15 });
});

/** The formatter aligns tables, so what counts is what stands in the cells. */
function cells(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/^-+$/, '---')));
}
