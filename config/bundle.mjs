// Bundles what has to start fast, over what tsc wrote: a process that loads two hundred small modules, and loads half of
// them again in every worker thread, spends more time on that than on a small question.
//
//   dist/src/cli/millrace.cjs    the command's file, with what loads the next one out of V8's code cache
//   dist/bundle/command.cjs      the command until its workers start
//   dist/bundle/answer.cjs       what it loads then, while the threads boot, to answer a question
//   dist/bundle/rest.cjs         what few runs need
//   dist/src/index.js            the library, whole
//   dist/workers/scan-worker.cjs what a worker thread runs; dist/workers/worker-entry.cjs loads it out of the code cache
//   dist/workers/pool-worker.cjs what Piscina starts threads with
//
// CommonJS, except for the library: it starts sooner than modules do, under `node --input-type=module` too, and V8's code
// cache can be had for it (code-cache.mjs). All other modules in dist/src and dist/workers stay as tsc wrote them, for
// tests, and nothing bundled imports them.
// Invariant: a module finds its files (`join(import.meta.dirname, '../../workers/kernels.wasm')`) wherever it ends up.
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Left to Node.js: what brings files of its own, and what few runs need. */
const external = [/^node:/, /^@fast-csv\/parse(\/|$)/, '@napi-rs/nice', 'prom-client', 'yaml'];

async function bundle(entry, output, format, plugins = [], others = [], parts = []) {
  const up = '../'.repeat(output.split('/').length - 1);
  const build = await rolldown({
    input: root + entry,
    cwd: root,
    platform: 'node',
    external: [...external, ...others],
    resolve: { extensionAlias: { '.cjs': ['.cts', '.cjs'] } },
    plugins: [poolWorkerFile(up), latePiscina, ownUrls(up), ...plugins],
    preserveEntrySignatures: 'allow-extension',
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  // without comments and in ASCII, because V8 holds other text in two bytes a character
  const text = { comments: false, charset: 'ascii' };
  const place =
    parts.length === 0
      ? { file: `${root}dist/${output}`, codeSplitting: false }
      : {
          dir: `${root}dist/${output.slice(0, output.lastIndexOf('/'))}`,
          entryFileNames: output.slice(output.lastIndexOf('/') + 1),
          chunkFileNames: '[name].cjs',
          codeSplitting: {
            includeDependenciesRecursively: false,
            groups: [{ name: partOf(parts), debugName: 'parts' }],
          },
        };
  await build.write({ ...place, format, sourcemap: true, ...text });
  await build.close();
}

/**
 * Tells which part of a bundle a module belongs to: the first one whose entry imports it, itself or by others; with import()
 * only where `late` says so. What no part has is in the last one.
 */
function partOf(parts) {
  const names = new Map();
  const visit = (id, part, context) => {
    const info = context.getModuleInfo(id);
    if (info === null || names.has(id)) return;
    names.set(id, part.name);
    const late = info.dynamicallyImportedIds.filter((imported) => part.late?.test(imported));
    for (const imported of [...info.importedIds, ...late]) visit(imported, part, context);
  };
  return (id, context) => {
    if (names.size === 0) for (const part of parts) visit(root + part.entry, part, context);
    return names.get(id) ?? 'rest';
  };
}

/** A module in a bundle sees the URL and the folder that it has in dist/ by itself. `up` leads from the bundle's file to dist/. */
function ownUrls(up) {
  return {
    name: 'own-urls',
    transform(code, id) {
      const [, path] = id.startsWith(root) ? (/^((?:src|workers)\/.*)\.ts$/.exec(id.slice(root.length)) ?? []) : [];
      if (path === undefined || !/import\.meta\.(url|dirname)/.test(code)) return null;
      return {
        code: code
          .replaceAll('import.meta.url', `new URL('${up}${path}.js', import.meta.url).href`)
          .replaceAll('join(import.meta.dirname,', `join(import.meta.dirname, '${up}${posix.dirname(path)}',`),
        map: null,
      };
    },
  };
}

/**
 * What Piscina does without until it fails or is asked for more: node:assert takes up to two milliseconds to load, node:perf_hooks one
 * and a half, and the threads' start waits for them. Where it only measures how long something took, any clock will do.
 */
const latePiscina = {
  name: 'late-piscina',
  transform(code, id) {
    if (!/[\\/]piscina[\\/]/.test(id)) return null;
    let late = code;
    for (const [said, { members, instead }] of Object.entries(latePieces)) {
      const [, name] = new RegExp(`const (\\w+) = ${said.replace(/[()]/g, '\\$&')}`).exec(code) ?? [];
      if (name === undefined) continue;
      for (const [, member] of code.matchAll(new RegExp(`\\b${name}\\.(?:default\\.)?(\\w+)`, 'g'))) {
        if (!members.includes(member)) throw new Error(`Cannot bundle Piscina: it uses ${member} of ${said}`);
      }
      late = late.replace(said, instead);
    }
    return late === code ? null : { code: late, map: null };
  },
};

/** By what Piscina says: the members that it uses, and what offers them. */
const latePieces = {
  '__importDefault(require("node:assert"))': {
    members: ['default', 'notStrictEqual'],
    instead: `{
      default: Object.assign((value) => value || require("node:assert")(value), {
        notStrictEqual: (...values) => require("node:assert").notStrictEqual(...values),
      }),
    }`,
  },
  'require("node:perf_hooks")': {
    members: ['performance', 'createHistogram'],
    instead: `{
      performance: { now: () => Number(process.hrtime.bigint()) / 1e6 },
      get createHistogram() { return require("node:perf_hooks").createHistogram; },
    }`,
  },
  'require("node:os")': {
    members: ['availableParallelism'],
    instead: '{ availableParallelism: () => require("node:os").availableParallelism() }',
  },
  'require("node:timers/promises")': {
    members: ['setTimeout'],
    instead: '{ setTimeout: (...args) => require("node:timers/promises").setTimeout(...args) }',
  },
  'require("node:url")': {
    members: ['URL', 'fileURLToPath', 'pathToFileURL'],
    instead: `{
      get URL() { return URL; },
      fileURLToPath: (url) => require("node:url").fileURLToPath(url),
      pathToFileURL: (path) => require("node:url").pathToFileURL(path),
    }`,
  },
};

/** Piscina looks for its thread's first file beside the module that says this. */
function poolWorkerFile(up) {
  return {
    name: 'pool-worker-file',
    transform(code, id) {
      if (!/[\\/]piscina[\\/]dist[\\/]index\.js$/.test(id)) return null;
      const said = "(0, node_path_1.resolve)(__dirname, 'worker.js')";
      if (!code.includes(said))
        throw new Error('Cannot bundle Piscina: it names its worker in another way than before');
      const here = `require('node:path').join(import.meta.dirname, '${up}workers/pool-worker.cjs')`;
      return { code: code.replace(said, here), map: null };
    },
  };
}

/**
 * What threads print goes to stderr, and what it takes for that is loaded when something is printed: Node.js otherwise makes the
 * streams of stdout and stderr before it starts the first thread, which takes four milliseconds. For the command alone, which ends
 * by itself: listening keeps a process alive.
 */
const latePrinting = {
  name: 'late-printing',
  transform(code, id) {
    if (!/[\\/]piscina[\\/]dist[\\/]worker_pool[\\/]index\.js$/.test(id)) return null;
    const said = 'this.worker = new node_worker_threads_1.Worker(filename, workerOpts);';
    if (!code.includes(said)) throw new Error('Cannot bundle Piscina: it makes its threads in another way than before');
    const late = `this.worker = new node_worker_threads_1.Worker(filename, { ...workerOpts, stdout: true, stderr: true });
      for (const printed of [this.worker.stdout, this.worker.stderr]) {
        printed.push = (...text) => {
          delete printed.push; // what it hid is a method of the class
          if (text[0] !== null) printed.pipe(process.stderr.setMaxListeners(0), { end: false });
          return printed.push(...text);
        };
      }`;
    return { code: code.replace(said, late), map: null };
  },
};

/**
 * Modules of Node.js and packages are loaded by the first use of one of their exports, not with the bundle: node:crypto alone
 * takes two milliseconds, in every thread, and few questions need it.
 */
const lateRequires = {
  name: 'late-requires',
  renderChunk(code) {
    const late = code.replace(/^let (\w+) = require\("([^"]+)"\);$/gm, (_, name, from) => {
      const uses = [...code.matchAll(new RegExp(`(?<![\\w$.])${name}(?![\\w$])(?:\\.(\\w+))?`, 'g'))];
      const members = new Set(uses.flatMap(([, member]) => member ?? []));
      // beside its declaration only its members may be named
      if (uses.length !== 1 + uses.filter(([, member]) => member !== undefined).length) {
        throw new Error(`Cannot bundle: "${from}" is used as a whole, and cannot be loaded late`);
      }
      const getters = [...members].map((member) => `get ${member}() { return (m ??= require("${from}")).${member}; }`);
      return `const ${name} = ((m) => ({ ${getters.join(', ')} }))();`;
    });
    return { code: late, map: null };
  },
};

