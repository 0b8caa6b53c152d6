/** `--max-old-space-size` silently overrides the caps of workers (nodejs/node#43991): seen by what a worker says of its heap. */
import { formatSize } from '../core/size.ts';
import type { MemorySample } from '../execute/messages.ts';
import type { PoolOptions } from './pool-options.ts';

/** What to say, or null where the limit is the one that was asked for. */
export function heapLimitWarning(
  { heapLimitBytes }: Pick<MemorySample, 'heapLimitBytes'>,
  { heapOldMb, heapYoungMb }: Pick<PoolOptions, 'heapOldMb' | 'heapYoungMb'>,
): string | null {
  const askedBytes = (heapOldMb + heapYoungMb) * 1024 * 1024;
  if (heapLimitBytes <= askedBytes * 1.1) return null;
  return `Worker heaps are limited to ${formatSize(heapLimitBytes)} instead of ${formatSize(askedBytes)}: --max-old-space-size (on the command line or in NODE_OPTIONS) overrides the limit: start without it`;
}
