/**
 * Timestamps as text: the grammar that decoding from bytes must match exactly.
 *
 *   CLF    dd/Mon/yyyy:HH:MM:SS (+|-)hhmm               17/May/2015:10:05:03 +0000
 *   ISO    yyyy-mm-dd[(T| )HH:MM[:SS[(.|,)d{1,9}]][[ ](Z|(+|-)hh[[:]mm])]]
 *   epoch  [-]digits[.digits], by magnitude of the whole part: seconds below 1e11, milliseconds below 1e14,
 *          microseconds below 1e17, else nanoseconds; the whole part fits in 64 bits
 *
 * A timestamp is the time as written, like PostgreSQL's `timestamp`: the offset is checked and not applied, so that an hour
 * of an access log is the hour that its server wrote. `parseUtc` applies it. Digits beyond microseconds are cut off. Calendar and clock are checked (no second 60); zones reach to
 * 23:59. Letters count as written: `May`, `T`, `Z`. No blanks around.
 */
import { civilFromDays, daysFromCivil, daysInMonth, microsPerDay } from './calendar.ts';

const clf =
  /^(\d\d)\/(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;
const iso =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(?:Z|([+-])(\d\d)(?::?(\d\d))?))?)?$/;
const epoch = /^(-?)(\d+)(?:\.(\d+))?$/;

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** Microseconds since 1970 of the time as written, or null where the text is no timestamp. */
export function parseTimestamp(text: string): bigint | null {
  return parse(text, false);
}

/** The same in UTC: a written offset is applied, no offset is UTC. */
export function parseUtc(text: string): bigint | null {
  return parse(text, true);
}

function parse(text: string, inUtc: boolean): bigint | null {
  const log = clf.exec(text);
  if (log !== null) {
    const [, day, name = '', year, hour, minute, second, sign, zoneHour, zoneMinute] = log;
    const month = months.indexOf(name) / 3 + 1;
    return assemble(year, month, day, hour, minute, second, '', sign, zoneHour, zoneMinute, inUtc);
  }
  const standard = iso.exec(text);
  if (standard !== null) {
    const [, year, month, day, hour, minute, second, fraction, sign, zoneHour, zoneMinute] = standard;
    return assemble(year, Number(month), day, hour, minute, second, fraction, sign, zoneHour, zoneMinute, inUtc);
  }
  const number = epoch.exec(text);
  return number === null ? null : fromEpoch(number[1] === '-', number[2] ?? '', number[3] ?? '');
}

type Digits = string | undefined;

function assemble(
  yearDigits: Digits,
  month: number,
  dayDigits: Digits,
  hourDigits: Digits,
  minuteDigits: Digits,
  secondDigits: Digits,
  fraction: Digits,
  sign: Digits,
  zoneHourDigits: Digits,
  zoneMinuteDigits: Digits,
  inUtc: boolean,
): bigint | null {
  const [year, day] = [Number(yearDigits), Number(dayDigits)];
  const [hour, minute, second] = [Number(hourDigits ?? 0), Number(minuteDigits ?? 0), Number(secondDigits ?? 0)];
  const [zoneHour, zoneMinute] = [Number(zoneHourDigits ?? 0), Number(zoneMinuteDigits ?? 0)];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 23 || zoneMinute > 59) return null;
  const zoneSeconds = inUtc ? (zoneHour * 3600 + zoneMinute * 60) * (sign === '-' ? -1 : 1) : 0;
  const seconds = hour * 3600 + minute * 60 + second - zoneSeconds;
  return (
    BigInt(daysFromCivil(year, month, day)) * microsPerDay + BigInt(seconds) * 1_000_000n + leading(fraction ?? '', 6)
  );
}

function fromEpoch(negative: boolean, whole: string, fraction: string): bigint | null {
  const magnitude = epochMicros(BigInt(whole), fraction);
  if (magnitude === null) return null;
  return negative ? -magnitude : magnitude;
}

function epochMicros(whole: bigint, fraction: string): bigint | null {
  if (whole < 100_000_000_000n) return whole * 1_000_000n + leading(fraction, 6);
  if (whole < 100_000_000_000_000n) return whole * 1000n + leading(fraction, 3);
  if (whole < 100_000_000_000_000_000n) return whole;
  return whole < 2n ** 63n ? whole / 1000n : null;
}

/** The integer value under the epoch rule; negative zero and all. */
export function timestampFromInteger(value: bigint): bigint | null {
  return fromEpoch(value < 0n, String(value < 0n ? -value : value), '');
}

/** The first `count` digits of a fraction as a whole number: leading('5', 3) is 500. */
function leading(fraction: string, count: number): bigint {
  return BigInt(fraction.slice(0, count).padEnd(count, '0'));
}

/** `2015-05-17 10:05:03`, with `.ffffff` less trailing zeros where it is not zero. */
export function printTimestamp(micros: bigint): string {
  const ofDay = ((micros % microsPerDay) + microsPerDay) % microsPerDay;
  const date = civilFromDays(Number((micros - ofDay) / microsPerDay));
  const seconds = Number(ofDay / 1_000_000n);
  const year = date.year < 0 ? `-${pad(-date.year, 4)}` : pad(date.year, 4);
  const clock = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  const fraction = ofDay % 1_000_000n;
  const tail = fraction === 0n ? '' : `.${pad(Number(fraction), 6).replace(/0+$/, '')}`;
  return `${year}-${pad(date.month, 2)}-${pad(date.day, 2)} ${clock}${tail}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
