/** Decoding agrees with the reference casts, also around the lengths at which the kernels change their way. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SqlType } from '../../src/core/value.ts';
import { leadingBits } from '../../src/execute/vectorize/power-table.ts';
import type { Expr } from '../../src/query/plan.ts';
import { bytes, column, referenceOutcomes, vectorOutcomes } from '../support/batch.ts';

function decoded(type: SqlType): Expr {
  return { kind: 'column', type, column: 0, at: 0 };
}

function expectSame(expr: Expr, texts: readonly string[]) {
  const rows = texts.map(bytes);
  expect(vectorOutcomes(expr, rows)).toEqual(referenceOutcomes(expr, rows));
}

/** Every batch holds many texts: a run costs more than a row. */
function law(type: SqlType, text: fc.Arbitrary<string>, numRuns = 60) {
  const seed = 71;
  fc.assert(
    fc.property(fc.array(text, { minLength: 200, maxLength: 300, size: 'max' }), (texts) =>
      expectSame(decoded(type), texts),
    ),
    { seed, numRuns },
  );
}

const digit = fc.constantFrom(...'0123456789');

function digits(minLength: number, maxLength: number) {
  return fc.string({ unit: digit, minLength, maxLength });
}

const sign = fc.constantFrom('', '', '', '-', '+');

/** One character of a text replaced by another: what is nearly right. */
function spoiled(text: fc.Arbitrary<string>) {
  return fc
    .tuple(text, fc.nat(), fc.constantFrom('', ' ', '/', ':', '-', '+', '.', 'e', 'x', '\0', '\x01', '9', '0', 'é'))
    .map(([whole, place, by]) => {
      const at = place % (whole.length + 1);
      return whole.slice(0, at) + by + whole.slice(at + 1);
    });
}

describe('Integers', () => {
  test('of every length, with signs and leading zeros', () => {
    law(
      'integer',
      fc.tuple(sign, fc.constantFrom('', '0', '00000000000000000000'), digits(0, 24)).map((p) => p.join('')),
    );
  });

  test('that are nearly integers', () => {
    law('integer', spoiled(fc.tuple(sign, digits(1, 22)).map((p) => p.join(''))));
  });

  // they are decoded two at a time where both are plain
  test('of a few digits, and now and then one that is none', () => {
    const short = digits(1, 8);
    law('integer', fc.oneof({ weight: 9, arbitrary: short }, spoiled(short), digits(9, 12)));
  });

  test('at the ends of 64 bits', () => {
    const texts = [2n ** 63n, 2n ** 64n, 10n ** 19n, 10n ** 20n].flatMap((edge) =>
      [-2n, -1n, 0n, 1n, 2n].flatMap((step) => [`${edge + step}`, `-${edge + step}`, `+00${edge + step}`]),
    );
    expectSame(decoded('integer'), texts);
    expectSame({ kind: 'cast', type: 'integer', value: column, lenient: true, at: 0 }, [...texts, 'x', '']);
  });
});

describe('Doubles', () => {
  test('as logs write them', () => {
    law(
      'double',
      fc.tuple(sign, digits(0, 9), fc.constantFrom('', '.'), digits(0, 9)).map((p) => p.join('')),
    );
  });

  // they are decoded two at a time where both are plain
  test('of a few digits, with the point anywhere or nowhere', () => {
    const short = fc
      .tuple(fc.constantFrom('', '', '-'), digits(0, 4), fc.constantFrom('', '.', '.', '.'), digits(0, 4))
      .map((p) => p.join(''));
    law('double', fc.oneof({ weight: 9, arbitrary: short }, spoiled(short)));
  });

  test('with exponents and many digits', () => {
    const exponent = fc.oneof(
      fc.constant(''),
      fc.tuple(fc.constantFrom('e', 'E'), sign, digits(1, 4)).map((p) => p.join('')),
    );
    law(
      'double',
      fc.tuple(sign, digits(0, 25), fc.constantFrom('', '.'), digits(0, 25), exponent).map((p) => p.join('')),
      150,
    );
  });

  test('as JavaScript prints any of them', () => {
    law('double', fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), 150);
  });

  test('half-way between two doubles', () => {
    const half = fc
      .tuple(
        fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n }),
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom(-1n, 0n, 1n),
      )
      .map(([mantissa, shift, step]) => String(((2n * mantissa + 1n) << BigInt(shift - 1)) + step));
    law('double', half);
  });

  test('that are nearly numbers', () => {
    law('double', spoiled(fc.tuple(sign, digits(0, 8), fc.constantFrom('', '.'), digits(0, 8)).map((p) => p.join(''))));
  });

  test('at the ends of the range', () => {
    expectSame(decoded('double'), [
      '5e-324',
      '2.4703282292062327e-324',
      '2.4703282292062328e-324',
      '2.2250738585072011e-308',
      '2.2250738585072014e-308',
      '1.7976931348623157e308',
      '1.7976931348623158e308',
      '1.7976931348623159e308',
      '1e309',
      '1e-400',
      '0e999999999999',
      '9007199254740993',
      '9007199254740992.5',
      '123456789012345678901234567890e-10',
      '-0',
      '-0.0',
      '-.0e5',
      '1e',
      '1e+',
      '9223372036854775808e-330',
      `${'0'.repeat(40)}1.5`,
      `0.${'0'.repeat(330)}12345678901234567890123`,
    ]);
  });

  test('have a table of powers whose first and last entries are the published ones', () => {
    // fast_float's fast_table.h, 5^-342 and 5^308
    expect(leadingBits(-342)).toBe(0xeef453d6923bd65a113faa2906a13b3fn);
    expect(leadingBits(308)).toBe(0x8e679c2f5e44ff8f570f09eaa7ea7648n);
    expect(leadingBits(0)).toBe(1n << 127n);
  });
});

