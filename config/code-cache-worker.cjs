// A worker under code-cache.mjs: runs its tasks as ever, and leaves its code cache after each.
const { join } = require('node:path');
const { loadScript } = require('../dist/src/core/cached-script.cjs');
const { saveCodeCache, stayWithBytecode } = require('./save-code-cache.cjs');

const bundle = join(__dirname, '../dist/workers/scan-worker.cjs');
const { exports: handle, script } = loadScript(bundle);
stayWithBytecode();

module.exports = async (task) => {
  const result = await handle(task);
  saveCodeCache(bundle, script);
  return result;
};
