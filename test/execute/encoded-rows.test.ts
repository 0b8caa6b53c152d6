/** Rows that are still encoded print the same CSV and JSON as their values do, whatever they hold, and are the same rows. */
import { describe, expect, it } from 'vitest';
import type { SqlType, Value } from '../../src/core/value.ts';
import { ByteWriter } from '../../src/execute/byte-writer.ts';
import { EncodedRows, RowShape } from '../../src/execute/encoded-rows.ts';
import { ascending, encodeValue } from '../../src/execute/row-codec.ts';
import { BlockReader } from '../../src/execute/rows.ts';
import type { Plan } from '../../src/query/plan.ts';
import { render } from '../outputs/render.ts';
import { testArena } from '../support/arena.ts';
import { Random } from '../support/random.ts';

const texts = [
  '',
  'a',
  'plain',
  '1.2.3.4',
  'a,b',
  'say "no"',
  'two\nlines',
  'cr\r',
  'a|b',
  '=1+1',
  'é',
  '日本語',
  'back\\slash',
  'tab\t',
  '\x7f',
  '\x1f',
  '\u2028',
  'x\0y',
  '\0',
]
  .concat([14, 15, 16, 17, 31, 32, 33, 300].map((length) => 'abcdefghij'.repeat(30).slice(0, length)))
  .concat([15, 16, 17].map((length) => `${'x'.repeat(length)},`));
const integers = [
  0n,
  1n,
  -1n,
  9n,
  10n,
  99n,
  100n,
  12_345n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  10n ** 18n,
  -(10n ** 18n),
];
const doubles = [
  0,
  1,
  -1,
  0.1,
  -0.5,
  12.3,
  1 / 3,
  1e-6,
  0.000123,
  1e-7,
  123_456.789,
  1e14,
  999_999_999_999_999,
  1e15,
  1e21,
].concat([1e22, -1e300, 5e-324, 2 ** 53, 0.1 + 0.2, 4.35, 1.005, 1e-6 / 3, 8.5e14 + 0.5, 100.25]);
const times = [
  0n,
  -1n,
  1n,
  999_999n,
  1_000_000n,
  1_425_549_903_000_000n,
  1_425_549_903_120_000n,
  -62_167_219_200_000_000n,
]
  .concat([-62_167_219_200_000_001n, 253_402_300_799_999_999n, 253_402_300_800_000_000n, -(2n ** 63n), 2n ** 63n - 1n])
  .concat([951_782_400_000_000n, 951_868_799_999_000n, 4_107_542_400_000_000n]);
const values: Readonly<Partial<Record<SqlType, readonly Value[]>>> = {
  text: [...texts, null],
  integer: [...integers, null],
  double: [...doubles, null],
  timestamp: [...times, null],
  boolean: [true, false, null],
};

function planOf(types: readonly SqlType[], shape: 'grouped' | 'rows') {
  const outputs = types.map((type, i) => ({
    ...{ name: `c${i}`, type },
    expr: { kind: 'column', type, column: i, at: 0 } as const,
  }));
  return { sql: '', columns: [], shape, outputs, orderBy: [], limit: null, offset: 0 } as unknown as Plan;
}

/** `wide` rows are those of groups; the encoding of others comes from kernels, whose integers take 8 bytes. */
function encoded(rows: readonly (readonly Value[])[], types: readonly SqlType[], isWide: boolean): Uint8Array {
  const writer = new ByteWriter();
  for (const row of rows) {
    row.forEach((value, i) => {
      const type = types[i] ?? 'text';
      if (isWide || typeof value !== 'bigint') {
        encodeValue(writer, value, type, ascending);
      } else {
        writer.u8(1);
        writer.u64BigEndian(BigInt.asUintN(64, value) ^ (1n << 63n));
      }
    });
  }
  return writer.finish();
}

async function check(types: readonly SqlType[], rows: readonly (readonly Value[])[], isWide: boolean): Promise<void> {
  const plan = planOf(types, isWide ? 'grouped' : 'rows');
  const columns = types.map((type, i) => ({ name: `c${i}`, type }));
  const bytes = encoded(rows, types, isWide);
  const arena = testArena(512 << 20);
  const at = arena.place(bytes);
  const whole = new EncodedRows(new RowShape(plan, arena), at, at + bytes.length, rows.length);
  expect([...whole]).toEqual(rows);
  for (const output of ['csv', 'ndjson', 'json'] as const) {
    const expected = await render(output, columns, [rows]);
    expect(await render(output, columns, [whole])).toBe(expected);
    expect(await render(output, columns, new BlockReader(plan, arena).rowsOf(bytes))).toBe(expected);
  }
  const safe = await render('csv', columns, [rows], { csvSafe: true });
  expect(await render('csv', columns, [whole], { csvSafe: true })).toBe(safe);
  const counts = Array.from(new BlockReader(plan, arena).rowsOf(bytes), ({ length }) => length);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rows.length);
}

