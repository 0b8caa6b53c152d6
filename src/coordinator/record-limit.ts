/** How long a record may be: what the user said, else 16 MiB, but never more than the arena takes beside its other tenants. */

const defaultMaxRecordBytes = 16 * 1024 * 1024;

export function recordLimit(saidBytes: number | undefined, arenaLimitBytes: number): number {
  return Math.min(saidBytes ?? defaultMaxRecordBytes, mostRecordBytes(arenaLimitBytes));
}

export function mostRecordBytes(arenaLimitBytes: number): number {
  return Math.floor(arenaLimitBytes / 4);
}
