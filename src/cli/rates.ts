/** Counts and speeds as the progress bar and the summary show them. Speeds are in powers of 1000, as disks and networks are. */

/** `1,234,567`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 record`, `2 records`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** `1.92 GB/s`, `35 MB/s`, `0.8 MB/s`. */
export function formatSpeed(bytes: number, seconds: number): string {
  const megabytes = seconds > 0 ? bytes / 1e6 / seconds : 0;
  if (megabytes >= 1000) return `${(megabytes / 1000).toFixed(2)} GB/s`;
  return `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB/s`;
}
