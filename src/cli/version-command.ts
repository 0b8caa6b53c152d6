/** `millrace --version`. */
import { packageVersion } from '../core/version.ts';

export function versionCommand(): number {
  process.stdout.write(`millrace ${packageVersion()}\n`);
  return 0;
}
