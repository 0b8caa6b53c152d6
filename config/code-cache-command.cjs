// The command under code-cache.mjs: runs as ever, and leaves its code cache when it ends.
const { join } = require('node:path');
const { loadScript } = require('../dist/src/core/cached-script.cjs');
const saveCodeCache = require('./save-code-cache.cjs');

const bundle = join(__dirname, '../dist/bundle/command.cjs');
const { script } = loadScript(bundle);

process.on('exit', () => saveCodeCache(bundle, script));
