// The real worker, which dies on chosen splits: `faults` maps a split's index to `exit` or `heap` (on its first try), or to
// `always` (exits on every try). It dies when the work is done and the answer is not yet given, which loses most.
import handle from '../../dist/workers/scan-worker.js';

let chain = null;

export function dyingWorker(faults) {
  return async (task) => {
    const result = await handle(task);
    const fault = task.type === 'scan' ? faults[task.split.index] : undefined;
    if (fault === 'always' || (fault === 'exit' && task.attempt === 1)) process.exit(7);
    // a chain of small objects: one array that grows can abort the whole process (nodejs/node#47224)
    while (fault === 'heap' && task.attempt === 1) chain = { next: chain, list: [1.5, 2.5, 3.5, 4.5] };
    return result;
  };
}
