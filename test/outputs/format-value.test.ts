import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTimestamp, formatValue } from '../../src/outputs/format-value.ts';

test.each([
  [0n, '1970-01-01 00:00:00'],
  [1_431_857_103_000_000n, '2015-05-17 10:05:03'],
  [1_431_857_103_120_000n, '2015-05-17 10:05:03.12'],
  [-1n, '1969-12-31 23:59:59.999999'],
  [-62_167_219_200_000_000n, '0000-01-01 00:00:00'],
  [-62_167_219_200_000_001n, '-0001-12-31 23:59:59.999999'],
  [253_402_300_800_000_000n, '10000-01-01 00:00:00'],
  [9_223_372_036_854_775_807n, '294247-01-10 04:00:54.775807'],
])('%s microseconds print as %s', (micros, text) => {
  expect(formatTimestamp(micros)).toBe(text);
});

test('timestamps agree with Date wherever Date reaches', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (ms) => {
      const iso = new Date(ms).toISOString();
      const fraction = iso.slice(19, 23).replace(/\.?0+$/, '');
      expect(formatTimestamp(BigInt(ms) * 1000n)).toBe(iso.slice(0, 19).replace('T', ' ') + fraction);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test.each([
  [9_007_199_254_740_993n, 'integer', '9007199254740993'],
  [0.1 + 0.2, 'double', '0.30000000000000004'],
  [5, 'double', '5.0'],
  [-0, 'double', '-0.0'],
  [1e300, 'double', '1e+300'],
  [true, 'boolean', 'true'],
  [false, 'boolean', 'false'],
  ['text', 'text', 'text'],
  [null, 'integer', ''],
] as const)('%s as %s prints as "%s"', (value, type, text) => {
  expect(formatValue(value, type)).toBe(text);
});
