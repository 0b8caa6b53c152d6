// ripgrep for the filter: it counts lines that match a regular expression, on one thread for one file.
import { firstLineOf, runProcess } from './process.mjs';

export const ripgrep = {
  name: 'ripgrep',
  title: 'ripgrep',
  timing: 'process',
  threads: [1],
  version: () => firstLineOf('rg', ['--version']),
  available: () =>
    firstLineOf('rg', ['--version']) === undefined
      ? { available: false, reason: 'rg (ripgrep) is not installed' }
      : { available: true },
  answers: (question) => question.ripgrep !== undefined,
  async run(question, corpus) {
    const args = ['--no-config', '--count', '--include-zero', '-e', question.ripgrep, corpus.path];
    const { ms, cpuMs, stdout, peakRssBytes } = await runProcess('rg', args, { allowedExitCodes: [0, 1] });
    return { ms, cpuMs, peakRssBytes, answer: [[stdout.trim()]] };
  },
};
