/** The build's command as a shell runs it: by its own first line. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { packageVersion } from '../../src/core/version.ts';
import { millracePath } from '../support/millrace.ts';

it('can be run without naming Node.js', (context) => {
  context.skip(process.platform === 'win32', 'Windows runs commands by their names');
  expect(execFileSync(millracePath, ['--version'], { encoding: 'utf8' })).toBe(`millrace ${packageVersion()}\n`);
});
