/**
 * The file that Piscina is told to load in every thread: loads the one that handles tasks. The build's is a bundle; a
 * module, which is only named from outside, is imported.
 *
 * Piscina loads by require(). Where a thread is terminated while require() links ES modules, as a replacement that is still
 * starting when the run ends, Node.js 20 aborts the whole process (FATAL ERROR: v8::Module::IsGraphAsync). import() does not.
 */
const threads: typeof import('node:worker_threads') = require('node:worker_threads');
const scripts: { loadScript(file: string): { readonly exports: unknown } } = require('../src/core/cached-script.cjs');

const { handler }: { readonly handler: string } = threads.workerData;

module.exports = handler.endsWith('.cjs')
  ? scripts.loadScript(handler).exports
  : import(handler).then((worker) => worker.default);
