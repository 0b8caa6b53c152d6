// Bundles what has to start fast, over what tsc wrote: a process that loads two hundred small modules, and loads half of
// them again in every worker thread, spends more time on that than on a small question.
//
//   dist/src/cli/main.js        the command; dist/bundle/cli/ holds its parts, of which those that few need are loaded late
//   dist/src/index.js           the library; dist/bundle/library/ is all of it
//   dist/workers/scan-worker.js what a worker thread runs
//   dist/workers/pool-worker.cjs what Piscina starts threads with, and loads the above into: CommonJS, as it is in
//                               Piscina, because it boots 10 ms sooner, and under `node --input-type=module` at all
//
// All other modules in dist/src and dist/workers stay as tsc wrote them, for tests, and nothing bundled imports them.
// Invariant: a module finds its files (`new URL('../../workers/kernels.wasm', import.meta.url)`) wherever it ends up.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Left to Node.js: what brings files of its own, and what few runs need. */
const external = [/^node:/, /^libpg-query(\/|$)/, /^@fast-csv\/parse(\/|$)/, '@napi-rs/nice', 'prom-client', 'yaml'];

/**
 * What an entry imports becomes one chunk, so does what each of `later` (modules that it imports when it needs them) brings
 * with it; other late imports get chunks of their own, which hold only what is not in those.
 */
async function bundle(name, entry, output, later = []) {
  const parts = [];
  const chunked = new Set([root + entry]);
  const collectParts = {
    name: 'parts',
    buildEnd() {
      for (const start of [entry, ...later]) {
        const part = staticClosure(this, root + start, chunked);
        parts.push(part);
        for (const id of part) chunked.add(id);
      }
    },
  };
  await write(entry, output, '../../', [collectParts], {
    chunkFileNames: `bundle/${name}/[name].js`,
    codeSplitting: {
      groups: ['start', ...later.map((path) => path.replace(/^.*\/|\.ts$/g, ''))].map((part, index) => ({
        name: part,
        test: (id) => parts[index]?.has(id) ?? false,
        includeDependenciesRecursively: false,
      })),
    },
  });
}

async function bundleInOne(entry, output, format = 'esm') {
  await write(entry, output, '../', [], { format, codeSplitting: false });
}

async function write(entry, output, up, plugins, options) {
  const build = await rolldown({
    input: root + entry,
    cwd: root,
    platform: 'node',
    external,
    plugins: [poolWorkerFile, ownUrls(up), ...plugins],
    preserveEntrySignatures: 'allow-extension',
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  await build.write({ dir: `${root}dist`, format: 'esm', sourcemap: true, entryFileNames: output, ...options });
  await build.close();
}

/** What is loaded with `start`, itself included, except what is in `without`. */
function staticClosure(graph, start, without) {
  const found = new Set();
  const look = (id) => {
    if (found.has(id)) return;
    found.add(id);
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) look(imported);
  };
  look(start);
  for (const id of without) found.delete(id);
  return found;
}

/** A module in a bundle sees the URL that it has in dist/ by itself. `up` leads from the bundle's files to dist/. */
function ownUrls(up) {
  return {
    name: 'own-urls',
    transform(code, id) {
      const [, path] = id.startsWith(root) ? (/^((?:src|workers)\/.*)\.ts$/.exec(id.slice(root.length)) ?? []) : [];
      if (path === undefined || !code.includes('import.meta.url')) return null;
      return {
        code: code.replaceAll('import.meta.url', `new URL('${up}${path}.js', import.meta.url).href`),
        map: null,
      };
    },
    generateBundle(_options, output) {
      for (const { fileName, code } of Object.values(output)) {
        if (code?.includes('import.meta.url') && '../'.repeat(fileName.split('/').length - 1) !== up) {
          throw new Error(`Cannot bundle: ${fileName} looks for files from another depth than "${up}"`);
        }
      }
    },
  };
}

/** Piscina looks for its thread's first file beside the module that says this. */
const poolWorkerFile = {
  name: 'pool-worker-file',
  transform(code, id) {
    if (!/[\\/]piscina[\\/]dist[\\/]index\.js$/.test(id)) return null;
    const said = "(0, node_path_1.resolve)(__dirname, 'worker.js')";
    if (!code.includes(said)) throw new Error('Cannot bundle Piscina: it names its worker in another way than before');
    const here = "require('node:url').fileURLToPath(new URL('../../workers/pool-worker.cjs', import.meta.url))";
    return { code: code.replace(said, here), map: null };
  },
};

const startedAtMs = Date.now();
try {
  await bundle('cli', 'src/cli/main.ts', 'src/cli/main.js', ['src/cli/query-command.ts']);
  await bundle('library', 'src/index.ts', 'src/index.js');
  await bundleInOne('workers/scan-worker.ts', 'workers/scan-worker.js');
  await bundleInOne('node_modules/piscina/dist/worker.js', 'workers/pool-worker.cjs', 'cjs');
  // only now: until here, what an earlier build bundled had to go on working
  removeOlder(`${root}dist/bundle`, startedAtMs);
} catch (error) {
  process.stderr.write(`${stripVTControlCharacters(error.message)}\n`);
  process.exitCode = 1;
}

function removeOlder(folder, thanMs) {
  for (const name of readdirSync(folder, { recursive: true })) {
    const stats = statSync(`${folder}/${name}`);
    if (stats.isFile() && stats.mtimeMs < thanMs - 1000) rmSync(`${folder}/${name}`);
  }
}