const types = ['text', 'integer', 'double', 'timestamp', 'boolean'] as const;

describe.each([
  { name: 'of groups', isWide: true },
  { name: 'of records', isWide: false },
])('encoded rows $name', ({ isWide }) => {
  it.each(types)('print every value of type %s', async (type) => {
    const rows = (values[type] ?? []).map((value) => [value]);
    await check([type], rows, isWide);
    await check(
      ['integer', type, 'text'],
      rows.map(([value = null]) => [7n, value, 'end']),
      isWide,
    );
  });

  it('print rows of any shape', async () => {
    const random = new Random(21);
    for (let round = 0; round < 20; round++) {
      const shape = random.many(1, 6, () => random.pick(types));
      const common = random.chance(0.5);
      const rows = random.many(0, 1500, () =>
        shape.map((type) => (common ? random.pick((values[type] ?? []).slice(0, 4)) : random.pick(values[type] ?? []))),
      );
      await check(shape, rows, isWide);
    }
  });

  it('print decimals as JavaScript does', async () => {
    const random = new Random(5);
    const rows = Array.from({ length: 6000 }, () => [
      (random.int(-1_000_000, 1_000_000) * random.int(0, 1_000_000) + random.int(0, 99)) / 10 ** random.int(0, 9),
    ]);
    await check(['double'], rows, isWide);
  });

  it('print times of day and dates', async () => {
    const random = new Random(6);
    const rows = Array.from({ length: 6000 }, () => [
      BigInt(random.int(-719_600, 2_933_000)) * 86_400_000_000n +
        BigInt(random.int(0, 86_399)) * 1_000_000n +
        BigInt(random.pick([0, 1, 10, 500_000, 999_999])),
    ]);
    await check(['timestamp'], rows, isWide);
  });

  it('print texts longer than any room', async () => {
    const long = 'x'.repeat(70_000);
    await check(
      ['text', 'integer'],
      [
        ['a', 1n],
        [long, 2n],
        [`${long},`, 3n],
        ['b', 4n],
        [long, 5n],
      ],
      isWide,
    );
    await check(
      ['text'],
      Array.from({ length: 40 }, (_, i) => ['y'.repeat(2000 * i)]),
      isWide,
    );
  });
});

describe('encoded rows', () => {
  it('print sums of more than 64 bits', async () => {
    const sums = [2n ** 64n, -(2n ** 64n), 2n ** 100n, 5n, -(2n ** 127n), 2n ** 63n];
    await check(
      ['integer', 'text'],
      sums.map((sum) => [sum, 'x']),
      true,
    );
  });

  it('print texts that are UTF-8 or are not as their values do', async () => {
    const random = new Random(8);
    const pieces = [
      'a',
      'plain text of some length',
      'é',
      '€',
      '日本',
      '😀',
      '\u{10ffff}',
      '\ud7ff',
      '\ue000',
      '\ufffd',
      ',',
      '"',
    ].map((piece) => Buffer.from(piece));
    const wrong = [
      '80',
      'bf',
      'c0af',
      'c2',
      'e08080',
      'e09fbf',
      'e0a0',
      'eda080',
      'f0808080',
      'f09f98',
      'f4908080',
      'f5808080',
      'ff',
    ].map((hex) => Buffer.from(hex, 'hex'));
    const arena = testArena();
    for (const broken of [0, 0.02, 0.5]) {
      const rows = Array.from({ length: 2000 }, () => {
        const text = random.many(0, 12, () => random.pick(random.chance(broken) ? wrong : pieces));
        return Buffer.concat([Buffer.from([1]), ...text, Buffer.from([0, 1])]);
      });
      const bytes = Buffer.concat(rows);
      const at = arena.place(bytes);
      const block = new EncodedRows(new RowShape(planOf(['text'], 'rows'), arena), at, at + bytes.length, rows.length);
      const columns = [{ name: 'c', type: 'text' }] as const;
      for (const output of ['csv', 'ndjson', 'json'] as const) {
        expect(await render(output, columns, [block])).toBe(await render(output, columns, [[...block]]));
      }
    }
  });
});
