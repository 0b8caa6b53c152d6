/** Vitest's global setup: builds dist/ where a source is newer. Does nothing when `npm test` has just built it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export default function buildDist(): void {
  const build = spawnSync(process.execPath, [fileURLToPath(new URL('../../config/build.mjs', import.meta.url))], {
    stdio: 'inherit',
  });
  // Type errors are `npm test`'s affair, which builds first; here they are only said, so that one test can be run while
  // another file is being written.
  if (build.status !== 0)
    process.stderr.write('The build has errors: tests that cross threads use what it could emit\n');
}
