// Speed of each tokenizer kernel on generated text, in memory: GB/s and ns a row for some sets of needed columns.
// node bench/micro/tokenizers.mjs [filter] [MB]   (after npm run build)
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arena } from '../../dist/src/execute/arena.js';
import { allocateBatch, createTokenizer, freeBatch } from '../../dist/src/execute/tokenizer.js';
import { formatByName } from '../../dist/src/formats/table.js';
import { writeBrc } from '../corpora/brc.mjs';
import { writeCombined } from '../corpora/combined.mjs';
import { writeCsv } from '../corpora/csv.mjs';
import { writeJsonl } from '../corpora/jsonl.mjs';

const [filter = '', megabytes = '48'] = process.argv.slice(2);
const bytes = Number(megabytes) * 1e6;
const rounds = 9;

const cases = [
  {
    name: 'combined',
    format: 'combined',
    write: (path) => writeCombined(path, { bytes }),
    columns: ['', 'status,bytes', 'path', 'client', 'user_agent', 'time,status'],
  },
  {
    name: 'combined short lines',
    format: 'combined',
    write: (path) => writeCombined(path, { bytes, distribution: 'short-lines' }),
    columns: ['status,bytes'],
  },
  {
    name: 'combined many escapes',
    format: 'combined',
    write: (path) => writeCombined(path, { bytes, distribution: 'many-escapes' }),
    columns: ['status,bytes', 'user_agent'],
  },
  { name: 'csv', format: 'csv', write: (path) => writeCsv(path, { bytes }), columns: ['', 'first', 'all'] },
  {
    name: '1brc',
    format: 'csv',
    options: { delimiter: ';', header: false },
    write: (path) => writeBrc(path, { bytes }),
    columns: ['c1,c2'],
  },
  { name: 'json', format: 'json', write: (path) => writeJsonl(path, { bytes }), columns: ['', 'first', 'all'] },
  { name: 'lines', format: 'lines', write: (path) => writeCombined(path, { bytes }), columns: [''] },
];

const module = new WebAssembly.Module(
  readFileSync(process.env.MILLRACE_TEST_KERNELS ?? new URL('../../dist/workers/kernels.wasm', import.meta.url)),
);
const folder = mkdtempSync(join(tmpdir(), 'millrace-tokenizers-'));
try {
  for (const test of cases) {
    if (!test.name.includes(filter)) continue;
    const path = join(folder, 'corpus');
    await test.write(path);
    const text = readFileSync(path);
    rmSync(path);
    const format = formatByName(test.format);
    const spec = format.describe(text.subarray(0, 1 << 16), test.options ?? {});
    for (const list of test.columns) {
      const all = spec.columns.map((column) => column.name);
      const names = list === '' ? [] : list === 'all' ? all : list === 'first' ? all.slice(0, 2) : list.split(',');
      report(
        `${test.name} {${list}}`,
        text,
        format.tokenizer(
          spec,
          names.map((name) => ({ name })),
        ),
        names.length,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}

function report(name, text, spec, columnCount) {
  const arena = new Arena(module, 1 << 30);
  const batch = allocateBatch(arena, columnCount);
  const tokenizer = createTokenizer(arena, spec, batch);
  // as a scan does it: a megabyte at a time in one buffer, so that the text is in the cache
  const chunk = 1 << 20;
  const buffer = arena.alloc(2 * chunk);
  const milliseconds = [];
  let rows = 0;
  for (let round = 0; round < rounds; round++) {
    let spent = 0n;
    rows = 0;
    let carry = 0;
    for (let at = 0; at < text.length; at += chunk) {
      const part = text.subarray(at, at + chunk);
      arena.u8.set(part, buffer + carry);
      const end = buffer + carry + part.length;
      const started = process.hrtime.bigint();
      let next = buffer;
      for (;;) {
        const run = tokenizer.run(next, end, 0xffffffff, at + chunk >= text.length);
        rows += run.rows;
        if (run.next === next) break;
        next = run.next;
      }
      spent += process.hrtime.bigint() - started;
      carry = end - next;
      arena.u8.copyWithin(buffer, next, end);
    }
    milliseconds.push(Number(spent) / 1e6);
  }
  tokenizer.close();
  freeBatch(arena, batch);
  const best = Math.min(...milliseconds);
  const rate = (text.length / best / 1e6).toFixed(2);
  const perRow = ((best * 1e6) / rows).toFixed(1);
  const bytesPerRow = (text.length / rows).toFixed(0);
  process.stdout.write(
    `${name.padEnd(40)} ${rate.padStart(6)} GB/s ${perRow.padStart(8)} ns/row  ${bytesPerRow} bytes/row, ${rows} rows\n`,
  );
}
