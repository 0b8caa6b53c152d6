/**
 * What can be known of stdout and stderr without their streams, which Node.js takes milliseconds to load where they are
 * pipes.
 */
import { fstatSync } from 'node:fs';

export const descriptors = { stdout: 1, stderr: 2 } as const;

/** `isDirect`: all that was written to stdout has gone to the system past its stream, and nothing is left to wait for. */
export const standardOutput = { isDirect: false };

export function isTerminal(name: 'stdout' | 'stderr'): boolean {
  return !isFileOrPipe(name) && process[name].isTTY === true;
}

export function isFileOrPipe(name: 'stdout' | 'stderr'): boolean {
  try {
    const status = fstatSync(descriptors[name]);
    return status.isFile() || status.isFIFO();
  } catch {
    return false; // the stream says what is wrong with it
  }
}