describe('Timestamps', () => {
  const two = (least: number, most: number) =>
    fc.integer({ min: least, max: most }).map((value) => String(value).padStart(2, '0'));
  const year = fc
    .oneof(fc.integer({ min: 1990, max: 2030 }), fc.integer({ min: 0, max: 9999 }))
    .map((y) => String(y).padStart(4, '0'));
  const month = fc.constantFrom(
    'Jan',
    'Feb',
    'Mar',
    'Apr',
    'May',
    'Jun',
    'Jul',
    'Aug',
    'Sep',
    'Oct',
    'Nov',
    'Dec',
    'dec',
    'Foo',
  );
  const clock = fc.tuple(two(0, 24), two(0, 60), two(0, 60)).map((p) => p.join(':'));
  const clf = fc
    .tuple(two(0, 32), month, year, clock, fc.constantFrom('+', '-'), two(0, 24), two(0, 60))
    .map(([d, m, y, c, s, zh, zm]) => `${d}/${m}/${y}:${c} ${s}${zh}${zm}`);
  const zone = fc.oneof(
    fc.constantFrom('', 'Z', ' Z', 'z', ' '),
    fc
      .tuple(
        fc.constantFrom('+', '-', ' +'),
        two(0, 24),
        fc.constantFrom('', ':'),
        fc.oneof(two(0, 60), fc.constant('')),
      )
      .map((p) => p.join('')),
  );
  const fraction = fc.oneof(
    fc.constant(''),
    fc.tuple(fc.constantFrom('.', ','), digits(0, 10)).map((p) => p.join('')),
  );
  const iso = fc.oneof(
    fc.tuple(year, two(0, 13), two(0, 32)).map((p) => p.join('-')),
    fc
      .tuple(year, two(1, 12), two(1, 31), fc.constantFrom('T', ' ', 't'), clock, fraction, zone)
      .map(([y, m, d, s, c, f, z]) => `${y}-${m}-${d}${s}${c}${f}${z}`),
    fc
      .tuple(year, two(1, 12), two(1, 31), two(0, 24), two(0, 60), zone)
      .map(([y, m, d, h, i, z]) => `${y}-${m}-${d} ${h}:${i}${z}`),
  );

  test('in the common log format', () => {
    law('timestamp', clf);
    law('timestamp', spoiled(clf));
  });

  test('in ISO 8601', () => {
    law('timestamp', iso, 100);
    law('timestamp', spoiled(iso));
  });

  test('as epoch numbers of every magnitude', () => {
    law(
      'timestamp',
      fc
        .tuple(fc.constantFrom('', '', '-', '+'), digits(0, 21), fc.constantFrom('', '', '.'), digits(0, 8))
        .map((p) => p.join('')),
    );
    expectSame(
      { kind: 'cast', type: 'timestamp', value: decoded('integer'), lenient: false, at: 0 },
      [10n ** 11n, 10n ** 14n, 10n ** 17n, 2n ** 63n].flatMap((edge) =>
        [-2n, -1n, 0n, 1n].flatMap((step) => [`${edge + step}`, `-${edge + step}`]),
      ),
    );
  });
});

test('Booleans, in any case', () => {
  law('boolean', spoiled(fc.constantFrom('true', 'false', 'TRUE', 'False', 't', 'F', '1', '0', 'yes', 'fals', 'tru')));
});
