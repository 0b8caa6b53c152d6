// Miller, which uses several threads on its own: its time stands under one thread because it takes no thread count.
import { runShell } from './awk.mjs';
import { firstLineOf } from './process.mjs';

export const miller = {
  name: 'miller',
  title: 'Miller',
  timing: 'process',
  threads: [1],
  slow: true,
  version: () => firstLineOf('mlr', ['--version']),
  available: () =>
    firstLineOf('mlr', ['--version']) === undefined
      ? { available: false, reason: 'mlr (Miller) is not installed' }
      : { available: true },
  answers: (question) => question.miller !== undefined,
  run: (question, corpus) => runShell(question.miller, corpus.path),
};
