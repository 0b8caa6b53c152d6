// The folder of one run: bench/runs/<date>-<machine>/, with everything that a reader needs to trust or repeat it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Writes the files of one run into a folder of its own; an array becomes one JSON value a line. */
export function writeRun(now, machine, files) {
  const stamp = now.toISOString().slice(0, 16).replace('T', '-').replace(':', '');
  const folder = fileURLToPath(new URL(`./runs/${stamp}-${machine.label}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(folder + name, render(content));
  return folder;
}

function render(content) {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map((record) => `${JSON.stringify(record)}\n`).join('');
  return `${JSON.stringify(content, null, 2)}\n`;
}
