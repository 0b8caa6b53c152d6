/** What a module may export, and what is said about one that cannot be used. */
import { expect, it } from 'vitest';
import { bindQuery } from '../../src/query/bind.ts';
import { type FunctionModule, readModule } from '../../src/query/functions/user-functions.ts';
import { parseQuery } from '../../src/query/parse.ts';
import { combined } from './sample-formats.ts';

const call = () => null;
const url = 'file:///functions/mine.js';

function read(exported: object): FunctionModule {
  return readModule('mine.js', url, 'abc', exported);
}

it('takes signatures, with what is not said', () => {
  const shout = { args: ['text'], result: 'text', call };
  const pair = { args: ['integer', 'double'], result: 'boolean', strict: false, call };
  const all = { args: [], result: 'integer', init: call, update: call, merge: call, finalize: call };
  expect(read({ functions: { shout, pair }, aggregates: { all } })).toEqual({
    url,
    sha256: 'abc',
    functions: [
      { name: 'shout', args: ['text'], result: 'text', strict: true },
      { name: 'pair', args: ['integer', 'double'], result: 'boolean', strict: false },
    ],
    aggregates: [{ name: 'all', args: [], result: 'integer', strict: true }],
  });
});

it.each<[object, string]>([
  [{}, 'it exports neither "functions" nor "aggregates"'],
  [{ functions: 1 }, 'its export "functions" is not an object'],
  [
    { functions: { myName: { args: [], result: 'text', call } } },
    '"myName" cannot be called in a query: write a name of small letters, digits and "_"',
  ],
  [{ functions: { f: call } }, '"f" is not an object with "args", "result" and "call"'],
  [
    { functions: { f: { args: 'text', result: 'text', call } } },
    'the "args" of "f" must be a list of integer, double, text, boolean, timestamp',
  ],
  [
    { functions: { f: { args: ['interval'], result: 'text', call } } },
    'the "args" of "f" must be a list of integer, double, text, boolean, timestamp',
  ],
  [
    { functions: { f: { args: [], result: 'string', call } } },
    'the "result" of "f" must be one of integer, double, text, boolean, timestamp',
  ],
  [{ functions: { f: { args: [], result: 'text', strict: 1, call } } }, '"strict" of "f" must be true or false'],
  [{ functions: { f: { args: [], result: 'text' } } }, '"f" has no method "call"'],
  [
    { aggregates: { f: { args: [], result: 'text', init: call, update: call, finalize: call } } },
    '"f" has no method "merge"',
  ],
])('refuses %o', (exported, problem) => {
  expect(() => read(exported)).toThrow(`Cannot use functions of "mine.js": ${problem}`);
});

const modules = [
  read({
    functions: { twice: { args: ['integer'], result: 'integer', call } },
    aggregates: {
      spread: { args: ['double'], result: 'double', init: call, update: call, merge: call, finalize: call },
    },
  }),
];

async function bind(sql: string, own = modules) {
  return bindQuery(await parseQuery(sql), combined, own).plan;
}

it('binds calls like built-in ones, and computes no constant while binding', async () => {
  const plan = await bind('SELECT twice(3) AS a, spread(bytes) AS b FROM logs GROUP BY 1');
  expect(plan.modules).toEqual(modules);
  expect(plan.keys).toMatchObject([{ kind: 'call', fn: 'twice(integer)', type: 'integer' }]);
  expect(plan.aggregates).toMatchObject([
    {
      name: 'spread',
      type: 'double',
      args: [{ kind: 'cast', type: 'double' }],
      states: [{ kind: 'external', arg: -1 }],
    },
  ]);
});

it('leaves plans without modules as they were', async () => {
  expect('modules' in (await bind('SELECT count(*) FROM logs', []))).toBe(false);
});

it.each([
  ['SELECT twise(1) FROM logs', 'unknown function "twise" at 7: did you mean "twice"?'],
  ["SELECT twice('x') FROM logs", 'there is no twice(text) at 7: there is twice(integer)'],
  ['SELECT spread(DISTINCT bytes) FROM logs', 'spread(DISTINCT ...) is not supported at 7'],
  ['SELECT spread(bytes, 2) FROM logs', 'cannot use spread(integer, integer) at 7: write spread(double)'],
])('refuses %s', async (sql, problem) => {
  await expect(bind(sql)).rejects.toThrow(problem);
});

it.each(['sum', 'lower', 'coalesce', 'p99', 'substr'])('refuses a function with the name of ours: %s', async (name) => {
  const own = [read({ functions: { [name]: { args: [], result: 'text', call } } })];
  await expect(bind('SELECT 1 FROM logs', own)).rejects.toThrow(
    `Cannot use function "${name}" of "/functions/mine.js": it is built in: give it another name`,
  );
});

it('refuses one name in two modules', async () => {
  await expect(bind('SELECT 1 FROM logs', [...modules, ...modules])).rejects.toThrow(
    'Cannot use function "twice" of "/functions/mine.js": it is there twice: give it another name',
  );
});
