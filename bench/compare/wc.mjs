// `wc -l`: what counting newlines alone costs, on one thread.
import { firstLineOf, runProcess } from './process.mjs';

export const wc = {
  name: 'wc',
  title: 'wc -l',
  timing: 'process',
  floor: true,
  threads: [1],
  version: () => firstLineOf('wc', ['--version']),
  available: () =>
    firstLineOf('wc', ['-l', '/dev/null']) === undefined
      ? { available: false, reason: 'wc is not installed' }
      : { available: true },
  answers: () => true,
  async run(_question, corpus) {
    const { ms, cpuMs, stdout, peakRssBytes } = await runProcess('wc', ['-l', corpus.path]);
    const lines = Number.parseInt(stdout, 10);
    if (lines !== corpus.lines)
      throw new Error(`wc counted ${lines} lines of ${corpus.path} instead of ${corpus.lines}`);
    return { ms, cpuMs, peakRssBytes, answer: [[String(lines)]] };
  },
};
