// What can look at a run, as the command line makes it look.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { EventsFile } from '../../dist/src/cli/events-file.js';
import { watchLines } from '../../dist/src/cli/watch-lines.js';
import { watchRun } from '../../dist/src/cli/watch-state.js';
import { followRun } from '../../dist/src/coordinator/follow-run.js';
import { openMetrics } from '../../dist/src/metrics/open-metrics.js';
import { ReportData } from '../../dist/src/report/report-data.js';

const redrawMs = 100;

/** A process that scrapes. */
export function startScraper() {
  const scraper = fork(new URL('./scraper.mjs', import.meta.url));
  const answer = () => new Promise((resolve) => scraper.once('message', resolve));
  return {
    async begin(url) {
      const ready = answer();
      scraper.send(url);
      await ready;
    },
    async end() {
      const count = answer();
      scraper.send(null);
      return count;
    },
    close: () => scraper.disconnect(),
  };
}

/** Metrics, scraped once a second. `end` gives the number of scrapes. */
export async function observeByMetrics({ pool, run, prepared, scraper }) {
  const budgetBytes = prepared.run.budget.totalBytes;
  const server = { port: 0, host: '127.0.0.1', lingerSeconds: 0, textfile: null };
  const metrics = await openMetrics({ pool, run, budgetBytes }, server);
  await scraper.begin(metrics.url);
  return {
    rows: () => undefined,
    async end() {
      const scrapes = await scraper.end();
      await metrics.finish();
      return scrapes;
    },
  };
}

/** The same with the event log, the report's data and the live view, all at once. */
export async function observeByAll(parts) {
  const { pool, run, prepared, folder } = parts;
  const metrics = await observeByMetrics(parts);
  const events = new EventsFile(join(folder, 'events.ndjson'));
  const report = new ReportData();
  const follower = followRun(prepared, pool, run, [], (entry) => {
    events.write(entry);
    report.add(entry);
  });
  const { splits, budget } = prepared.run;
  const budgetBytes = budget.totalBytes;
  const watcher = watchRun({ pool, run, splits, sources: prepared.sources, budgetBytes, hasKeys: true });
  const timer = setInterval(() => watchLines(watcher.look(), { width: 120, height: 30, color: true }), redrawMs);
  return {
    rows: (block) => follower.rows(block),
    async end(stats) {
      clearInterval(timer);
      watcher.close();
      follower.end({ stats });
      await events.close();
      return metrics.end();
    },
  };
}
