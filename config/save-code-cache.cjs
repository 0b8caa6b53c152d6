// Leaves beside a bundle what V8 has compiled of it so far, as src/core/cached-script.cts reads it.
const { renameSync, writeFileSync } = require('node:fs');
const { cacheFile, cacheOf } = require('../dist/src/core/cached-script.cjs');

module.exports = function saveCodeCache(bundle, script) {
  const file = cacheFile(bundle);
  writeFileSync(`${file}.new`, cacheOf(bundle, script.createCachedData()));
  renameSync(`${file}.new`, file);
};
