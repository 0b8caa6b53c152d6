// The real worker, which dies on chosen splits: `faults` maps a split's index to `exit` or `heap` (on its first try), or to
// `always` (exits on every try). It dies when the work is done and the answer is not yet given, which loses most.
import handle from '../../dist/workers/scan-worker.js';

const kept = [];

export function dyingWorker(faults) {
  return async (task) => {
    const result = await handle(task);
    const fault = task.type === 'scan' ? faults[task.split.index] : undefined;
    if (fault === 'always' || (fault === 'exit' && task.attempt === 1)) process.exit(7);
    // small objects in a plain array reach the worker's own heap limit, not the process's
    while (fault === 'heap' && task.attempt === 1) kept.push({ text: `${kept.length}`, list: [kept.length] });
    return result;
  };
}
