// Leaves beside a bundle what V8 has compiled of it so far, as src/core/cached-script.cts reads it.
const { renameSync, writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');
const vm = require('node:vm');
const { cacheFile, cacheOf } = require('../dist/src/core/cached-script.cjs');

let isBytecodeOnly = false;

/**
 * From here on V8 does not go on from bytecode to Sparkplug's machine code. A cache says of which functions it did, and who loads
 * it makes that code anew at once, of functions that are called once in a run: that took 8 of 360 ms of CPU.
 */
function stayWithBytecode() {
  const { Script } = vm;
  vm.Script = function (...args) {
    return asLoaded(() => new Script(...args));
  };
  setFlagsFromString('--no-sparkplug');
  isBytecodeOnly = true;
}

/** Caches are read and made under the flags of those who will load them. */
function asLoaded(run) {
  if (!isBytecodeOnly) return run();
  setFlagsFromString('--sparkplug');
  try {
    return run();
  } finally {
    setFlagsFromString('--no-sparkplug');
  }
}

function saveCodeCache(bundle, script) {
  const file = cacheFile(bundle);
  writeFileSync(`${file}.new`, asLoaded(() => cacheOf(bundle, script.createCachedData())));
  renameSync(`${file}.new`, file);
}

module.exports = { saveCodeCache, stayWithBytecode };
