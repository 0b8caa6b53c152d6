import { describe, expect, it } from 'vitest';
import type { StateReader } from '../../src/aggregates/aggregate.ts';
import { aggregateByName, aggregateNames, aggregateTable } from '../../src/aggregates/table.ts';
import type { SqlType, Value } from '../../src/core/value.ts';

/** A state that answers what the test gives it. */
function state(answers: Partial<Record<keyof StateReader, Value>>): StateReader {
  const answer = (name: keyof StateReader) => () => {
    if (!(name in answers)) throw new Error(`Not asked for: ${name}`);
    return answers[name] as never; // the test says what each method of this state gives
  };
  return {
    count: answer('count'),
    sumInteger: answer('sumInteger'),
    sumDouble: answer('sumDouble'),
    average: answer('average'),
    extreme: answer('extreme'),
    estimate: answer('estimate'),
    quantile: answer('quantile'),
    atQuantile: answer('atQuantile'),
    external: answer('external'),
  };
}

describe('aggregateByName', () => {
  it.each([
    ['count', 'count', []],
    ['mean', 'avg', []],
    ['p5', 'quantile', [0.05]],
    ['p50', 'quantile', [0.5]],
    ['p99', 'quantile', [0.99]],
    ['p999', 'quantile', [0.999]],
    ['p100', 'quantile', [1]],
  ])('%s is %s %j', (name, expected, params) => {
    const found = aggregateByName(name);
    expect(found?.aggregate.name).toBe(expected);
    expect(found?.params).toEqual(params);
  });

  it.each(['p', 'p9x', 'lower', 'COUNT', ''])('%j is none', (name) => {
    expect(aggregateByName(name)).toBeNull();
  });

  it('knows every name that it suggests', () => {
    expect(aggregateNames().filter((name) => aggregateByName(name) === null)).toEqual([]);
  });
});

describe('resolve', () => {
  it.each<[string, SqlType[], boolean, string]>([
    ['count', [], false, 'integer by count of nothing'],
    ['count', ['text'], false, 'integer by countValid of text'],
    ['count', ['double'], true, 'integer by distinct of double'],
    ['sum', ['integer'], false, 'integer by sumInteger of integer'],
    ['sum', ['text'], false, 'double by sumDouble of double'],
    ['avg', ['integer'], false, 'double by sumInteger of integer'],
    ['avg', ['double'], false, 'double by sumDouble of double'],
    ['min', ['text'], false, 'text by minText of text'],
    ['min', ['timestamp'], true, 'timestamp by minInteger of timestamp'],
    ['max', ['boolean'], false, 'boolean by maxInteger of boolean'],
    ['max', ['double'], false, 'double by maxDouble of double'],
    ['approx_count_distinct', ['text'], false, 'integer by hyperloglog of text'],
    ['quantile', ['integer'], false, 'double by ddsketch of double'],
    ['median', ['text'], false, 'double by ddsketch of double'],
    ['quantile_exact', ['integer'], false, 'integer by values of integer'],
    ['quantile_disc', ['text'], false, 'double by values of double'],
    ['bool_and', ['boolean'], false, 'boolean by minInteger of boolean'],
    ['bool_or', ['text'], false, 'boolean by maxInteger of boolean'],
  ])('%s(%j) distinct %s', (name, types, distinct, expected) => {
    const resolved = aggregateByName(name)?.aggregate.resolve(types, distinct);
    const states = resolved?.states.map((each) => each.kind).join();
    expect(`${resolved?.type} by ${states} of ${resolved?.argTypes.join() || 'nothing'}`).toBe(expected);
  });

  it.each<[string, SqlType[], boolean]>([
    ['count', [], true],
    ['count', ['integer', 'integer'], false],
    ['sum', ['boolean'], false],
    ['sum', ['timestamp'], false],
    ['sum', ['integer'], true],
    ['avg', [], false],
    ['min', ['interval'], false],
    ['quantile', ['timestamp'], false],
    ['bool_and', ['integer'], false],
  ])('%s(%j) distinct %s has no meaning', (name, types, distinct) => {
    expect(aggregateByName(name)?.aggregate.resolve(types, distinct)).toBeNull();
  });
});

describe('finalize', () => {
  it.each<[string, SqlType, Partial<Record<keyof StateReader, Value>>, number[], Value]>([
    ['count', 'integer', { count: 3n }, [], 3n],
    ['sum', 'integer', { count: 1n, sumInteger: 2n ** 70n }, [], 2n ** 70n],
    ['sum', 'double', { count: 1n, sumDouble: 0.5 }, [], 0.5],
    ['sum', 'double', { count: 0n }, [], null],
    ['avg', 'double', { average: 2.5 }, [], 2.5],
    ['avg', 'double', { average: null }, [], null],
    ['min', 'text', { extreme: 'a' }, [], 'a'],
    ['max', 'boolean', { extreme: 1n }, [], true],
    ['max', 'boolean', { extreme: null }, [], null],
    ['bool_and', 'boolean', { extreme: 0n }, [], false],
    ['approx_count_distinct', 'integer', { estimate: 9n }, [], 9n],
    ['quantile', 'double', { quantile: 1.5 }, [0.99], 1.5],
    ['median', 'double', { quantile: null }, [], null],
    ['quantile_exact', 'integer', { atQuantile: 2n ** 63n - 7n }, [0.5], -7n],
    ['quantile_exact', 'double', { atQuantile: 0xbff8000000000000n }, [0.5], 1.5],
    ['quantile_exact', 'double', { atQuantile: 0x4007ffffffffffffn }, [0.5], -1.5],
    ['quantile_exact', 'double', { atQuantile: null }, [0.5], null],
  ])('%s as %s from %o', (name, type, answers, params, expected) => {
    expect(aggregateByName(name)?.aggregate.finalize([state(answers)], params, type)).toBe(expected);
  });
});

it('every aggregate says what it is', () => {
  for (const aggregate of aggregateTable) {
    expect(aggregate.signature.startsWith(`${aggregate.name}(`)).toBe(true);
    expect(aggregate.summary).not.toBe('');
  }
});
