// The built engine, as far as the lanes use it: kernels, plans from SQL, and the classes over the kernels.
import { readFileSync } from 'node:fs';
import { bindQuery } from '../../dist/src/query/bind.js';
import { parseQuery } from '../../dist/src/query/parse.js';

export { Arena } from '../../dist/src/execute/arena.js';
export { RowShape } from '../../dist/src/execute/encoded-rows.js';
export { GroupEncoder } from '../../dist/src/execute/group-encoder.js';
export { GroupTable } from '../../dist/src/execute/group-table.js';
export { partialBody } from '../../dist/src/execute/partial.js';
export { RowEncoder } from '../../dist/src/execute/row-encoder.js';
export { RowOutbox } from '../../dist/src/execute/row-outbox.js';
export { joinRuns } from '../../dist/src/execute/rows.js';
export { scan } from '../../dist/src/execute/scan.js';
export { Sorter } from '../../dist/src/execute/sorter.js';
export { ArenaStateReader } from '../../dist/src/execute/state-reader.js';
export { TextScratch } from '../../dist/src/execute/text-scratch.js';
export { allocateBatch, createTokenizer } from '../../dist/src/execute/tokenizer.js';
export { batchRows } from '../../dist/src/execute/vector.js';
export { compileStage } from '../../dist/src/execute/vectorize.js';
export { formatByName } from '../../dist/src/formats/table.js';

export function compileKernels() {
  return new WebAssembly.Module(readFileSync(new URL('../../dist/workers/kernels.wasm', import.meta.url)));
}

export async function planOf(sql, format) {
  return bindQuery(await parseQuery(sql), format).plan;
}
