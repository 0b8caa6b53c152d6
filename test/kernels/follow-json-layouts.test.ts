/** Records that are written alike are followed by learned layouts: here they are nearly alike, in every way that could be mistaken. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateBatch, createTokenizer, inputPadding } from '../../src/execute/tokenizer.ts';
import { json } from '../../src/formats/json.ts';
import { testArena } from '../support/arena.ts';
import { checkJson } from '../support/json-reference.ts';
import { tokenizeFormat } from '../support/tokenize.ts';

const arena = testArena(192 * 1024 * 1024);
const seed = 20250711;
const names = ['service', 'ms', 'req', 'req.path', 'req.status', 'tags', 'a', 'a.b', 'a.b.c'];
/** Also without what makes steps special: nested columns, and columns at all. */
const nameSets = [names, ['service', 'ms'], ['req.path'], []];

const record =
  '{"ts":"2025-03-03T00:00:00Z","service":"cart","ok":true,"ms":12.5,"req":{"path":"/a","status":200},"tags":["x"],"msg":"m"}';

function check(lines: readonly string[], sets: readonly (readonly string[])[] = nameSets): void {
  for (const set of sets)
    checkJson(
      arena,
      lines.map((line) => Buffer.from(line, 'latin1')),
      set,
    );
}

describe('JSON records that are nearly like earlier ones', () => {
  it('are malformed where a byte is missing, or another', () => {
    const odd = [
      '',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      ' ',
      '\t',
      '\u0001',
      '0',
      '-',
      '.',
      'e',
      'n',
      'x',
      '\xff',
      '""',
      '\\"',
      '\\u00e9',
    ];
    const mutants = [...record].flatMap((_, at) =>
      odd.map((byte) => record.slice(0, at) + byte + record.slice(at + 1)),
    );
    check([record, record, ...mutants.flatMap((line, i) => (i % 5 === 0 ? [line, record] : [line]))]);
  });

  it('are malformed where they are cut off', () => {
    check([record, ...[...record].flatMap((_, at) => (at === 0 ? [] : [record.slice(0, at), record]))]);
  });

  it('may hold any number, word, text or nested value at any place', () => {
    const values = [
      ...[
        '0',
        '-0',
        '-1',
        '01',
        '00',
        '-',
        '1.',
        '.5',
        '1.5',
        '1e5',
        '1.5E-10',
        '1e',
        '1e+',
        '+1',
        '12345678901234567890',
        '0.1234567890123456789',
      ],
      ...[
        '1234567890123456789012345678901',
        '12345678901234567890123456789012',
        '123456789012345678901234567890123',
        `0.${'3'.repeat(60)}`,
        `${'9'.repeat(60)}e9`,
      ],
      ...[
        'true',
        'false',
        'null',
        'tru',
        'nulll',
        'falsy',
        '""',
        '"\\\\"',
        '"\\""',
        '"\\u00e9\\n"',
        '"\\x"',
        '"a\tb"',
        `"${'y'.repeat(57)}"`,
        `"${'y'.repeat(64)}"`,
      ],
      ...[
        `"${'z'.repeat(20_000)}"`,
        `"${'z'.repeat(9_000)}\\n${'z'.repeat(9_000)}"`,
        '{}',
        '[]',
        '[1,{"path":"q"}]',
        '{"path":null,"path":"r"}',
        '{"b":{"c":3}}',
        '{ }',
        '',
      ],
    ];
    const places = [
      (v: string) => `{"service":${v},"ms":1}`,
      (v: string) => `{"service":"s","ms":${v}}`,
      (v: string) => `{"a":${v},"req":{"path":${v},"status":2}}`,
    ];
    // one after the other, and each often enough to be learned
    const lines = places.flatMap((place) =>
      [...values, ...[...values].reverse(), ...values.flatMap((v) => [v, v])].map(place),
    );
    check(lines);
  });

  it('end with any line end and may hold white space anywhere', () => {
    const spaced = record.replaceAll(':', ' : ').replaceAll(',', ' ,\t').replaceAll('}', ' }');
    const shapes = [
      record,
      `${record}\r`,
      ` ${record}`,
      `${record} \t\r`,
      spaced,
      `${spaced} `,
      record.replaceAll(':', ': '),
      record.replaceAll(',', ', '),
    ];
    check(Array.from({ length: 200 }, (_, i) => shapes[(i * 7 + (i >> 3)) % shapes.length] ?? ''));
    const joined = Buffer.from(`${record}\r\n\n${record}\n\r\n${record}`);
    const { records } = tokenizeFormat(arena, json, joined, ['service']);
    expect(records.map(({ record: text, fields }) => [text, fields])).toEqual(
      Array.from({ length: 3 }, () => [record, ['cart']]),
    );
  });

  it('keep the last of duplicate keys, also where they are learned', () => {
    const shapes = [
      '{"a":1,"a":2}',
      '{"a":"x","a":null}',
      '{"a":{"b":1},"a":{"c":2}}',
      '{"a":{"b":{"c":1}},"a":{"b":2}}',
      '{"a":{"b":{"c":1}},"a":5}',
      '{"a.b":1,"a":{"b":2}}',
      '{"a":{"b":2},"a.b":"\\n"}',
      '{"a":{"b":2,"b":{"c":"\\u0041"}}}',
      '{"a":{"b":2},"a":{}}',
      '{"a":{"b":2},"a":{"b.c":3}}',
      '{"\\u0061":{"b":7}}',
      '{"a":[{"b":1}]}',
      '{}',
    ];
    check(
      Array.from({ length: 400 }, (_, i) => shapes[(i * i + (i >> 2)) % shapes.length] ?? ''),
      [names, ['a.b'], ['a.b.c', 'a'], []],
    );
  });

  it('are right beyond all that can be learned', () => {
    const deep = (levels: number) => `${'{"k":'.repeat(levels)}{"a":1}${'}'.repeat(levels)}`;
    const long = 'l'.repeat(33);
    const huge = 'h'.repeat(5000);
    check([
      ...Array.from({ length: 900 }, (_, i) => `{"key${i}":${i},"a":"${i}","o${i}":{"b":1}}`),
      ...Array.from({ length: 60 }, (_, i) => `{"service":"s","x${i % 12}":1,"a":{"b":"${i}"}}`),
      ...Array.from({ length: 40 }, (_, i) => deep(i)),
      ...Array.from(
        { length: 12 },
        (_, i) => `{"${long}${i % 3}":"v","${long}":{"${long}":${i}},"a":${i}${i === 7 ? 'x' : ''}}`,
      ),
      ...Array.from({ length: 6 }, (_, i) => `{"${huge}":"v","a":${i}}`),
      ...Array.from({ length: 6 }, () => record),
    ]);
  });

  it('are right after many that share nothing', () => {
    check(
      [
        ...Array.from({ length: 30_000 }, (_, i) => `{"k${i}":1,"a":"${i}"}`),
        ...Array.from({ length: 9000 }, (_, i) => (i % 100 === 0 ? `{"a":"${i}",}` : record)),
      ],
      [['a', 'ms']],
    );
  });

  it('agree with JSON.parse in every order of keys', () => {
    const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('', '\\', '"', 'é', '\n\n', 'a'.repeat(70)));
    const scalar = fc.oneof(
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(true, false, null),
    );
    const value = fc.oneof(
      { weight: 4, arbitrary: scalar },
      { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
    );
    const key = fc.constantFrom('service', 'ms', 'req', 'tags', 'a', 'a.b', 'msg', 'q"');
    const inner = fc.array(fc.tuple(fc.constantFrom('path', 'status', 'b', 'x'), value), { maxLength: 3 });
    const member = fc.tuple(
      key,
      fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: inner.map((pairs) => new Inner(pairs)) }),
    );
    const gap = fc.constantFrom('', ' ', '\t');
    const shape = fc.tuple(fc.array(member, { maxLength: 6 }), gap, gap, fc.constantFrom('', '\r', ' \r'));
    const lines = fc.array(shape, { minLength: 1, maxLength: 4 }).chain((shapes) =>
      // a few shapes again and again, with members left out
      fc
        .array(fc.tuple(fc.nat(shapes.length - 1), fc.nat(7), fc.nat(200)), { minLength: 10, maxLength: 40 })
        .map((picks) =>
          picks.map(([index, left, cut]) => {
            const [members, colon, comma, end] = shapes[index] ?? [[], '', '', ''];
            const line =
              written(
                members.filter((_, i) => i !== left),
                colon,
                comma,
              ) + end;
            return cut < 20 ? line.slice(0, cut + 1) : line;
          }),
        ),
    );
    fc.assert(
      fc.property(lines, (written) => {
        for (const set of [names, ['service', 'a.b']])
          checkJson(
            arena,
            written.map((line) => Buffer.from(line)),
            set,
          );
      }),
      { seed, numRuns: 300 },
    );
  });

  it('read no further than the padding at the end of memory', () => {
    const small = testArena(8 * 1024 * 1024);
    const batch = allocateBatch(small, 2);
    const wanted = [{ name: 'service' }, { name: 'ms' }];
    const tokenizer = createTokenizer(small, json.tokenizer(json.describe(Buffer.from(record), {}), wanted), batch);
    const text = Buffer.from(
      `${record}\n`.repeat(3) +
        `{"ts":"${'9'.repeat(40)}","service":"${'s'.repeat(80)}","ok":true,"ms":${'1'.repeat(40)}}`,
    );
    const run = (length: number) => {
      const begin = small.u8.length - inputPadding - length;
      small.u8.fill(0x22, begin);
      small.u8.set(text.subarray(0, length), begin);
      let rows = 0;
      for (let next = begin; ; ) {
        const step = tokenizer.run(next, begin + length, 0xffffffff, true);
        rows += step.rows;
        if (step.next === next) return rows;
        next = step.next;
      }
    };
    run(text.length);
    const bytes = small.u8.length;
    for (let length = 0; length <= text.length; length++) {
      const lines = text
        .toString('latin1', 0, length)
        .split('\n')
        .filter((line) => line !== '');
      expect(run(length)).toBe(lines.length);
    }
    expect(small.u8.length).toBe(bytes);
  });
});

type Members = readonly (readonly [string, unknown])[];

/** An object inside a generated one, of which keys may be there twice. */
class Inner {
  readonly members: Members;

  constructor(members: Members) {
    this.members = members;
  }
}

function written(members: Members, colon: string, comma: string): string {
  const texts = members.map(([key, value]) => {
    const text = value instanceof Inner ? written(value.members, colon, comma) : JSON.stringify(value);
    return `${JSON.stringify(key)}:${colon}${text}`;
  });
  return `{${texts.join(`,${comma}`)}}`;
}
