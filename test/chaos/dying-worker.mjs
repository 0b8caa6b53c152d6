// The real worker, which dies on chosen splits at their first try: `deaths` maps a split's index to `exit` or `heap`. It
// dies when the work is done and the answer is not yet given, which loses most.
import handle from '../../dist/workers/scan-worker.js';

let chain = null;

export function dyingWorker(deaths) {
  return async (task) => {
    const result = await handle(task);
    const death = task.type === 'scan' && task.attempt === 1 ? deaths[task.split.index] : undefined;
    if (death === 'exit') process.exit(7);
    // a chain of small objects: one array that grows by push can abort the whole process (nodejs/node#47224)
    while (death === 'heap') chain = { next: chain, list: [1.5, 2.5, 3.5, 4.5] };
    return result;
  };
}
