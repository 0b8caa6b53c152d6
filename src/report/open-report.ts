/** `--report FILE`: gathers the log of a run and writes it as one HTML page, whole or not at all. */
import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RunLogEntry } from '../coordinator/run-log.ts';
import { RunError, UsageError } from '../core/errors.ts';
import { readAssets } from './assets.ts';
import { reportPage } from './page.ts';
import { ReportData } from './report-data.ts';

export interface Report {
  add(entry: RunLogEntry): void;
  /** After the last entry. Throws RunError where the page cannot be written. */
  write(): void;
}

/** Throws UsageError where the page will not be writable. */
export function openReport(path: string): Report {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a directory');
  } catch (error) {
    throw new UsageError(`Cannot write a report to "${path}": ${reasonOf(error)}`);
  }
  const data = new ReportData();
  return {
    add: (entry) => data.add(entry),
    write() {
      const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`); // the same folder: rename is atomic
      try {
        writeFileSync(temporary, reportPage(data, readAssets()));
        renameSync(temporary, path);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw new RunError(`Cannot write a report to "${path}": ${reasonOf(error)}`, { cause: error });
      }
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
