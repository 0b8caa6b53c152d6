import { expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { formatSize, parseSize } from '../../src/core/size.ts';

test.each([
  ['0', 0],
  ['4096', 4096],
  ['12b', 12],
  ['64k', 65_536],
  ['64K', 65_536],
  ['64KiB', 65_536],
  ['64kb', 64_000],
  ['512MiB', 536_870_912],
  ['512 MiB', 536_870_912],
  ['2GB', 2_000_000_000],
  ['1.5g', 1_610_612_736],
  [' .5m ', 524_288],
  ['2TiB', 2_199_023_255_552],
])('"%s" is %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', 'MiB', '-1', '1e3', '12x', '1,5GB', '0x10'])('"%s" is refused with a remedy', (text) => {
  expect(() => parseSize(text)).toThrow(
    new UsageError(`Cannot read size "${text}": write a number and a unit, as in "512MiB"`),
  );
});

test('a size beyond exact numbers is refused', () => {
  expect(() => parseSize('99999TiB')).toThrow('Cannot read size "99999TiB": it is larger than any memory or file');
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [64 * 1024 ** 2, '64 MiB'],
  [1.5 * 1024 ** 3, '1.5 GiB'],
  [1024 ** 3 - 1, '1 GiB'],
  [123.4 * 1024, '123 KiB'],
  [2 * 1024 ** 4, '2 TiB'],
])('%d bytes print as "%s"', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
