/** Random typed expressions and rows, and both evaluators' answers in one notation, to be compared. */
import fc from 'fast-check';
import type { SqlType, Value } from '../../src/core/value.ts';
import type { Arena } from '../../src/execute/arena.ts';
import type { Vector } from '../../src/execute/vector.ts';
import { castValue } from '../../src/query/cast.ts';
import { evaluate } from '../../src/query/evaluate.ts';
import { EvaluationFailure } from '../../src/query/evaluation-failure.ts';
import { functionTable } from '../../src/query/functions/table.ts';
import type { Expr } from '../../src/query/plan.ts';

export type Bytes = Uint8Array | null;

/** A value, or why there is none. */
export type Outcome = { readonly value: Value } | { readonly code: number };

/** What the reference evaluator says of a row; the column after the last text column is the row number. */
export function referenceOutcome(expr: Expr, fields: readonly Bytes[], rowNumber: number): Outcome {
  try {
    const value = evaluate(expr, {
      column: (index, type) => {
        if (index === fields.length) return castValue(BigInt(rowNumber), 'integer', type);
        const field = fields[index] ?? null;
        return field === null ? null : castValue(decode(field), 'text', type);
      },
      key: () => null,
      aggregate: () => null,
    });
    return { value };
  } catch (error) {
    if (error instanceof EvaluationFailure) return { code: error.code };
    throw error;
  }
}

export function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** What a vector says of a row. */
export function vectorOutcome(arena: Arena, vector: Vector, row: number): Outcome {
  const flag = arena.u8[vector.flags + row] ?? 0;
  if (flag > 1) return { code: flag };
  if (flag === 1) return { value: null };
  switch (vector.type) {
    case 'integer':
    case 'timestamp':
      return { value: arena.i64[vector.data / 8 + row] ?? null };
    case 'double':
      return { value: arena.f64[vector.data / 8 + row] ?? null };
    case 'boolean':
      return { value: arena.u8[vector.data + row] === 1 };
    case 'text': {
      const address = arena.u32[vector.data / 4 + 2 * row] ?? 0;
      const length = arena.u32[vector.data / 4 + 2 * row + 1] ?? 0;
      return { value: decode(arena.u8.slice(address, address + length)) };
    }
    default:
      throw new Error(`Cannot read a vector of ${vector.type}`);
  }
}

const numbers = [
  '0',
  '1',
  '-1',
  '7',
  '12',
  '200',
  '404',
  '1024',
  '12.3',
  '-0.5',
  '0.5',
  '2.5',
  '1e3',
  '1.7976931348623157e308',
];
const oddNumbers = [
  '-0',
  '+5',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '12x',
  '',
  '.',
  '5.',
  '.5',
];
const times = [
  '17/May/2015:10:05:03 +0000',
  '17/May/2015:23:59:59 -0130',
  '2015-05-17',
  '2015-05-17 10:05:03.25',
  '2016-02-29T00:00:00Z',
  '1431857103',
  '1431857103123',
  '1969-12-31 23:59:59.999999',
  '0001-01-01',
];
const words = [
  'GET',
  '/index.html',
  '/Images/Logo.PNG?x=1',
  'a,b,,c',
  '  spaced  ',
  'true',
  'F',
  'straße',
  'Ünïcode/日本語',
  '😀x😀',
  'K',
  'ıİ',
  '%_\\',
];

/** Texts that queries meet: mostly what decodes, some that does not. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...numbers) },
  { weight: 2, arbitrary: fc.constantFrom(...oddNumbers) },
  { weight: 3, arbitrary: fc.constantFrom(...times) },
  { weight: 3, arbitrary: fc.constantFrom(...words) },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
);

const literalText = fc.oneof(text, fc.constantFrom('', '/', ',', 'a', 'e', '.'));

const interval = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((months) => ({ months, micros: 0n })),
  fc.bigInt({ min: 1n, max: 10n ** 13n }).map((micros) => ({ months: 0, micros })),
  fc.constantFrom({ months: 0, micros: 300_000_000n }, { months: 0, micros: 604_800_000_000n }),
);

const integer = fc.oneof(
  fc.bigInt({ min: -5n, max: 20n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n),
);

const double = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.5, -2.5, 1e300, -1e300, 12.3),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const timestamp = fc.oneof(
  fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

const types = ['integer', 'double', 'text', 'boolean', 'timestamp'] as const;

function anyValue(type: SqlType): fc.Arbitrary<Value> {
  switch (type) {
    case 'integer':
      return integer;
    case 'double':
      return double;
    case 'text':
      return literalText;
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return timestamp;
    case 'interval':
      return interval;
    case 'null':
      return fc.constant(null);
  }
}

function literal(type: SqlType): fc.Arbitrary<Expr> {
  const value =
    type === 'interval'
      ? interval
      : fc.oneof({ weight: 9, arbitrary: anyValue(type) }, { weight: 1, arbitrary: fc.constant(null) });
  return value.map((chosen) => ({ kind: 'literal', type, value: chosen, at: 0 }));
}

export interface ExpressionOptions {
  readonly columns: number;
  /** Bytes that are no UTF-8 compare by bytes, which strings cannot show: leave comparisons of two texts out. */
  readonly oddBytes: boolean;
}

