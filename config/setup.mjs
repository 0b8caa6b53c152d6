// Installs the locked dependencies when node_modules does not match package-lock.json, so that
// `npm test` and `npm run demo` are one command on a fresh clone and cost nothing the second time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const marker = `${root}node_modules/.millrace-lock`;
const lock = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex');

// not `npm ci`: it refuses a lock file that does not list the optional binaries of every other platform
if (!existsSync(marker) || readFileSync(marker, 'utf8') !== lock) {
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit' });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
  writeFileSync(marker, lock);
}