/** src/core/cached-script.cts has what stands for import() where code comes from a cache. */
const hostImports = {
  name: 'host-imports',
  renderChunk: (code) => ({ code: code.replace(/(?<![\w$#.])import\(/g, 'hostImport('), map: null }),
};

try {
  const parts = [
    { name: 'command', entry: 'src/cli/main.ts' },
    { name: 'answer', entry: 'src/cli/answer-query.ts', late: /[\\/]@fast-csv[\\/]format[\\/]/ },
    { name: 'answer', entry: 'src/outputs/csv.ts', late: /[\\/]@fast-csv[\\/]format[\\/]/ },
    { name: 'answer', entry: 'src/outputs/text-table.ts' },
  ];
  await bundle('src/cli/main.ts', 'bundle/command.cjs', 'cjs', [latePrinting, lateRequires, hostImports], [], parts);
  await bundle('src/cli/millrace.cts', 'src/cli/millrace.cjs', 'cjs');
  // npx does so once for a checkout and no more when dist/ was made anew
  chmodSync(`${root}dist/src/cli/millrace.cjs`, 0o755);
  await bundle('src/index.ts', 'src/index.js', 'esm');
  await bundle('workers/scan-worker.ts', 'workers/scan-worker.cjs', 'cjs', [lateRequires, hostImports]);
  await bundle('workers/worker-entry.cts', 'workers/worker-entry.cjs', 'cjs');
  await bundle('node_modules/piscina/dist/worker.js', 'workers/pool-worker.cjs', 'cjs');
  // of earlier builds, which had to go on working until here
  for (const name of readdirSync(`${root}dist/bundle`)) {
    if (!/^((command|start|answer|rest)\.cjs|libpg-query\.wasm)/.test(name))
      rmSync(`${root}dist/bundle/${name}`, { recursive: true });
  }
  // for whoever starts the command by its old name
  writeFileSync(`${root}dist/src/cli/main.js`, "#!/usr/bin/env node\nimport './millrace.cjs';\n");
} catch (error) {
  process.stderr.write(`${stripVTControlCharacters(error.message)}\n`);
  process.exitCode = 1;
}
