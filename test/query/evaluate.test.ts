import { describe, expect, it } from 'vitest';
import type { SqlType, Value } from '../../src/core/value.ts';
import { bindQuery } from '../../src/query/bind.ts';
import { castValue } from '../../src/query/cast.ts';
import { type Environment, evaluate } from '../../src/query/evaluate.ts';
import { EvaluationFailure } from '../../src/query/evaluation-failure.ts';
import { parseQuery } from '../../src/query/parse.ts';
import type { Plan } from '../../src/query/plan.ts';
import { json } from './sample-formats.ts';

/** A record whose fields are text, decoded when they are asked for. */
function record(plan: Plan, fields: Readonly<Record<string, string | null>>): Environment {
  return {
    column: (index, type) => castValue(fields[plan.columns[index]?.name ?? ''] ?? null, 'text', type),
    key: () => null,
    aggregate: () => null,
  };
}

async function value(expression: string, fields: Readonly<Record<string, string | null>>): Promise<Value | string> {
  const { plan } = bindQuery(await parseQuery(`SELECT ${expression}`), json);
  const [output] = plan.outputs;
  if (output === undefined) throw new Error('No output');
  try {
    return evaluate(output.expr, record(plan, fields));
  } catch (error) {
    if (error instanceof EvaluationFailure) return `reject ${error.code}: ${error.detail}`;
    throw error;
  }
}

describe('three-valued logic', () => {
  const truths = ['true', 'false', null] as const;
  const and = (a: string | null, b: string | null) =>
    a === 'false' || b === 'false' ? false : a === null || b === null ? null : true;

  it.each(truths.flatMap((a) => truths.map((b) => [a, b] as const)))('%s, %s', async (a, b) => {
    expect(await value('(a AND b)', { a, b })).toBe(and(a, b));
    const flip = (x: string | null) => (x === null ? null : x === 'true' ? 'false' : 'true');
    const negated = and(flip(a), flip(b));
    expect(await value('(a OR b)', { a, b })).toBe(negated === null ? null : !negated);
    expect(await value('NOT a::boolean', { a })).toBe(a === null ? null : a !== 'true');
  });

  it.each<[string, Value]>([
    ['x IS NULL', true],
    ['x IS NOT NULL', false],
    ['x = 1', null],
    ['x IN (1, 2)', null],
    ["x LIKE '%'", null],
    ['x IS DISTINCT FROM 1', true],
    ['coalesce(x, 5)', 5],
    ['CASE WHEN x = 1 THEN 1 ELSE 2 END', 2n],
    ['x::boolean IS NOT TRUE', true],
    ['lower(x)', null],
  ])('%s of NULL', async (expression, expected) => {
    expect(await value(expression, { x: null })).toBe(expected);
  });
});

describe('order of evaluation', () => {
  const rejected = 'reject 4: "12x" is not an integer';

  it.each<[string, Value | string]>([
    ['a::int = 1 AND false', rejected],
    ["b = 'no' AND a::int = 1", false],
    ["b = 'yes' AND a::int = 1", rejected],
    ["b = 'yes' OR a::int = 1", true],
    ["CASE WHEN b = 'yes' THEN 0 ELSE a::int END", 0n],
    ['coalesce(b::text, a::int::text)', 'yes'],
    ['missing::int + a::int', rejected],
    ['try_cast(a AS int)', null],
    ['try_cast(status AS int)', null],
    ['try_cast(a AS int) + 1', null],
  ])('%s', async (expression, expected) => {
    expect(await value(expression, { a: '12x', b: 'yes', status: '40x' })).toBe(expected);
  });

  it.each<[string, string]>([
    ['n::int + 1', 'reject 8: 9223372036854775808 is outside 64 bits'],
    ['sqrt_ * 2', 'reject 5: "abc" is not a number'],
  ])('%s rejects', async (expression, expected) => {
    expect(await value(expression, { n: '9223372036854775807', sqrt_: 'abc' })).toBe(expected);
  });
});

it('reads keys and aggregates after grouping', async () => {
  const { plan } = bindQuery(await parseQuery('SELECT status, sum(x) / count(*) FROM logs GROUP BY status'), json);
  const values: readonly (readonly [Value, SqlType])[] = [
    [7, 'double'],
    [2n, 'integer'],
  ];
  const env: Environment = {
    column: () => null,
    key: () => 404n,
    aggregate: (index) => values[index]?.[0] ?? null,
  };
  expect(plan.outputs.map((output) => evaluate(output.expr, env))).toEqual([404n, 3.5]);
});
