/**
 * Whether workers are replaced so often that it costs more than it gives back: a replacement that begins near its limit lives
 * for a task or two, and the pool starts threads instead of reading. Pure; said once, with what helps.
 */
import type { Retirement } from './pool-options.ts';

export interface PoolSoFar {
  readonly retirements: readonly Pick<Retirement, 'reason' | 'tasks' | 'ms'>[];
  readonly elapsedMs: number;
  readonly workers: number;
}

/** Processor time of starting a thread and warming it, besides what its predecessor took to end (measured on two cores). */
const startMs = 50;
const leastRetirements = 8;
const leastElapsedMs = 2000;
/** Of the workers' time. */
const mostCostShare = 0.1;
const leastTasksPerLife = 3;
/** Of the workers' time, where lives are shorter than that. */
const mostShortLivedShare = 0.04;

const remedies = {
  tasks: 'raise --recycle-after',
  heap: 'raise --worker-heap or --memory, or lower --split',
  arena: 'raise --worker-arena or --memory, or lower --split',
  age: 'let workers grow older',
} as const;

type Replaced = keyof typeof remedies;

/** What to say, or null while all is well. */
export function thrashWarning({ retirements, elapsedMs, workers }: PoolSoFar): string | null {
  const replaced = retirements.filter(({ reason }) => reason in remedies);
  if (replaced.length < leastRetirements || elapsedMs < leastElapsedMs) return null;
  const costMs = replaced.reduce((sum, { ms }) => sum + ms + startMs, 0);
  const share = costMs / (elapsedMs * workers);
  const tasks = replaced.reduce((sum, retirement) => sum + retirement.tasks, 0) / replaced.length;
  // short lives alone are no thrashing where they cost next to nothing
  if (share < (tasks < leastTasksPerLife ? mostShortLivedShare : mostCostShare)) return null;
  const reason = mostFrequent(replaced.map((retirement) => retirement.reason as Replaced)); // filtered above
  const cost = `${Math.round(share * 100)} % of their time`;
  return `Workers are replaced after ${tasks.toFixed(1)} tasks on average (${replaced.length} by now, mostly for their ${reason}), which takes ${cost}: ${remedies[reason]}`;
}

function mostFrequent(reasons: readonly Replaced[]): Replaced {
  const counts = new Map<Replaced, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'tasks';
}
