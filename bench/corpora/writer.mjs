// Writes generated lines to a file in blocks and keeps the sidecar (`<file>.json`: what made the file, its bytes, lines
// and checksum) beside it. A corpus is reused only when its sidecar says that the same recipe made it, and the sidecar
// is written last: a file whose generation was cut short is made again.
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const blockBytes = 1 << 20;

/**
 * Writes whole lines until the next one would pass `limit` (in bytes, or in lines where `rows` is given).
 *
 * `writeLine(out, at, line)` stores line number `line` into `out` from `at` and returns the offset after it; a line may
 * take up to `maxLineBytes`. Returns `{ path, bytes, lines, sha256 }` and everything in `recipe`, as the sidecar holds it.
 */
export function writeLines(
  path,
  recipe,
  { bytes = Infinity, rows = Infinity, maxLineBytes, header, writeLine, onProgress },
) {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  const out = new Uint8Array(blockBytes + maxLineBytes);
  const hash = createHash('sha256');
  const file = openSync(partial, 'w');
  let written = 0;
  let at = 0;
  let lines = 0;
  function flush() {
    const block = out.subarray(0, at);
    hash.update(block);
    for (let done = 0; done < at; ) done += writeSync(file, block, done);
    written += at;
    at = 0;
    onProgress?.(written);
  }
  try {
    if (header !== undefined) {
      out.set(header, 0);
      at = header.length;
    }
    while (lines < rows) {
      const end = writeLine(out, at, lines);
      if (written + end > bytes) break;
      at = end;
      lines++;
      if (at >= blockBytes) flush();
    }
    if (at > 0) flush();
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
  const sidecar = { ...recipe, bytes: written, lines, sha256: hash.digest('hex') };
  writeFileSync(`${path}.json`, `${JSON.stringify(sidecar, null, 2)}\n`);
  return { path, ...sidecar };
}

/** The sidecar's content with the path when the file is there and the same recipe made it, else undefined. */
export function readyCorpus(path, recipe) {
  if (!existsSync(path) || !existsSync(`${path}.json`)) return undefined;
  const sidecar = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
  const same = Object.entries(recipe).every(([key, value]) => sidecar[key] === value);
  return same && statSync(path).size === sidecar.bytes ? { path, ...sidecar } : undefined;
}
