/** Makes random expressions of a wanted type over the columns of a table. */
import type { Random } from '../support/random.ts';
import {
  column,
  compareScalars,
  type Expression,
  lazy,
  literal,
  RejectedRecord,
  type Scalar,
  strict,
} from './expression.ts';
import { randomDecimal, randomSecond, randomWord } from './field-values.ts';
import type { TruthColumn, TruthType } from './truth.ts';

const minInteger = -(2n ** 63n);
const maxInteger = 2n ** 63n - 1n;

export class ExpressionMaker {
  readonly #random: Random;
  readonly #columns: readonly TruthColumn[];

  constructor(random: Random, columns: readonly TruthColumn[]) {
    this.#random = random;
    this.#columns = columns;
  }

  /** A column of the type, or null where the table has none. Opaque ones only when asked for. */
  column(type: TruthType | 'any', opaque = false): Expression | null {
    const fitting = this.#columns
      .map((spec, index) => ({ spec, index }))
      .filter(({ spec }) => (type === 'any' || spec.type === type) && (opaque || !spec.opaque));
    if (fitting.length === 0) return null;
    const { spec, index } = this.#random.pick(fitting);
    return column(spec, index);
  }

  ofType(type: TruthType, depth: number): Expression {
    // A bare text literal is no timestamp by itself, only beside one.
    const source = type !== 'timestamp' && this.#random.chance(0.1) ? null : this.column(type);
    if (source === null) return depth > 0 ? this.#computed(type, depth) : this.#literal(type);
    return depth > 0 && this.#random.chance(0.5) ? this.#computed(type, depth) : source;
  }

