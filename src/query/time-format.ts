/** `strftime`'s directives, the ones that logs need, in English and UTC. An unknown directive is refused when the query is bound. */
import { civilFromDays, daysFromCivil, microsPerDay } from './calendar.ts';
import { EvaluationFailure } from './evaluation-failure.ts';

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly dayOfYear: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
}

const directives: Readonly<Record<string, (at: Parts) => string>> = {
  Y: (at) => pad(at.year, 4),
  y: (at) => pad(((at.year % 100) + 100) % 100, 2),
  m: (at) => pad(at.month, 2),
  d: (at) => pad(at.day, 2),
  H: (at) => pad(at.hour, 2),
  I: (at) => pad(at.hour % 12 || 12, 2),
  p: (at) => (at.hour < 12 ? 'AM' : 'PM'),
  M: (at) => pad(at.minute, 2),
  S: (at) => pad(at.second, 2),
  f: (at) => pad(at.micros, 6),
  j: (at) => pad(at.dayOfYear, 3),
  a: (at) => (dayNames[at.weekday] ?? '').slice(0, 3),
  A: (at) => dayNames[at.weekday] ?? '',
  b: (at) => (monthNames[at.month - 1] ?? '').slice(0, 3),
  B: (at) => monthNames[at.month - 1] ?? '',
  w: (at) => String(at.weekday),
  u: (at) => String(at.weekday || 7),
  F: (at) => `${pad(at.year, 4)}-${pad(at.month, 2)}-${pad(at.day, 2)}`,
  T: (at) => `${pad(at.hour, 2)}:${pad(at.minute, 2)}:${pad(at.second, 2)}`,
  '%': () => '%',
};

/** What is wrong with a format, or null. */
export function checkTimeFormat(format: string): string | null {
  for (const [, letter] of format.matchAll(/%([\s\S]?)/gu)) {
    if (letter === undefined || !Object.hasOwn(directives, letter)) {
      return `unknown time directive "%${letter ?? ''}": known are ${Object.keys(directives)
        .map((known) => `%${known}`)
        .join(' ')}`;
    }
  }
  return null;
}

export function formatTime(at: bigint, format: string): string {
  const problem = checkTimeFormat(format);
  if (problem !== null) throw new EvaluationFailure(9, problem);
  const parts = cut(at);
  return format.replace(/%([\s\S])/gu, (_, letter: string) => directives[letter]?.(parts) ?? '');
}

function cut(at: bigint): Parts {
  const days = Number((at - (((at % microsPerDay) + microsPerDay) % microsPerDay)) / microsPerDay);
  const ofDay = Number(((at % microsPerDay) + microsPerDay) % microsPerDay);
  const date = civilFromDays(days);
  return {
    ...date,
    dayOfYear: days - daysFromCivil(date.year, 1, 1) + 1,
    weekday: (((days + 4) % 7) + 7) % 7,
    hour: Math.floor(ofDay / 3_600_000_000),
    minute: Math.floor(ofDay / 60_000_000) % 60,
    second: Math.floor(ofDay / 1_000_000) % 60,
    micros: ofDay % 1_000_000,
  };
}

function pad(value: number, width: number): string {
  return value < 0 ? `-${pad(-value, width)}` : String(value).padStart(width, '0');
}
