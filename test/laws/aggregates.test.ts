/**
 * The laws that make the answer independent of splits, workers, retries and spills: for every aggregate of the table and
 * every type it takes, merge is associative and commutative bit for bit, an empty partial is its identity, a partial
 * survives being written and read, and neither the order of the records nor the places of the cuts show.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregateTable } from '../../src/aggregates/table.ts';
import type { SqlType, Value } from '../../src/core/value.ts';
import { answerOf, merged, partialOf, planOf, type Sample } from './aggregation.ts';

const types: readonly SqlType[] = ['integer', 'double', 'text', 'boolean', 'timestamp'];

const edges: Readonly<Record<string, readonly Value[]>> = {
  integer: [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n)],
  double: [0, -0, 1e300, -1e300, 5e-324, 0.1, 1 / 3],
  text: ['', 'a', 'b', 'ab', 'é', '\u0000', 'x'.repeat(300)],
  timestamp: [0n, 1431857103000000n, -1n],
  boolean: [true, false],
};

const anyValue: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  integer: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  // a sum of the largest doubles is refused: see sums.test.ts
  double: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e306, max: 1e306 }),
  text: fc.string({ unit: 'grapheme', maxLength: 12 }),
  timestamp: fc.bigInt({ min: -(2n ** 55n), max: 2n ** 55n }),
  boolean: fc.boolean(),
};

const subjects = aggregateTable.flatMap((aggregate) =>
  [[], ...types.map((type) => [type])].flatMap((argTypes) => {
    const plain = aggregate.resolve(argTypes, false);
    const unique = aggregate.resolve(argTypes, true);
    // DISTINCT is a subject of its own where it changes the states.
    const hasDistinct = unique !== null && JSON.stringify(unique.states) !== JSON.stringify(plain?.states);
    return [
      { resolved: plain, distinct: false },
      { resolved: hasDistinct ? unique : null, distinct: true },
    ].flatMap(({ resolved, distinct }) => {
      // An argument that is converted first is a subject under the type it is converted to.
      const type = resolved?.argTypes[0] ?? 'integer';
      if (resolved === null || (argTypes[0] ?? type) !== type) return [];
      const name = `${aggregate.name}(${distinct ? 'distinct ' : ''}${argTypes[0] ?? '*'})`;
      return [{ name, aggregate, resolved, distinct, type }];
    });
  }),
);

describe.each(subjects)('$name', ({ aggregate, resolved, distinct, type }) => {
  const value = fc.oneof(
    { weight: 3, arbitrary: anyValue[type] ?? fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom(...(edges[type] ?? [null])) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  const sample: fc.Arbitrary<Sample> = fc.record({ key: fc.constantFrom(null, 0n, 1n, -7n), value });
  const samples = fc.array(sample, { maxLength: 25 });

  function law(check: (plan: ReturnType<typeof planOf>, groups: readonly (readonly Sample[])[]) => void): void {
    const property = fc.property(fc.boolean(), fc.array(samples, { minLength: 3, maxLength: 4 }), (keyed, parts) =>
      check(planOf(aggregate, resolved, distinct, keyed), parts),
    );
    fc.assert(property, { seed: 20150517, numRuns: 6 });
  }

  it('gives the same answer wherever the records are cut', () => {
    law((plan, parts) => {
      const whole = answerOf(plan, [partialOf(plan, parts.flat())]);
      expect(
        answerOf(
          plan,
          parts.map((part) => partialOf(plan, part)),
        ),
      ).toEqual(whole);
      expect(
        answerOf(
          plan,
          parts.flat().map((one) => partialOf(plan, [one])),
        ),
      ).toEqual(whole);
    });
  });

  it('gives the same answer whatever the order of the records', () => {
    law((plan, parts) => {
      const records = parts.flat();
      const sorted = [...records].sort((a, b) => (String(a.value) < String(b.value) ? -1 : 1));
      const whole = answerOf(plan, [partialOf(plan, records)]);
      expect(answerOf(plan, [partialOf(plan, [...records].reverse())])).toEqual(whole);
      expect(answerOf(plan, [partialOf(plan, sorted)])).toEqual(whole);
    });
  });

  it('merges commutatively and associatively', () => {
    law((plan, parts) => {
      const [a, b, c] = parts.map((part) => partialOf(plan, part)) as [Uint8Array, Uint8Array, Uint8Array]; // at least 3
      const left = answerOf(plan, [merged(plan, [merged(plan, [a, b]), c])]);
      expect(answerOf(plan, [merged(plan, [a, merged(plan, [b, c])])])).toEqual(left);
      expect(answerOf(plan, [merged(plan, [c, b, a])])).toEqual(left);
    });
  });

  it('has the empty partial as identity and survives being written twice', () => {
    law((plan, parts) => {
      const partial = partialOf(plan, parts.flat());
      const empty = partialOf(plan, []);
      const whole = answerOf(plan, [partial]);
      expect(answerOf(plan, [empty, partial, empty])).toEqual(whole);
      expect(answerOf(plan, [merged(plan, [merged(plan, [partial])])])).toEqual(whole);
    });
  });
});

it('every aggregate of the table is a subject', () => {
  expect(new Set(subjects.map((subject) => subject.aggregate.name))).toEqual(
    new Set(aggregateTable.map((aggregate) => aggregate.name)),
  );
});
