// The command under code-cache.mjs: runs as ever, and leaves its code cache when it ends.
const { join } = require('node:path');
const { loadScript, loadedScripts } = require('../dist/src/core/cached-script.cjs');
const saveCodeCache = require('./save-code-cache.cjs');

loadScript(join(__dirname, '../dist/bundle/command.cjs'));

process.on('exit', () => {
  for (const [file, { script }] of loadedScripts) saveCodeCache(file, script);
});
