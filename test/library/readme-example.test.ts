/** The example of the README, run as a reader would run it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { accessLog } from '../cli/access-log.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the example of the library runs as it stands there', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, example = ''] = /```js\n(import .*?)```/s.exec(readme) ?? [];
  expect(example).toContain("from 'millrace'");
  const folder = tempFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'millrace'));
  writeFileSync(join(folder, 'access.log'), accessLog(1000));
  writeFileSync(join(folder, 'example.mjs'), example);
  const { stdout, stderr } = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: '200 900\n404 100\n1000 records read, 0 rejected\n', stderr: '' });
});
