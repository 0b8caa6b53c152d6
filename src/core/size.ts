/**
 * Sizes in bytes, as people write and read them: `512MiB`, `2GB`, `64k`.
 *
 * As in GNU tools and DuckDB: `KiB MiB GiB TiB` and the bare letters `k m g t` are powers of 1024, `KB MB GB TB` are
 * powers of 1000. What is printed is always in powers of 1024, so `parseSize(formatSize(n))` is n to the digits shown.
 */
import { UsageError } from './errors.ts';

/** Bytes in a written size. Case does not matter; a space before the unit is allowed. Throws UsageError. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*([kmgt]?)(ib|b)?$/i.exec(text.trim());
  if (match === null) throw new UsageError(`Cannot read size "${text}": write a number and a unit, as in "512MiB"`);
  const [, digits = '', letter = '', suffix = ''] = match;
  const base = suffix.toLowerCase() === 'b' ? 1000 : 1024;
  const bytes = Math.floor(Number(digits) * base ** ['', 'k', 'm', 'g', 't'].indexOf(letter.toLowerCase()));
  if (!Number.isSafeInteger(bytes))
    throw new UsageError(`Cannot read size "${text}": it is larger than any memory or file`);
  return bytes;
}

/** `0 B`, `64 MiB`, `1.5 GiB`: at most one decimal, none from 100 units on. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let amount = bytes;
  let unit = 0;
  while (unit < units.length - 1 && Number(shortDecimal(amount)) >= 1024) {
    amount /= 1024;
    unit++;
  }
  return `${shortDecimal(amount)} ${units[unit]}`;
}

function shortDecimal(amount: number): string {
  return amount.toFixed(amount >= 100 ? 0 : 1).replace(/\.0$/, '');
}
