/**
 * Vitest's global setup: builds dist/ where a source is newer (nothing is, when `npm test` has just built it), and makes the
 * folder for temporary files, which goes when the run has ended.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export default function setUp(): () => void {
  const build = spawnSync(process.execPath, [fileURLToPath(new URL('../../config/build.mjs', import.meta.url))], {
    stdio: 'inherit',
  });
  // Type errors are `npm test`'s affair, which builds first; here they are only said, so that one test can be run while
  // another file is being written.
  if (build.status !== 0)
    process.stderr.write('The build has errors: tests that cross threads use what it could emit\n');
  const folder = mkdtempSync(join(tmpdir(), 'millrace-tests-'));
  process.env.MILLRACE_TEST_FOLDER = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
