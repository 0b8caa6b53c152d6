/** Writes metrics for the textfile collector of node_exporter: never a half-written file, whoever reads meanwhile. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RunError } from '../core/errors.ts';

/** Throws RunError. */
export async function writeTextfile(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`); // the same folder: rename is atomic
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    const said = error instanceof Error ? error.message : String(error);
    throw new RunError(`Cannot write metrics to "${path}": ${said}`, { cause: error });
  }
}
