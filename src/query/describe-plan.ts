/** A plan as text, for `--explain`: one line per step of its road, expressions in SQL's notation. */
import type { Value } from '../core/value.ts';
import { printValue } from './cast.ts';
import { signatureId } from './functions/user-functions.ts';
import { printInterval } from './interval.ts';
import type { AggregateCall, Expr, Plan } from './plan.ts';

export function describePlan(plan: Plan): string {
  const show = (expr: Expr) => describeExpr(plan, expr);
  const lines: [string, string][] = [
    ['format', plan.format.name],
    ['columns', plan.columns.map((column) => column.name).join(', ') || '(none)'],
  ];
  const own =
    plan.modules?.flatMap(({ functions, aggregates }) => [...functions, ...aggregates].map(signatureId)) ?? [];
  if (own.length > 0) lines.push(['functions', own.join(', ')]);
  if (plan.filter !== null) lines.push(['filter', show(plan.filter)]);
  if (plan.shape === 'grouped') {
    lines.push(['group by', plan.keys.map(show).join(', ') || '(everything)']);
    lines.push(['aggregates', plan.aggregates.map((call) => describeAggregate(plan, call)).join(', ') || '(none)']);
  }
  if (plan.having !== null) lines.push(['having', show(plan.having)]);
  if (plan.orderBy.length > 0) {
    const terms = plan.orderBy.map(
      (term) => `${show(term.expr)}${term.descending ? ' desc' : ''}${term.nullsFirst ? ' nulls first' : ''}`,
    );
    lines.push(['order by', terms.join(', ')]);
  }
  if (plan.limit !== null) lines.push(['limit', String(plan.limit)]);
  if (plan.offset > 0) lines.push(['offset', String(plan.offset)]);
  lines.push(['output', plan.outputs.map((output) => `${output.name} ${output.type}`).join(', ')]);
  return lines.map(([name, text]) => `${name.padEnd(10)}  ${text}`).join('\n');
}

function describeAggregate(plan: Plan, call: AggregateCall): string {
  const args = call.args.map((arg) => describeExpr(plan, arg));
  const list = args.length === 0 ? '*' : [...args, ...call.params].join(', ');
  const filter = call.filter === null ? '' : ` filter (where ${describeExpr(plan, call.filter)})`;
  return `${call.name}(${call.distinct ? 'distinct ' : ''}${list})${filter} by ${call.states.map((state) => state.kind).join(', ')}`;
}

const signs: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  intdiv: '//',
  mod: '%',
  eq: '=',
  ne: '<>',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  concat: '||',
  isDistinct: 'is distinct from',
};

/** A column is followed by the type it is read as, where that is not text. */
export function describeExpr(plan: Plan, expr: Expr): string {
  const show = (inner: Expr) => describeExpr(plan, inner);
  switch (expr.kind) {
    case 'literal':
      return describeValue(expr.value, expr.type);
    case 'column': {
      const name = plan.columns[expr.column]?.name ?? '?';
      return expr.type === 'text' ? name : `${name}::${expr.type}`;
    }
    case 'key':
      return plan.keys[expr.index] === undefined ? '?' : show(plan.keys[expr.index] ?? expr);
    case 'aggregate': {
      const call = plan.aggregates[expr.index];
      return call === undefined ? '?' : describeAggregate(plan, call).replace(/ by [A-Za-z, ]+$/, '');
    }
    case 'call': {
      const name = expr.fn.slice(0, expr.fn.indexOf('('));
      const args = expr.args.map(show);
      if (name === 'neg') return `-${args.join('')}`;
      const sign = signs[name];
      return sign === undefined ? `${name}(${args.join(', ')})` : `(${args.join(` ${sign} `)})`;
    }
    case 'and':
    case 'or':
      return `(${expr.args.map(show).join(` ${expr.kind} `)})`;
    case 'not':
      return `not ${show(expr.value)}`;
    case 'isNull':
      return `${show(expr.value)} is null`;
    case 'in': {
      const options = expr.options.map((option) => describeValue(option, expr.value.type));
      return `${show(expr.value)} in (${[...options, ...(expr.hasNull ? ['null'] : [])].join(', ')})`;
    }
    case 'like':
      return `${show(expr.value)} ${expr.ignoreCase ? 'ilike' : 'like'} ${describeValue(expr.pattern, 'text')}`;
    case 'case': {
      const branches = expr.branches.map((branch) => `when ${show(branch.when)} then ${show(branch.then)}`);
      return `case ${branches.join(' ')} else ${show(expr.otherwise)} end`;
    }
    case 'coalesce':
      return `coalesce(${expr.args.map(show).join(', ')})`;
    case 'cast':
      return `${expr.lenient ? 'try_cast' : 'cast'}(${show(expr.value)} as ${expr.type})`;
    default:
      return unreachable(expr);
  }
}

function describeValue(value: Value, type: Expr['type']): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return `interval '${printInterval(value)}'`;
  const text = printValue(value, type);
  return type === 'text' || type === 'timestamp' ? `'${text.replaceAll("'", "''")}'` : text;
}

function unreachable(expr: never): never {
  throw new Error(`Cannot describe ${JSON.stringify(expr)}`);
}
