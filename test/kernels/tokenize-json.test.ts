import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json } from '../../src/formats/json.ts';
import { testArena } from '../support/arena.ts';
import { checkJson, jsonReference, normalizedJson } from '../support/json-reference.ts';
import { realData, tokenizeFormat } from '../support/tokenize.ts';

const arena = testArena(192 * 1024 * 1024);
const seed = 20240501;

const key = fc.constantFrom(
  'a',
  'b',
  'c',
  'a.b',
  'b.c',
  'a.b.c',
  '',
  'é',
  'long key with \\ and "',
  'k\u0001',
  '\u{1f600}',
);
const names = ['a', 'b', 'a.b', 'a.c', 'a.b.c', 'b.c', '', 'é', 'long key with \\ and "', '\u{1f600}', 'k\u0001', 'a.'];
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ maxLength: 40 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('\ud800', 'x\udc00y', '\ud83d\ude00', 'q"\\/\b\f\n\r\t', 'a'.repeat(100)),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }),
}));
const space = fc.constantFrom('', '', '', ' ', '\t', '  \r');

/** Writes generated values as JSON: pairs with possibly equal keys, odd escapes and white space. */
function written(node: unknown, gap: () => string, odd: () => number): string {
  if (Array.isArray(node)) {
    const isObject =
      node.length > 0 && node.every((pair) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string');
    const items = node.map((item) =>
      isObject
        ? `${gap()}${written(item[0], gap, odd)}${gap()}:${gap()}${written(item[1], gap, odd)}${gap()}`
        : `${gap()}${written(item, gap, odd)}${gap()}`,
    );
    return isObject ? `{${items.join(',')}}` : `[${items.join(',')}${items.length === 0 ? gap() : ''}]`;
  }
  if (typeof node === 'string') {
    const text = JSON.stringify(node);
    if (odd() % 4 > 0) return text;
    return `"${[...node].map((c) => (odd() % 2 > 0 ? JSON.stringify(c).slice(1, -1) : escapedUnits(c, odd))).join('')}"`;
  }
  if (typeof node === 'number' && odd() % 5 === 0) return JSON.stringify(node).replace('e', 'E');
  return JSON.stringify(node);
}

function escapedUnits(c: string, odd: () => number): string {
  return Array.from({ length: c.length }, (_, i) => {
    const hex = c.charCodeAt(i).toString(16).padStart(4, '0');
    return `\\u${odd() % 2 > 0 ? hex.toUpperCase() : hex}`;
  }).join('');
}

const line = fc
  .tuple(
    fc.array(fc.tuple(key, value), { maxLength: 8 }),
    fc.array(space, { minLength: 7 }),
    fc.array(fc.nat(100), { minLength: 5 }),
  )
  .map(([pairs, gaps, odds]) => {
    let gapAt = 0;
    let oddAt = 0;
    const gap = () => gaps[gapAt++ % gaps.length] ?? '';
    const odd = () => odds[oddAt++ % odds.length] ?? 0;
    return pairs.length === 0 ? `{${gap()}}` : gap() + written(pairs, gap, odd) + gap();
  })
  .filter((text) => !text.includes('\n') && text.trim() !== '')
  .map((text) => Buffer.from(text));

describe('the JSON kernel', () => {
  it('agrees with JSON.parse on generated objects', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => checkJson(arena, lines, names)),
      { seed, numRuns: 600 },
    );
  });

  it('agrees with JSON.parse on lines with odd bytes', () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.constantFrom(...'{}[]",:\\0123456789-+.eEtfnu \t\u0000é/x', 'null', '\\u', '\\ud800'),
      fc.nat(2),
    );
    const mutated = fc.tuple(line, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([text, edits]) => {
      let bytes = text.toString('latin1');
      for (const [place, odd, how] of edits) {
        const at = place % (bytes.length + 1);
        bytes = bytes.slice(0, at) + (how === 0 ? '' : odd) + bytes.slice(at + (how === 1 ? 0 : 1));
      }
      return Buffer.from(bytes, 'latin1');
    });
    fc.assert(
      fc.property(fc.array(mutated, { minLength: 1, maxLength: 8 }), (lines) => {
        const present = lines.filter((text) => text.length > 0 && !text.equals(Buffer.from('\r')));
        checkJson(arena, present, names);
      }),
      { seed, numRuns: 1500 },
    );
  });

  it.each([
    '-',
    '-0',
    '0',
    '00',
    '1.',
    '.5',
    '1.5',
    '1e',
    '1e+',
    '1e+5',
    '1E-5',
    '-1.5e10',
    '+1',
    '0x1',
    '1_0',
    'NaN',
    'Infinity',
    '-Infinity',
    'true',
    'True',
    'truex',
    'tru',
    'false',
    'fals',
    'falsee',
    'null',
    'nul',
    'nulll',
    'undefined',
    '""',
    '"',
    "''",
    '"\\"',
    '"\\\\"',
    '"\\u12"',
    '"\\u12G4"',
    '"\\uFFFF"',
    '"\\a"',
    '"\\',
    '"\t"',
    '"\u007f"',
    '[',
    ']',
    '[]',
    '[,]',
    '[1,]',
    '[1 2]',
    '[[]]',
    '{',
    '{}',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{"a":1 "b":2}',
    '{a:1}',
    '{"a"::1}',
    '1,2',
    '1}',
    '',
    ' ',
    '/**/1',
    '[1]]',
    '{"a":1}}',
    '\u00a01',
    '\ufeff1',
  ])('agrees with JSON.parse on %j', (text) => {
    checkJson(
      arena,
      [
        Buffer.from(`{"a":${text}}`),
        Buffer.from(`{"a":[${text}]}`),
        Buffer.from(`{"a":0}${text}`),
        Buffer.from(`${text}{"a":0}`),
        Buffer.from(`{"b":{"a":${text}, "c":1}}`),
      ].filter((line) => line.length > 0),
      ['a', 'b.a', 'b.c'],
    );
  });

  it('refuses nesting deeper than 512 and takes what is less deep', () => {
    const nested = (depth: number) => Buffer.from(`{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}\n{"a":1}\n`);
    const flags = (depth: number) =>
      tokenizeFormat(arena, json, nested(depth), ['a']).records.map(({ fields }) => fields !== null);
    expect(flags(512)).toEqual([true, true]);
    expect(flags(513)).toEqual([false, true]);
    expect(flags(1_000_000)).toEqual([false, true]);
    const objects = '{"a":'.repeat(100_000);
    expect(tokenizeFormat(arena, json, Buffer.from(objects), ['a']).records).toHaveLength(1);
  });

  it('gives the same records wherever its input was cut', () => {
    const input = Buffer.from(
      '\ufeff{"a":"x\\n\\u00e9 long enough to pass sixteen bytes","b":{"c":[1,2,{"d":"}"}]}}\r\n\n{"a":1\n{"a.b":true,"\\u0061":null}\r\n{"b":{"c":"é"}}',
    );
    const wanted = ['a', 'b.c', 'a.b'];
    const whole = tokenizeFormat(arena, json, input, wanted).records;
    expect(whole.map(({ fields }) => fields)).toEqual([
      ['x\n\u00c3\u00a9 long enough to pass sixteen bytes', '[1,2,{"d":"}"}]', null],
      null,
      [null, null, 'true'],
      [null, '\u00c3\u00a9', null],
    ]);
    for (let chunkBytes = 1; chunkBytes <= input.length; chunkBytes++) {
      expect(tokenizeFormat(arena, json, input, wanted, {}, { chunkBytes }).records).toEqual(whole);
    }
  });

  it('keeps unescaped text of many and of huge records', () => {
    const text = '\\u00e9\\n'.repeat(20_000);
    const lines = [
      ...Array.from({ length: 40 }, (_, i) => `{"a":"${i}${text}","b":"\\t"}`),
      `{"a":"${'\\"'.repeat(3_000_000)}"}`,
      '{"a":"\\\\"}',
    ];
    const { records } = tokenizeFormat(arena, json, Buffer.from(lines.join('\n')), ['a', 'b'], {}, {});
    expect(records).toHaveLength(42);
    records.slice(0, 40).forEach(({ fields }, i) => {
      expect(fields?.[0] === `${i}${'\u00c3\u00a9\n'.repeat(20_000)}`).toBe(true);
      expect(fields?.[1]).toBe('\t');
    });
    expect(records[40]?.fields?.[0] === '"'.repeat(3_000_000)).toBe(true);
    expect(records[41]?.fields).toEqual(['\\', null]);
  });
});

