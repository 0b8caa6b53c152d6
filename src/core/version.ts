/** The version of this package, from its own package.json. */
import { readFileSync } from 'node:fs';

export function packageVersion(): string {
  // From dist/src/core/, or src/core/ where TypeScript runs as it is, up to the package's root.
  for (const up of ['../../../package.json', '../../package.json']) {
    try {
      const content: unknown = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'));
      if (typeof content === 'object' && content !== null && 'name' in content && content.name === 'millrace') {
        return 'version' in content ? String(content.version) : 'unknown';
      }
    } catch {
      // not there: the next place
    }
  }
  return 'unknown';
}
