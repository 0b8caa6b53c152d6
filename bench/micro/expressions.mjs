// Nanoseconds per row of the expression kernels, through compiled stages as a scan runs them. After the build:
//   node bench/micro/expressions.mjs
import { readFileSync } from 'node:fs';
import { Arena } from '../../dist/src/execute/arena.js';
import { TextScratch } from '../../dist/src/execute/text-scratch.js';
import { batchRows } from '../../dist/src/execute/vector.js';
import { compileStage } from '../../dist/src/execute/vectorize.js';

const kernels = new WebAssembly.Module(readFileSync(new URL('../../dist/workers/kernels.wasm', import.meta.url)));
const rounds = 3000;

/** A seeded generator, so that every run sees the same rows. */
let state = 1;
function random(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

const two = (value) => String(value).padStart(2, '0');
const columns = {
  status: () => ['200', '304', '404', '500'][random(4)],
  bytes: () => String(random(100000)),
  long: () => `${random(1e9)}${1e8 + random(8e8)}`,
  decimal: () => `${random(2) ? '-' : ''}${random(100)}.${random(10)}`,
  precise: () => String(random(1e9) / 1e9 + random(1000)),
  clf: (row) => `17/May/2015:10:${two(row % 60)}:${two(random(60))} +0000`,
  iso: (row) => `2015-05-17T10:${two(row % 60)}:${two(random(60))}.${100 + random(900)}Z`,
  path: () =>
    `/${['images', 'Blog', 'assets/css', 'api/v1'][random(4)]}/${random(1e6).toString(36)}/${['index.html', 'Logo.PNG', 'list?page=2'][random(3)]}`,
};
const names = Object.keys(columns);

function column(name, type) {
  return { kind: 'column', type, column: names.indexOf(name), at: 0 };
}

function literal(type, value) {
  return { kind: 'literal', type, value, at: 0 };
}

function call(fn, type, ...args) {
  return { kind: 'call', type, fn, args, at: 0 };
}

function like(pattern, ignoreCase) {
  return { kind: 'like', type: 'boolean', value: column('path', 'text'), pattern, ignoreCase, escape: '', at: 0 };
}

const status = column('status', 'integer');
const size = column('bytes', 'integer');
const path = column('path', 'text');
const time = column('clf', 'timestamp');

const cases = {
  'text column': path,
  'integer, 3 digits': status,
  'integer, 18 digits': column('long', 'integer'),
  'double, 12.3': column('decimal', 'double'),
  'double, 12 digits and more': column('precise', 'double'),
  'timestamp, CLF': time,
  'timestamp, ISO 8601': column('iso', 'timestamp'),
  'integer + constant': call('add(integer,integer)', 'integer', size, literal('integer', 7n)),
  'integer // constant': call('intdiv(integer,integer)', 'integer', size, literal('integer', 1024n)),
  'integer >= constant': call('ge(integer,integer)', 'boolean', status, literal('integer', 400n)),
  'text = constant': call('eq(text,text)', 'boolean', column('status', 'text'), literal('text', '404')),
  'text >= constant': call('ge(text,text)', 'boolean', path, literal('text', '/assets')),
  'integer IN 3': { kind: 'in', type: 'boolean', value: status, options: [200n, 404n, 500n], hasNull: false, at: 0 },
  'text IN 3': {
    kind: 'in',
    type: 'boolean',
    value: column('status', 'text'),
    options: ['200', '404', '500'],
    hasNull: false,
    at: 0,
  },
  'LIKE prefix': like('/api/%', false),
  'LIKE contains': like('%index%', false),
  'LIKE two parts': like('%css%.html', false),
  'ILIKE contains': like('%logo%', true),
  'a AND b': {
    kind: 'and',
    type: 'boolean',
    args: [
      call('ge(integer,integer)', 'boolean', status, literal('integer', 400n)),
      call('lt(integer,integer)', 'boolean', size, literal('integer', 5000n)),
    ],
    at: 0,
  },
  lower: call('lower(text)', 'text', path),
  length: call('length(text)', 'integer', path),
  split_part: call('split_part(text,text,integer)', 'text', path, literal('text', '/'), literal('integer', 2n)),
  'substring 8': call('substring(text,integer,integer)', 'text', path, literal('integer', 1n), literal('integer', 8n)),
  'time_bucket 5 min': call(
    'time_bucket(interval,timestamp)',
    'timestamp',
    literal('interval', { months: 0, micros: 300000000n }),
    time,
  ),
  'hour of time': call('hour(timestamp)', 'integer', time),
  'replace (no kernel)': call('replace(text,text,text)', 'text', path, literal('text', '/'), literal('text', '.')),
};

const arena = new Arena(kernels, 1 << 28);
const scratch = new TextScratch(arena, 1 << 22);
const storage = names.map((name) => {
  const texts = Array.from({ length: batchRows }, (_, row) => columns[name](row));
  const bytes = new TextEncoder().encode(texts.join(''));
  let address = arena.place(Uint8Array.from([...bytes, ...new Uint8Array(64)]));
  const spans = arena.alloc(8 * batchRows);
  texts.forEach((text, row) => {
    arena.u32.set([address, text.length], spans / 4 + 2 * row);
    address += text.length;
  });
  return { type: 'spans', address: spans };
});

function nanosecondsPerRow(expr, count) {
  const stage = compileStage([expr], storage, arena, scratch);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < count; round++) {
    scratch.reset();
    const started = process.hrtime.bigint();
    stage.run(batchRows, 0);
    best = Math.min(best, Number(process.hrtime.bigint() - started));
  }
  stage.close();
  return best / batchRows;
}

for (const [name, expr] of Object.entries(cases)) {
  const ns = nanosecondsPerRow(expr, name.includes('no kernel') ? 50 : rounds);
  console.log(`${name.padEnd(28)} ${ns.toFixed(2).padStart(8)} ns/row`);
}
