/** `millrace formats`: what `--format` takes. */
import { formats } from '../formats/table.ts';

export function formatsCommand(): number {
  const entries = [
    ['auto', 'looks at the head of the first file'],
    ...formats.map(({ name, summary }) => [name, summary]),
  ];
  const width = Math.max(...entries.map(([name = '']) => name.length));
  process.stdout.write(entries.map(([name = '', summary]) => `${name.padEnd(width)}  ${summary}\n`).join(''));
  return 0;
}
