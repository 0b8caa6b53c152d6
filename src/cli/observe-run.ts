/**
 * Connects a run to what was asked to look at it: the file of events and the report, both made of the same log.
 * Loaded only where one of them was asked for.
 */
import { followRun, type RunFollower } from '../coordinator/follow-run.ts';
import type { HeapProfileFound } from '../coordinator/heap-profile.ts';
import type { PreparedQuery } from '../coordinator/prepare-query.ts';
import type { QueryRun } from '../coordinator/run-query.ts';
import type { RunStats } from '../coordinator/run-stats.ts';
import type { RowBlock } from '../core/row-block.ts';
import { openReport } from '../report/open-report.ts';
import { EventsFile } from './events-file.ts';
import { flagName } from './flags.ts';
import type { ResolvedSettings } from './resolve-settings.ts';

export interface Observation {
  follow(prepared: PreparedQuery, run: QueryRun): Promise<void>;
  rows(block: RowBlock): void;
  /** Writes what is left to write. Throws RunError. */
  end(
    outcome: { readonly stats: RunStats } | { readonly error: unknown },
    heap: HeapProfileFound | null,
  ): Promise<void>;
}

/** Throws UsageError where a file cannot be written. Call before the work starts. */
export function observeRun({ settings, given }: ResolvedSettings): Observation {
  const events = settings.events === undefined ? null : new EventsFile(settings.events);
  const report = settings.report === undefined ? null : openReport(settings.report);
  const said = [...given].map(([name, { text, where }]) => ({
    name: flagName(name),
    value: maskPassword(text),
    where,
  }));
  let follower: RunFollower | null = null;
  return {
    async follow(prepared, run) {
      follower = followRun(prepared, await prepared.pool(), run, said, (entry) => {
        events?.write(entry);
        report?.add(entry);
      });
    },
    rows(block) {
      follower?.rows(block);
    },
    async end(outcome, heap) {
      follower?.end(outcome, heap);
      try {
        report?.write();
      } finally {
        await events?.close();
      }
    },
  };
}

/** A log is shown to others. */
function maskPassword(text: string): string {
  return text.replace(/(?<=^\w+:\/\/)[^/@]*@/, '***@');
}