const comparesTexts =
  /^(eq|ne|lt|le|gt|ge|isDistinct|greatest|least|concat|starts_with|ends_with|contains|strpos|split_part|replace|.?trim)\(text,text/;

export function expression(type: SqlType, depth: number, options: ExpressionOptions): fc.Arbitrary<Expr> {
  if (type === 'interval' || type === 'null') return literal(type);
  const column: fc.Arbitrary<Expr> = fc
    .integer({ min: 0, max: options.columns - 1 + (type === 'integer' ? 1 : 0) })
    .map((index) => ({ kind: 'column', type, column: index, at: 0 }));
  if (depth === 0) return fc.oneof({ weight: 3, arbitrary: column }, { weight: 1, arbitrary: literal(type) });
  const inner = (of: SqlType) =>
    fc.oneof({ weight: 3, arbitrary: expression(of, depth - 1, options) }, { weight: 2, arbitrary: literal(of) });
  const deep = (of: SqlType) => expression(of, depth - 1, options);

  const overloads = functionTable.filter(
    (fn) => fn.result === type && !(options.oddBytes && comparesTexts.test(fn.id)),
  );
  const call: fc.Arbitrary<Expr> = fc
    .constantFrom(...overloads)
    .chain((fn) =>
      fc
        .tuple(...fn.args.map((arg, index) => (index === 0 ? deep(arg) : inner(arg))))
        .map((args) => ({ kind: 'call', type, fn: fn.id, args, at: 0 })),
    );
  const choice: fc.Arbitrary<Expr> = fc
    .tuple(
      fc.array(fc.record({ when: deep('boolean'), then: deep(type) }), { minLength: 1, maxLength: 2 }),
      inner(type),
    )
    .map(([branches, otherwise]) => ({ kind: 'case', type, branches, otherwise, at: 0 }));
  const coalesce: fc.Arbitrary<Expr> = fc
    .array(inner(type), { minLength: 1, maxLength: 3 })
    .map((args) => ({ kind: 'coalesce', type, args, at: 0 }));
  const sources: readonly SqlType[] = castSources[type];
  const cast: fc.Arbitrary<Expr> = fc
    .tuple(fc.constantFrom(...sources), fc.boolean())
    .chain(([from, lenient]) => deep(from).map((value) => ({ kind: 'cast', type, value, lenient, at: 0 })));
  const base = [call, call, call, choice, coalesce, cast];
  if (type !== 'boolean') return fc.oneof(...base);

  const logical: fc.Arbitrary<Expr> = fc
    .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(deep('boolean'), { minLength: 1, maxLength: 4 }))
    .map(([kind, args]) => ({ kind, type: 'boolean', args, at: 0 }));
  const not: fc.Arbitrary<Expr> = deep('boolean').map((value) => ({ kind: 'not', type: 'boolean', value, at: 0 }));
  const isNull: fc.Arbitrary<Expr> = fc
    .constantFrom(...types)
    .chain(deep)
    .map((value) => ({ kind: 'isNull', type: 'boolean', value, at: 0 }));
  const list: fc.Arbitrary<Expr> = fc
    .constantFrom(...types.filter((of) => !(options.oddBytes && of === 'text')))
    .chain((of) =>
      fc.record({ value: deep(of), options: fc.array(anyValue(of), { maxLength: 20 }), hasNull: fc.boolean() }),
    )
    .map((parts) => ({ kind: 'in', type: 'boolean', ...parts, at: 0 }));
  const like: fc.Arbitrary<Expr> = fc
    .record({ value: deep('text'), pattern: likePattern, ignoreCase: fc.boolean(), escape: fc.constant('\\') })
    .map((parts) => ({ kind: 'like', type: 'boolean', ...parts, at: 0 }));
  return fc.oneof(...base, logical, logical, not, isNull, list, like);
}

const castSources: Readonly<Record<SqlType, readonly SqlType[]>> = {
  integer: ['text', 'double', 'boolean', 'null'],
  double: ['text', 'integer', 'null'],
  text: ['integer', 'double', 'boolean', 'timestamp', 'null'],
  boolean: ['text', 'integer', 'null'],
  timestamp: ['text', 'integer', 'double', 'null'],
  interval: ['interval'],
  null: ['null'],
};

const patternPiece = fc.constantFrom(
  '%',
  '%',
  '_',
  'a',
  'e',
  '/',
  '1',
  'GET',
  'ß',
  'é',
  '😀',
  '\\%',
  '\\_',
  '\ufffd',
  'INDEX',
  'html',
);

export const likePattern = fc.array(patternPiece, { maxLength: 5 }).map((pieces) => pieces.join(''));
