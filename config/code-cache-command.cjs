// The command under code-cache.mjs: runs as ever, and leaves its code cache when it ends.
const { join } = require('node:path');
const { loadScript, loadedScripts } = require('../dist/src/core/cached-script.cjs');
const { saveCodeCache, stayWithBytecode } = require('./save-code-cache.cjs');

// V8 of Node.js 22 does not forget that this flag was another for a while, and takes a cache only under the flags it was made under
const v8 = require('node:v8');
const { setFlagsFromString } = v8;
v8.setFlagsFromString = (flag) => {
  if (!flag.endsWith('turbofan')) setFlagsFromString(flag);
};

stayWithBytecode();
loadScript(join(__dirname, '../dist/bundle/command.cjs'));

process.on('exit', () => {
  for (const [file, { script }] of loadedScripts) saveCodeCache(file, script);
});
