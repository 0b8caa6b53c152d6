// GoAccess, whose report is fixed: every panel but the status codes is switched off, so that it is asked for no more
// than the question. It still keeps every client in memory.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstLineOf, runProcess } from './process.mjs';

const otherPanels = (
  'VISITORS REQUESTS REQUESTS_STATIC NOT_FOUND HOSTS OS BROWSERS VISIT_TIMES VIRTUAL_HOSTS REFERRERS ' +
  'REFERRING_SITES KEYPHRASES REMOTE_USER CACHE_STATUS GEO_LOCATION MIME_TYPE TLS_TYPE'
).split(' ');

export const goaccess = {
  name: 'goaccess',
  title: 'GoAccess',
  timing: 'process',
  threads: [1],
  slow: true,
  version: () => firstLineOf('goaccess', ['--version']),
  available: () =>
    firstLineOf('goaccess', ['--version']) === undefined
      ? { available: false, reason: 'goaccess is not installed' }
      : { available: true },
  answers: (question) => question.goaccess !== undefined,
  async run(_question, corpus) {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
    const report = join(folder, 'report.json');
    try {
      const panels = otherPanels.map((panel) => `--ignore-panel=${panel}`);
      const args = [
        '--no-global-config',
        '--no-progress',
        '--log-format=COMBINED',
        ...panels,
        '-o',
        report,
        corpus.path,
      ];
      const { ms, cpuMs, peakRssBytes } = await runProcess('goaccess', args);
      const { status_codes: statuses } = JSON.parse(readFileSync(report, 'utf8'));
      const answer = statuses.data
        .flatMap((group) => group.items)
        .map((item) => [item.data.slice(0, 3), String(item.hits.count), sizeOf(item)])
        .sort(([a], [b]) => (a < b ? -1 : 1));
      return { ms, cpuMs, peakRssBytes, answer };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** GoAccess counts a missing size as 0: a status without any byte is NULL to the others. */
const sizeOf = (item) => (item.bytes.count === 0 ? '' : String(item.bytes.count));