  #literal(type: TruthType): Expression {
    switch (type) {
      case 'integer':
        return literal('integer', BigInt(this.#random.int(-20, 400)));
      case 'double':
        return literal('double', Math.round((Number(randomDecimal(this.#random)) % 1000) * 100) / 100);
      case 'text':
        return literal('text', this.#random.pick([randomWord(this.#random), '10.0.1.3', '/a', 'GET', 'Bern', '']));
      case 'boolean':
        return literal('boolean', this.#random.chance(0.5));
      case 'timestamp':
        return literal('timestamp', randomSecond(this.#random));
    }
  }

  #computed(type: TruthType, depth: number): Expression {
    if (this.#random.chance(0.12)) return this.#conditional(type, depth);
    switch (type) {
      case 'integer':
        return this.#integer(depth);
      case 'double':
        return this.#double(depth);
      case 'text':
        return this.#text(depth);
      case 'boolean':
        return this.condition(depth);
      case 'timestamp':
        return this.#timestamp(depth);
    }
  }

  #conditional(type: TruthType, depth: number): Expression {
    const first = this.ofType(type, depth - 1);
    const second = this.ofType(type, depth - 1);
    if (this.#random.chance(0.5)) {
      return lazy(
        type,
        [first, second],
        ([a, b]) => `coalesce(${a}, ${b})`,
        ([a, b]) => a?.() ?? b?.() ?? null,
      );
    }
    return lazy(
      type,
      [this.condition(depth - 1), first, second],
      ([when, then, otherwise]) => `CASE WHEN ${when} THEN ${then} ELSE ${otherwise} END`,
      ([when, then, otherwise]) => (when?.() === true ? then?.() : otherwise?.()) ?? null,
    );
  }

  #integer(depth: number): Expression {
    if (this.#random.chance(0.25)) {
      const text = this.ofType('text', depth - 1);
      return strict(
        'integer',
        [text],
        ([a]) => `length(${a})`,
        (a) => BigInt([...String(a)].length),
      );
    }
    if (this.#random.chance(0.15)) return this.#integerOf(depth);
    const args = [this.ofType('integer', depth - 1), this.ofType('integer', depth - 1)];
    const operator = this.#random.pick(['+', '-', '*', '%', '//']);
    return strict(
      'integer',
      args,
      ([a, b]) => `(${a} ${operator} ${b})`,
      (left, right) => {
        const [a, b] = [BigInt(String(left)), BigInt(String(right))];
        if ((operator === '%' || operator === '//') && b === 0n) return null;
        const result =
          operator === '+'
            ? a + b
            : operator === '-'
              ? a - b
              : operator === '*'
                ? a * b
                : operator === '%'
                  ? a % b
                  : a / b;
        if (result < minInteger || result > maxInteger) throw new RejectedRecord();
        return result;
      },
    );
  }

  #integerOf(depth: number): Expression {
    const time = this.column('timestamp');
    if (time !== null && this.#random.chance(0.5)) {
      return strict(
        'integer',
        [time],
        ([a]) => `extract(hour FROM ${a})`,
        (a) => (BigInt(String(a)) / 3_600_000_000n) % 24n,
      );
    }
    return strict(
      'integer',
      [this.ofType('text', depth - 1)],
      ([a]) => `strpos(${a}, 'a')`,
      (a) => BigInt([...(String(a).split('a')[0] ?? '')].length + 1) * (String(a).includes('a') ? 1n : 0n),
    );
  }

  #double(depth: number): Expression {
    const of = this.#random.pick(['integer', 'double'] as const);
    const operator = of === 'integer' ? '/' : this.#random.pick(['+', '-', '*', '/']);
    const args = [this.ofType(of, depth - 1), this.ofType(of, depth - 1)];
    return strict(
      'double',
      args,
      ([a, b]) => `(${a} ${operator} ${b})`,
      (left, right) => {
        const [a, b] = [Number(left), Number(right)];
        if (operator === '/' && b === 0) return null;
        const result = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : a / b;
        if (!Number.isFinite(result)) throw new RejectedRecord();
        return result;
      },
    );
  }

  #text(depth: number): Expression {
    const text = this.ofType('text', depth - 1);
    switch (this.#random.int(0, 7)) {
      case 0:
        return strict(
          'text',
          [text],
          ([a]) => `lower(${a})`,
          (a) => String(a).toLowerCase(),
        );
      case 1:
        return strict(
          'text',
          [text],
          ([a]) => `upper(${a})`,
          (a) => String(a).toUpperCase(),
        );
      case 2: {
        const [from, count] = [this.#random.int(1, 5), this.#random.int(0, 6)];
        return strict(
          'text',
          [text],
          ([a]) => `substr(${a}, ${from}, ${count})`,
          (a) => [...String(a)].slice(from - 1, from - 1 + count).join(''),
        );
      }
      case 3:
        return strict(
          'text',
          [text],
          ([a]) => `replace(${a}, 'a', '$&b')`,
          (a) => String(a).split('a').join('$&b'),
        );
      case 4:
        return strict(
          'text',
          [text, this.ofType('text', depth - 1)],
          ([a, b]) => `(${a} || ${b})`,
          (a, b) => String(a) + String(b),
        );
      case 5: {
        const count = this.#random.int(0, 4);
        return strict(
          'text',
          [text],
          ([a]) => `left(${a}, ${count})`,
          (a) => [...String(a)].slice(0, count).join(''),
        );
      }
      default: {
        const [separator, part] = [this.#random.pick(['.', '/', 'a', ' ']), this.#random.int(1, 3)];
        return strict(
          'text',
          [text],
          ([a]) => `split_part(${a}, '${separator}', ${part})`,
          (a) => String(a).split(separator)[part - 1] ?? '',
        );
      }
    }
  }

  #timestamp(depth: number): Expression {
    const time = this.ofType('timestamp', depth - 1);
    const [unit, micros] = this.#random.pick([
      ['second', 1_000_000n],
      ['minute', 60_000_000n],
      ['hour', 3_600_000_000n],
      ['day', 86_400_000_000n],
    ] as const);
    if (this.#random.chance(0.5)) {
      return strict(
        'timestamp',
        [time],
        ([a]) => `date_trunc('${unit}', ${a})`,
        (a) => floorTo(a, micros),
      );
    }
    const count = this.#random.pick([1n, 5n, 15n]);
    // Buckets of minutes and hours align alike from any usual origin; 5 and 15 days would not.
    const [span, name] = unit === 'day' ? [3_600_000_000n, 'hour'] : [micros * count, `${unit}s`];
    const size = unit === 'day' ? '1' : String(count);
    if (unit === 'hour' && count !== 1n) {
      return strict(
        'timestamp',
        [time],
        ([a]) => `date_trunc('hour', ${a})`,
        (a) => floorTo(a, micros),
      );
    }
    return strict(
      'timestamp',
      [time],
      ([a], dialect) => `time_bucket(${dialect === 'duckdb' ? 'INTERVAL ' : ''}'${size} ${name}', ${a})`,
      (a) => floorTo(a, span),
    );
  }

  /** A boolean expression, three-valued. */
  condition(depth: number): Expression {
    if (depth > 0 && this.#random.chance(0.35)) return this.#connective(depth);
    const type = this.#random.pick(['integer', 'integer', 'double', 'text', 'text', 'timestamp', 'boolean'] as const);
    switch (this.#random.int(0, 5)) {
      case 0: {
        const value = this.column('any', true) ?? this.ofType(type, 0);
        const not = this.#random.chance(0.5);
        return lazy(
          'boolean',
          [value],
          ([a]) => `(${a} IS ${not ? 'NOT ' : ''}NULL)`,
          ([a]) => (a?.() === null) !== not,
        );
      }
      case 1:
        return this.#in(type, depth);
      case 2:
        return this.#random.chance(0.8) ? this.#like(depth) : this.#startsWith(depth);
      case 3: {
        const bounds = [this.#literal(type), this.#literal(type)].sort(byLiteral);
        const args = [this.ofType(type, depth - 1), ...bounds];
        return lazy(
          'boolean',
          args,
          ([a, b, c]) => `(${a} BETWEEN ${b} AND ${c})`,
          ([a, b, c]) => {
            const [value, low, high] = [a?.() ?? null, b?.() ?? null, c?.() ?? null];
            if (value === null || low === null || high === null) return null;
            return compareScalars(value, low) >= 0 && compareScalars(value, high) <= 0;
          },
        );
      }
      default:
        return this.#comparison(type, depth);
    }
  }

  #comparison(type: TruthType, depth: number): Expression {
    const operator = this.#random.pick(['=', '<>', '<', '<=', '>', '>=']);
    const args = [
      this.ofType(type, depth - 1),
      this.#random.chance(0.7) ? this.#literal(type) : this.ofType(type, depth - 1),
    ];
    return strict(
      'boolean',
      args,
      ([a, b]) => `(${a} ${operator} ${b})`,
      (a, b) => {
        const order = compareScalars(a, b);
        return {
          '=': order === 0,
          '<>': order !== 0,
          '<': order < 0,
          '<=': order <= 0,
          '>': order > 0,
          '>=': order >= 0,
        }[operator] as boolean; // every operator picked above is a key
      },
    );
  }

  #in(type: TruthType, depth: number): Expression {
    const options = this.#random.many(1, 4, () => this.#literal(type));
    const [not, withNull] = [this.#random.chance(0.3), this.#random.chance(0.15)];
    return lazy(
      'boolean',
      [this.ofType(type, depth - 1), ...options],
      ([a, ...list]) => `(${a} ${not ? 'NOT ' : ''}IN (${[...list, ...(withNull ? ['NULL'] : [])].join(', ')}))`,
      ([a, ...list]) => {
        const value = a?.() ?? null;
        if (value === null) return null;
        const found = list.some((option) => compareScalars(value, option() ?? '') === 0);
        return found ? !not : withNull ? null : not;
      },
    );
  }

  #like(depth: number): Expression {
    const pattern = this.#random.pick([
      '%a%',
      '/%',
      '%.css%',
      '10.0._.%',
      '%é%',
      'a_b',
      '%',
      '',
      '_',
      'G%T',
      '%日%',
      '%x',
      '%a%b%',
      '\\%%',
    ]);
    const [not, ignoreCase] = [this.#random.chance(0.2), this.#random.chance(0.3)];
    const like = `${not ? 'NOT ' : ''}${ignoreCase ? 'ILIKE' : 'LIKE'}`;
    // DuckDB has no default escape character, PostgreSQL has the backslash.
    return strict(
      'boolean',
      [this.ofType('text', depth - 1)],
      ([a], dialect) => `(${a} ${like} '${pattern}'${dialect === 'duckdb' ? " ESCAPE '\\'" : ''})`,
      (a) => likeExpression(pattern, ignoreCase).test(String(a)) !== not,
    );
  }

  #startsWith(depth: number): Expression {
    const [name, text] = [
      this.#random.pick(['starts_with', 'contains']),
      this.#random.pick(['a', '/', '10.0.2', 'é', '']),
    ];
    return strict(
      'boolean',
      [this.ofType('text', depth - 1)],
      ([a]) => `${name}(${a}, '${text}')`,
      (a) => (name === 'contains' ? String(a).includes(text) : String(a).startsWith(text)),
    );
  }

  #connective(depth: number): Expression {
    const kind = this.#random.pick(['AND', 'OR', 'NOT']);
    if (kind === 'NOT') {
      return strict(
        'boolean',
        [this.condition(depth - 1)],
        ([a]) => `(NOT ${a})`,
        (a) => !a,
      );
    }
    const args = this.#random.many(2, 3, () => this.condition(depth - 1));
    const decisive = kind === 'OR';
    return lazy(
      'boolean',
      args,
      (texts) => `(${texts.join(` ${kind} `)})`,
      (values) => {
        let result: Scalar = !decisive;
        for (const value of values) {
          const truth = value();
          if (truth === decisive) return decisive;
          if (truth === null) result = null;
        }
        return result;
      },
    );
  }
}

/** Ascending, so that BETWEEN finds something. */
function byLiteral(left: Expression, right: Expression): number {
  const [a, b] = [left.evaluate([]), right.evaluate([])];
  return a === null || b === null ? 0 : compareScalars(a, b);
}

function floorTo(value: Scalar, micros: bigint): bigint {
  const instant = BigInt(String(value));
  const remainder = ((instant % micros) + micros) % micros;
  return instant - remainder;
}

function likeExpression(pattern: string, ignoreCase: boolean): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const unit = pattern.charAt(i);
    if (unit === '\\') source += escapeUnit(pattern.charAt(++i));
    else source += unit === '%' ? '.*' : unit === '_' ? '.' : escapeUnit(unit);
  }
  return new RegExp(`^${source}$`, ignoreCase ? 'sui' : 'su');
}

function escapeUnit(unit: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(unit) ? `\\${unit}` : unit;
}
