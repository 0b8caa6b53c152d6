// Days and civil dates of the proleptic Gregorian calendar; H. Hinnant, https://howardhinnant.github.io/date_algorithms.html.

export const DAY: i64 = 86400000000;

@inline
export function daysInMonth(year: i32, month: i32): i32 {
  if (month == 2) return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return 30 + ((month + (month >> 3)) & 1);
}

/** Days from 1970-01-01 to a date; month 1 to 12. */
export function daysFromCivil(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const era = (y >= 0 ? y : y - 399) / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

let civilYear: i32 = 0;
let civilMonth: i32 = 0;
let civilDay: i32 = 0;

/** Splits a count of days; read the parts with yearOfDay, monthOfDay and dayOfDay at once. */
export function splitDays(days: i32): void {
  const z = days + 719468;
  const era = (z >= 0 ? z : z - 146096) / 146097;
  const dayOfEra = z - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const mp = (5 * dayOfYear + 2) / 153;
  civilDay = dayOfYear - (153 * mp + 2) / 5 + 1;
  civilMonth = mp < 10 ? mp + 3 : mp - 9;
  civilYear = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0);
}

@inline
export function yearOfDay(): i32 {
  return civilYear;
}

@inline
export function monthOfDay(): i32 {
  return civilMonth;
}

@inline
export function dayOfDay(): i32 {
  return civilDay;
}

@inline
export function floorDivide(a: i64, b: i64): i64 {
  const q = a / b;
  return q - <i64>(a % b < 0);
}