describe('real JSON lines', () => {
  it.for([
    ['jsonl/nginxplus.jsonl', 500],
    ['jsonl/wikiticker.jsonl', 39_244],
    ['jsonl/gharchive.jsonl', 800],
    ['jsonl/windows-events.jsonl', 13_199],
    ['jsonl/windows-events-nested.jsonl', 6_202],
    ['jsonl/zeek/dns.json', 53_615],
  ] as const)('%s', ([path, count], { skip }) => {
    const bytes = realData(path);
    if (bytes === null) return skip(`no ../shared/data/${path}`);
    const head = bytes.subarray(0, 1 << 16);
    const columns = json
      .describe(head, {})
      .columns.slice(0, 8)
      .map(({ name }) => name);
    const { records } = tokenizeFormat(arena, json, bytes, columns);
    expect(records).toHaveLength(count);
    expect(records.filter(({ fields }) => fields === null)).toHaveLength(0);
    // every fiftieth record in full
    for (let i = 0; i < records.length; i += 50) {
      const { record = '', fields = null } = records[i] ?? {};
      const wanted = jsonReference(Buffer.from(record, 'latin1'), columns) ?? [];
      expect(fields?.map((field, index) => normalizedJson(field, wanted[index] ?? null))).toEqual(wanted);
    }
  });
});
