/**
 * The file that Piscina is told to load in every thread: imports the one that handles tasks.
 *
 * Piscina loads by require(). Where a thread is terminated while require() links ES modules, as a replacement that is still
 * starting when the run ends, Node.js 20 aborts the whole process (FATAL ERROR: v8::Module::IsGraphAsync). import() does not.
 */
const threads: typeof import('node:worker_threads') = require('node:worker_threads');

const { handler }: { readonly handler: string } = threads.workerData;

module.exports = import(handler).then((worker) => worker.default);
