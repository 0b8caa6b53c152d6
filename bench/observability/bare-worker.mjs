// The built worker without its sampling: no figures at chunk boundaries, no observer of garbage collections. Made by cutting
// it out of the built text, because nothing in the product needs a switch for it. Stands beside the built one in dist/.
import { readFileSync, writeFileSync } from 'node:fs';

const cuts = [
  [/\n\tchunk\(arena, bytes, counts\) \{\n/, '\n\tchunk() {}\n\tsampledChunk(arena, bytes, counts) {\n'],
  [/\n.*\.observe\(\{ entryTypes: \["gc"\] \}\);\n/, '\n'],
];

/** Gives the worker's address. */
export function writeBareWorker() {
  let text = readFileSync(new URL('../../dist/workers/scan-worker.js', import.meta.url), 'utf8');
  for (const [pattern, replacement] of cuts) {
    if (!pattern.test(text))
      throw new Error(`Cannot cut the sampling out of the built worker: ${pattern} is not in it`);
    text = text.replace(pattern, replacement);
  }
  const address = new URL(`../../dist/workers/bare-worker-${process.pid}.js`, import.meta.url);
  writeFileSync(address, text);
  return address;
}
