/** Asks the built command line a question with several workers and small splits; rows as parsed JSON. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

export interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly records: {
    readonly read: number;
    readonly matched: number;
    readonly filtered: number;
    readonly rejected: number;
  };
}

export async function ask(sql: string, files: readonly string[], flags: readonly string[] = []): Promise<Answer> {
  const stats = join(tempFolder(), 'stats.json');
  const workers = ['--workers', '2', '--split', '1MiB', '--quiet'];
  const args = ['query', sql, ...files, '-o', 'json', '--stats', stats, ...workers, ...flags];
  const { stdout, stderr, code } = await millrace(args);
  if (code !== 0) throw new Error(`millrace ended with ${code}: ${stderr}`);
  return { rows: JSON.parse(stdout.toString()), records: JSON.parse(readFileSync(stats, 'utf8')).records };
}
