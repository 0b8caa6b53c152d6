/**
 * date_trunc and extract with their constant units: date_trunc is time_bucket with a width of one unit (its buckets begin at
 * the same instants), extract is one function per field.
 */
import { unitInterval, unitName } from '../interval.ts';
import type { Expr } from '../plan.ts';
import { type Binder, didYouMean, refuse } from './binder.ts';
import { isTextLiteral } from './coerce.ts';
import { literal } from './fold.ts';
import { callOverload, chooseOverload } from './overload.ts';

const truncUnits = [
  'microsecond',
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
  'decade',
];

const fields = [
  'year',
  'quarter',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
  'microsecond',
  'dow',
  'isodow',
  'doy',
  'week',
  'epoch',
];

const otherFields: Readonly<Record<string, string>> = {
  dayofweek: 'dow',
  weekday: 'dow',
  dayofyear: 'doy',
  ms: 'millisecond',
  us: 'microsecond',
};

export function bindTimeCall(binder: Binder, name: string, args: readonly Expr[], at: number): Expr {
  const [unit, time] = args;
  if (unit === undefined || time === undefined || args.length > 2) {
    return refuse(binder, `${name} takes a unit and a time`, at, `write ${name}('hour', time)`);
  }
  if (!isTextLiteral(unit) || typeof unit.value !== 'string') {
    return refuse(binder, `${name} needs a constant unit`, unit.at, `write ${name}('hour', time)`);
  }
  const typed = unitName(unit.value.toLowerCase());
  if (name === 'date_trunc') {
    const width = truncUnits.includes(typed) ? unitInterval(typed) : null;
    if (width === null) refuseUnit(binder, unit.value, unit.at, truncUnits);
    return timeFunction(binder, 'time_bucket', [literal('interval', width, unit.at), time], at);
  }
  const field = otherFields[unit.value.toLowerCase()] ?? typed;
  if (!fields.includes(field)) refuseUnit(binder, unit.value, unit.at, fields);
  return timeFunction(binder, field, [time], at);
}

function timeFunction(binder: Binder, name: string, args: readonly Expr[], at: number): Expr {
  const overload = chooseOverload(binder, name, args);
  if (overload !== null) return callOverload(binder, overload, args, at);
  const time = args.at(-1);
  return refuse(binder, `${time?.type ?? 'this'} is not a timestamp`, time?.at ?? at, 'cast it, like x::timestamp');
}

function refuseUnit(binder: Binder, unit: string, at: number, known: readonly string[]): never {
  const near = didYouMean(unit, known);
  refuse(binder, `unknown unit "${unit}"`, at, near === '' ? `units are ${known.join(', ')}` : near);
}
