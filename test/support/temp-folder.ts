/**
 * A folder of its own for a test. The global setup removes all of them when the run has ended: a hook would not know which
 * of several concurrent tests it belongs to.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function tempFolder(): string {
  return mkdtempSync(join(process.env.MILLRACE_TEST_FOLDER ?? tmpdir(), 'case-'));
}
