/** Random field values, weighted towards the edges of their types, and the ways in which logs write them. */
import type { Random } from '../support/random.ts';

const extremes = [0n, 1n, -1n, 2n ** 31n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];

export function randomInteger(random: Random): bigint {
  if (random.chance(0.04)) return random.pick(extremes);
  return BigInt(random.chance(0.5) ? random.int(-9, 30) : random.int(-2_000_000, 2_000_000_000));
}

/** The text of a decimal; its value is `Number(text)`. */
export function randomDecimal(random: Random): string {
  const roll = random.int(0, 99);
  if (roll < 3) return random.pick(['1e300', '-1e300', '5e-324', '1.5e300', '2.5E-7', '123456789012345678']);
  if (roll < 50) return `${random.int(-99, 99)}.${random.int(0, 9)}`;
  if (roll < 70) return `${random.int(0, 999)}`;
  return `${random.chance(0.2) ? '-' : ''}${random.int(0, 99999)}.${String(random.int(0, 999999)).padStart(6, '0')}`;
}

const words = [
  'alpha',
  'Beta',
  'GAMMA',
  'x',
  'delta-9',
  'a b',
  'été',
  'naïve',
  '日本語',
  '🜁 air',
  "O'Hara",
  '100%',
  'a_b',
  'tab\tbed',
];

export function randomWord(random: Random): string {
  if (random.chance(0.7)) return random.pick(words);
  return (
    random
      .many(1, 12, () => random.pick([...'abcXYZ019-._/ ']))
      .join('')
      .trim() || 'z'
  );
}

/** Bytes that are no UTF-8 in half of the cases; without quotes, backslashes, controls and delimiters. */
export function randomOddBytes(random: Random): Uint8Array {
  const bytes = random.many(1, 8, () => random.pick([0x61, 0x7a, 0x30, 0x80, 0xbf, 0xc3, 0xe2, 0xf0, 0xfe, 0xff]));
  return Uint8Array.from(bytes);
}

/** Microseconds, whole seconds, within nine days. */
export function randomSecond(random: Random): bigint {
  return 1431857103000000n + BigInt(random.int(-400_000, 400_000)) * 1_000_000n;
}

/** `2015-05-17T10:05:03.25+02:00` and its relatives: the time as written, whatever the offset. */
export function isoText(random: Random, micros: bigint): string {
  const offsetMinutes = random.chance(0.6) ? 0 : random.pick([120, -330, 60]);
  const written = new Date(Number(micros / 1000n)).toISOString();
  const fraction =
    micros % 1_000_000n === 0n
      ? ''
      : `.${String(micros % 1_000_000n)
          .padStart(6, '0')
          .replace(/0+$/, '')}`;
  const zone = offsetMinutes === 0 ? random.pick(['Z', '', '+00:00']) : zoneText(offsetMinutes, ':');
  return `${written.slice(0, 10)}${random.pick(['T', ' '])}${written.slice(11, 19)}${fraction}${zone}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `17/May/2015:10:05:03 +0000`. */
export function clfText(random: Random, micros: bigint): string {
  const offsetMinutes = random.pick([0, 0, 0, 120, -330]);
  const written = new Date(Number(micros / 1000n));
  const iso = written.toISOString();
  return `${iso.slice(8, 10)}/${months[written.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} ${zoneText(offsetMinutes, '')}`;
}

function zoneText(minutes: number, separator: string): string {
  const absolute = Math.abs(minutes);
  const hours = String(Math.floor(absolute / 60)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${hours}${separator}${String(absolute % 60).padStart(2, '0')}`;
}
