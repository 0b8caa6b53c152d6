/** A program's flags for its own first file must not end up at the files of worker threads, which inherit them. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';

const built = new URL('../../dist/src/index.js', import.meta.url).href;

test('works in a module that was given on the command line', () => {
  const path = join(tempFolder(), 'app.jsonl');
  writeFileSync(path, '{"a":1}\n{"a":2}\n');
  const program = `
    import { query } from '${built}';
    const answer = await query('SELECT sum(a) AS total FROM logs', { files: [process.argv[1]] });
    for await (const row of answer) console.log(String(row.total));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', program, path], { encoding: 'utf8' });
  expect(said).toBe('3\n');
});
