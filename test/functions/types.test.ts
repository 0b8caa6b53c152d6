/** The published types of functions: what fits them and what does not, by the compiler itself. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('take functions and aggregates as users write them, and nothing else', () => {
  const options =
    '--noEmit --strict --skipLibCheck --allowImportingTsExtensions --target es2023 --module nodenext --ignoreConfig';
  const args = ['node_modules/typescript/bin/tsc', ...options.split(' '), 'test/fixtures/functions/typed.ts'];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});
