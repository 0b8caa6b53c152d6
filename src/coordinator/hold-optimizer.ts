/**
 * Keeps V8 from optimizing JavaScript while a run is young. Records go through WebAssembly; the JavaScript between its calls
 * takes a few percent of the time, optimized or not, but is enough of it for V8 to compile the same thirty functions in every
 * worker, which takes tens of milliseconds from the cores that scan. A run that goes on gets them.
 *
 * The flag is the process's: only commands set it, never the library. While it is off its default, threads that start do
 * without the code cache, which fits only the flags it was made under; so it is set when all workers have loaded, and reset
 * when one is replaced.
 */
import { setFlagsFromString } from 'node:v8';
import { monotonicMs } from '../core/monotonic.ts';
import type { Plan } from '../query/plan.ts';
import type { WorkerPool } from './pool.ts';
import type { QueryRun } from './run-query.ts';

const lookEveryMs = 5;
/** What is still being called then has enough time left to be worth compiling. */
const holdForMs = 1000;
/** More rows than these are finished by JavaScript for long enough to be worth compiling it. */
const fewRows = 1000;

/** For a second or until the run ends; where many rows may follow, until scanning has. `setFlag`: V8's, unless said. */
export function holdOptimizer(
  plan: Plan,
  run: QueryRun,
  pool: WorkerPool,
  setFlag: (flag: string) => void = setFlagsFromString,
): void {
  // the user's functions, and rows for the screen, are JavaScript's own work
  if (plan.modules !== undefined || plan.shape === 'rows') return;
  const hasFewRows = plan.limit !== null && plan.limit <= fewRows;
  const until = monotonicMs() + holdForMs;
  let isHeld = false;
  const look = () => {
    const left = until - monotonicMs();
    if (left <= 0) return end();
    if (!isHeld && pool.slots.isFull) {
      setFlag('--no-turbofan');
      isHeld = true;
    }
    lookAfter(isHeld ? left : lookEveryMs);
  };
  let timer: NodeJS.Timeout | undefined;
  const lookAfter = (ms: number) => {
    timer = setTimeout(look, ms);
    timer.unref();
  };
  const end = () => {
    clearTimeout(timer);
    for (const unsubscribe of subscriptions) unsubscribe();
    if (isHeld) setFlag('--turbofan');
    isHeld = false;
  };
  const subscriptions = [
    pool.events.on('retired', end),
    run.events.on('splitDone', () => {
      const { queued, running } = run.progress().splits;
      if (queued + running === 0 && !hasFewRows) end();
    }),
  ];
  run.stats.then(end, end);
  look();
}
