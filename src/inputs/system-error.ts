/** What the operating system said, in words. */

const words: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links go round in a circle',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EIO: 'the device reports an input/output error',
  ENOSPC: 'no space left on the device',
};

export function systemErrorWords(error: unknown): string {
  const code = systemErrorCode(error);
  if (code !== null && words[code] !== undefined) return words[code];
  return error instanceof Error ? error.message : String(error);
}

/** `ENOENT` and the like, null where the error has no code. */
export function systemErrorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
