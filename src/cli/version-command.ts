/** `millrace --version`. */
import { readFileSync } from 'node:fs';

export function versionCommand(): number {
  process.stdout.write(`millrace ${packageVersion()}\n`);
  return 0;
}

function packageVersion(): string {
  // From dist/src/cli/ up to the package's root.
  const content: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const hasVersion = typeof content === 'object' && content !== null && 'version' in content;
  return hasVersion ? String(content.version) : 'unknown';
}
