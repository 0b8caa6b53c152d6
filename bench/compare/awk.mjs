// awk in its fast form (mawk) and whatever else is installed as `awk`, where that is another program.
import { realpathSync } from 'node:fs';
import { parseCsv } from '../answers.mjs';
import { firstLineOf, runProcess } from './process.mjs';

/** Runs a shell line with the corpus as `$1`; text is bytes to every tool in it. */
export async function runShell(line, path) {
  const { ms, cpuMs, stdout, peakRssBytes } = await runProcess('sh', ['-c', line, 'sh', path], {
    env: { LC_ALL: 'C' },
  });
  return { ms, cpuMs, peakRssBytes, answer: parseCsv(stdout) };
}

function awkPeer(name, command, available) {
  return {
    name,
    title: name,
    timing: 'process',
    threads: [1],
    version: () => firstLineOf(command, ['-W', 'version']) ?? firstLineOf(command, ['--version']) ?? 'unknown',
    available,
    answers: (question) => question.awk !== undefined,
    run: (question, corpus) => runShell(question.awk.replace(/^awk /, `${command} `), corpus.path),
  };
}

export const mawk = awkPeer('mawk', 'mawk', () =>
  firstLineOf('mawk', ['-W', 'version']) === undefined
    ? { available: false, reason: 'mawk is not installed' }
    : { available: true },
);

export const awk = awkPeer('awk', 'awk', () => {
  if (firstLineOf('awk', ['BEGIN { print 1 }']) === undefined)
    return { available: false, reason: 'awk is not installed' };
  const program = realpathSync(firstLineOf('sh', ['-c', 'command -v awk']));
  return program.endsWith('mawk') ? { available: false, reason: 'awk is mawk here' } : { available: true };
});
