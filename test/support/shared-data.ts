/** Real logs stand beside the checkout where somebody has put them; the tests that use them skip with a message elsewhere. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

/** Path of a file of the collection. Skips the test when it is not there. */
export function sharedData(context: TestContext, name: string): string {
  const path = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
  context.skip(!existsSync(path), 'real logs are not at ../shared/data');
  return path;
}
