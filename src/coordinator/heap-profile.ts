/** What `--heap-profile` found by the end of a run: files, and which functions keep most. Loaded only where it was asked for. */
import { readFile } from 'node:fs/promises';
import type { Plan } from '../query/plan.ts';
import type { HeapFile, HeapFiles } from './heap-files.ts';
import { type Retainer, topRetainers } from './retainers.ts';

export interface HeapProfileFound {
  readonly folder: string;
  readonly profiles: readonly HeapFile[];
  readonly snapshots: readonly HeapFile[];
  /** Lives whose profile could not be written. */
  readonly missing: number;
  /** The user's functions first, each with the most that it kept in one life. */
  readonly retainers: readonly Retainer[];
}

const mostRetainers = { yours: 12, others: 5 };

export async function readHeapProfile(
  files: HeapFiles,
  { modules = [] }: Pick<Plan, 'modules'>,
): Promise<HeapProfileFound> {
  const profiles = files.profiles();
  const read = profiles.map(async ({ path, worker, life }) => ({ worker, life, text: await readFile(path, 'utf8') }));
  const urls = modules.map(({ url }) => url);
  return {
    ...{ folder: files.folder, profiles, snapshots: files.snapshots(), missing: files.missing },
    retainers: topRetainers(await Promise.all(read), urls, mostRetainers),
  };
}
