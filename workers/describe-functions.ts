/** Imports one module of the user's functions and tells its signatures: the thread behind load-functions.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { importModule } from '../src/execute/function-loader.ts';
import { readModule } from '../src/query/functions/user-functions.ts';

/** ModuleQuestion and ModuleAnswer of src/coordinator/load-functions.ts, which a worker must not import. */
const { name, url, sha256 }: { readonly name: string; readonly url: string; readonly sha256: string } = workerData;

process.stdout.write = process.stderr.write.bind(process.stderr); // what the module prints is no part of an answer
try {
  parentPort?.postMessage({ module: readModule(name, url, sha256, await importModule(url, null)) });
} catch (error) {
  parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) });
}
