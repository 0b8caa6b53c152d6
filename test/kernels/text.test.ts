/** Text kernels around sixteen bytes, at the very end of memory, and with patterns of every shape. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextScratch } from '../../src/execute/text-scratch.ts';
import { compileStage } from '../../src/execute/vectorize.ts';
import type { Expr } from '../../src/query/plan.ts';
import { testArena } from '../support/arena.ts';
import { bytes, column, referenceOutcomes, vectorOutcomes } from '../support/batch.ts';
import { likePattern, referenceOutcome, vectorOutcome } from '../support/expressions.ts';

function text(value: string): Expr {
  return { kind: 'literal', type: 'text', value, at: 0 };
}

function call(fn: string, type: Expr['type'], ...args: Expr[]): Expr {
  return { kind: 'call', type, fn, args, at: 0 };
}

/** Few letters, so that prefixes, suffixes and repetitions happen. */
const repetitive = fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b', 'A'), maxLength: 50 });

describe('Comparing', () => {
  test('finds the one byte that differs, wherever it is', () => {
    for (let length = 0; length <= 50; length++) {
      const same = 'x'.repeat(length);
      const texts = Array.from({ length }, (_, at) =>
        ['w', 'y', '\u00ff', '\0'].map((by) => same.slice(0, at) + by + same.slice(at + 1)),
      ).flat();
      const rows = [same, `${same}x`, same.slice(1), ...texts].map(bytes);
      for (const operator of ['eq', 'ne', 'lt', 'le', 'gt', 'ge']) {
        const expr = call(`${operator}(text,text)`, 'boolean', column, text(same));
        expect(vectorOutcomes(expr, rows)).toEqual(referenceOutcomes(expr, rows));
      }
    }
  });

  test('finds members of long lists', () => {
    const options = Array.from({ length: 300 }, (_, index) => 'ab'.repeat(index % 20) + index);
    const rows = [...options, 'ab', '', 'abab0', ...options.map((option) => `${option}x`)].map(bytes);
    const expr: Expr = { kind: 'in', type: 'boolean', value: column, options, hasNull: false, at: 0 };
    expect(vectorOutcomes(expr, rows)).toEqual(referenceOutcomes(expr, rows));
    expect(vectorOutcomes(expr, rows).filter((outcome) => 'value' in outcome && outcome.value === true)).toHaveLength(
      300,
    );
  });
});

describe('LIKE', () => {
  const anyPattern = fc.oneof(
    likePattern,
    fc
      .array(fc.constantFrom('%', '_', 'a', 'aa', 'b', 'ab', 'aab', 'A'), { maxLength: 8 })
      .map((pieces) => pieces.join('')),
  );

  test('agrees with the reference for patterns of every shape', () => {
    const value = fc.oneof(
      repetitive,
      fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', 'ß', 'K', 'i', 'İ', '%'), maxLength: 24 }),
    );
    fc.assert(
      fc.property(
        anyPattern,
        fc.boolean(),
        fc.array(value, { minLength: 20, maxLength: 60 }),
        (pattern, ignoreCase, values) => {
          const expr: Expr = { kind: 'like', type: 'boolean', value: column, pattern, ignoreCase, escape: '\\', at: 0 };
          const rows = values.map(bytes);
          expect(vectorOutcomes(expr, rows)).toEqual(referenceOutcomes(expr, rows));
        },
      ),
      { seed: 72, numRuns: 600 },
    );
  });

  test('finds a needle of every length at every place', () => {
    for (const size of [1, 2, 3, 8, 15, 16, 17, 18, 19, 33]) {
      const needle = `q${'n'.repeat(Math.max(0, size - 2))}z`.slice(0, size);
      const rows = Array.from({ length: 60 }, (_, at) => [
        'n'.repeat(at) + needle,
        `${'n'.repeat(at) + needle}nq`,
        needle.slice(1) + 'q'.repeat(at),
      ])
        .flat()
        .map(bytes);
      for (const ignoreCase of [false, true]) {
        const pattern = `%${ignoreCase ? needle.toUpperCase() : needle}%`;
        const expr: Expr = { kind: 'like', type: 'boolean', value: column, pattern, ignoreCase, escape: '', at: 0 };
        expect(vectorOutcomes(expr, rows)).toEqual(referenceOutcomes(expr, rows));
      }
    }
  });
});

test('Parts, trims and cases of texts of every length', () => {
  const integer = (value: bigint): Expr => ({ kind: 'literal', type: 'integer', value, at: 0 });
  const exprs = [
    call('lower(text)', 'text', column),
    call('upper(text)', 'text', column),
    call('length(text)', 'integer', column),
    call('trim(text)', 'text', column),
    call('concat(text,text)', 'text', column, call('upper(text)', 'text', column)),
    ...[-3n, -1n, 0n, 1n, 2n, 5n].map((part) =>
      call('split_part(text,text,integer)', 'text', column, text('ab'), integer(part)),
    ),
    ...[0n, 1n, 4n, 60n].map((start) =>
      call('substring(text,integer,integer)', 'text', column, integer(start), integer(17n)),
    ),
  ];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(repetitive, fc.string({ unit: 'grapheme' })), { minLength: 50, maxLength: 80 }),
      (values) => {
        const rows = values.map((value) => bytes(` ${value}  `));
        for (const expr of exprs) expect(vectorOutcomes(expr, rows)).toEqual(referenceOutcomes(expr, rows));
      },
    ),
    { seed: 73, numRuns: 40 },
  );
});

test('No kernel reads beyond the padding behind the last text of the memory', () => {
  const exprs = [
    call('eq(text,text)', 'boolean', column, text('the end of all memory')),
    call('lower(text)', 'text', column),
    call('length(text)', 'integer', column),
    call('contains(text,text)', 'boolean', column, text('nd')),
    call('split_part(text,text,integer)', 'text', column, text('d'), {
      kind: 'literal',
      type: 'integer',
      value: 2n,
      at: 0,
    }),
    { kind: 'like', type: 'boolean', value: column, pattern: '%e_d', ignoreCase: true, escape: '', at: 0 } as const,
    ...(['integer', 'double', 'timestamp', 'boolean'] as const).map(
      (type): Expr => ({ kind: 'column', type, column: 0, at: 0 }),
    ),
  ];
  for (let length = 0; length <= 40; length++) {
    // one 1 MiB of memory, as large as it may get
    const arena = testArena(1 << 20);
    const scratch = new TextScratch(arena);
    const value = bytes('17/May/2015:10:05:03 +0000 tHE END OF ALL'.slice(0, length));
    const address = arena.sizeBytes - 64 - length;
    arena.u8.set(value, address);
    const spans = arena.alloc(8);
    arena.u32.set([address, length], spans / 4);
    const vectors = compileStage(exprs, [{ type: 'spans', address: spans }], arena, scratch).run(1, 0);
    expect(vectors.map((vector) => vectorOutcome(arena, vector, 0))).toEqual(
      exprs.map((expr) => referenceOutcome(expr, [value], 0)),
    );
  }
});
