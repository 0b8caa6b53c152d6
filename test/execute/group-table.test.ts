/** The hash aggregate: groups found, states updated, partials written, merged and read back. */
import { describe, expect, it } from 'vitest';
import type { StateKind } from '../../src/aggregates/aggregate.ts';
import type { SqlType } from '../../src/core/value.ts';
import type { Arena } from '../../src/execute/arena.ts';
import { GroupTable } from '../../src/execute/group-table.ts';
import { partialBody, partialGroups, partitionCount, partitionOf } from '../../src/execute/partial.ts';
import { ArenaStateReader } from '../../src/execute/state-reader.ts';
import { testArena } from '../support/arena.ts';
import { groupedPlan } from '../support/grouped-plan.ts';

const rows = 2000;

/** A plan of one aggregate call per state, over keys of one type. */
function planOf(keyType: SqlType | null, states: readonly { kind: StateKind; type: SqlType }[]) {
  const column = (type: SqlType) => ({ kind: 'column', type, column: 0, at: 0 }) as const;
  return groupedPlan({
    keys: keyType === null ? [] : [column(keyType)],
    aggregates: states.map(({ kind, type }) => ({
      name: kind,
      distinct: false,
      args: [column(type)],
      params: [],
      filter: null,
      type,
      states: [{ kind, arg: kind === 'count' ? -1 : 0 }],
    })),
  });
}

function placeIntegers(arena: Arena, values: readonly bigint[]): number {
  const at = arena.alloc(values.length * 8);
  arena.i64.set(values, at / 8);
  return at;
}

function placeDoubles(arena: Arena, values: readonly number[]): number {
  const at = arena.alloc(values.length * 8);
  arena.f64.set(values, at / 8);
  return at;
}

function placeSpans(arena: Arena, values: readonly string[]): number {
  const at = arena.alloc(values.length * 8);
  const spans = values.map((value) => {
    const bytes = Buffer.from(value);
    return (BigInt(bytes.length) << 32n) | BigInt(arena.place(bytes));
  });
  arena.i64.set(spans, at / 8);
  return at;
}

function placeFlags(arena: Arena, isNull: (row: number) => boolean): number {
  const at = arena.alloc(rows + 16);
  for (let i = 0; i < rows; i++) arena.u8[at + i] = isNull(i) ? 1 : 0;
  return at;
}

/** One state per group, as a map from key to whatever `read` makes of it. */
function readAll<T>(arena: Arena, table: GroupTable, read: (reader: ArenaStateReader) => T): Map<string, T> {
  const [state] = table.states;
  if (state === undefined) throw new Error('the table has a state');
  const reader = new ArenaStateReader(arena, state.spec.kind);
  const found = new Map<string, T>();
  for (const page of table.rows()) {
    for (const row of page) {
      const key = table.key(row);
      reader.moveTo(row + state.offset);
      found.set(key === null ? 'NULL' : Buffer.from(key).toString('latin1'), read(reader));
    }
  }
  return found;
}

describe('GroupTable', () => {
  it('finds groups of texts of every length, NULL included', () => {
    const arena = testArena();
    const keys = Array.from({ length: rows }, (_, i) =>
      'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(2).slice(0, i % 60),
    );
    const table = new GroupTable(planOf('text', [{ kind: 'count', type: 'integer' }]), arena);
    const found = arena.alloc(rows * 4);
    const spans = placeSpans(arena, keys);
    const flags = placeFlags(arena, (i) => i % 7 === 0);
    expect(table.find(spans, flags, rows, found)).toBe(true);
    expect(table.update(0, found, 0, 0, 0, rows)).toBe(rows);
    const expected = new Map<string, bigint>();
    keys.forEach((key, i) => {
      const name = i % 7 === 0 ? 'NULL' : key;
      expected.set(name, (expected.get(name) ?? 0n) + 1n);
    });
    expect(readAll(arena, table, (reader) => reader.count())).toEqual(expected);
  });

  it.each([
    // what is remembered of a key must tell it from those that look like it
    { name: 'texts that differ by zeros at the end', keys: ['', '\0', '\0\0', 'a', 'a\0', 'a\0\0', '\0a'] },
    { name: 'texts around 16 bytes', keys: [15, 16, 17, 18, 32, 33].flatMap((n) => ['x'.repeat(n), 'y'.repeat(n)]) },
    { name: 'few texts', keys: Array.from({ length: 13 }, (_, i) => `service-${i}`) },
    { name: 'more texts than are remembered', keys: Array.from({ length: 9000 }, (_, i) => `${i * 7919}`) },
    { name: 'integers', keys: [0n, -1n, 1n, 2n ** 63n - 1n, -(2n ** 63n), 256n, 1n << 32n] },
    { name: 'more integers than are remembered', keys: Array.from({ length: 9000 }, (_, i) => BigInt(i * 7919)) },
  ])('finds the same group again, batch after batch, of $name', ({ keys }) => {
    const arena = testArena();
    const isText = typeof keys[0] === 'string';
    const table = new GroupTable(planOf(isText ? 'text' : 'integer', [{ kind: 'count', type: 'integer' }]), arena);
    const place = (batch: readonly (string | bigint)[]) =>
      isText ? placeSpans(arena, batch as string[]) : placeIntegers(arena, batch as bigint[]);
    const found = arena.alloc(rows * 4);
    const flags = placeFlags(arena, (i) => i % 11 === 10);
    // a table that has been emptied knows nothing any more
    for (let life = 0; life < 2; life++) {
      const known = new Map<string | bigint | null, number>();
      for (let round = 0; round < 12; round++) {
        const batch = Array.from({ length: rows }, (_, i) => keys[(i * i + round * rows + i) % keys.length] ?? '');
        expect(table.find(place(batch), flags, rows, found)).toBe(true);
        batch.forEach((key, i) => {
          const row = arena.u32[found / 4 + i] ?? 0;
          const name = i % 11 === 10 ? null : key;
          if (known.get(name) !== row) expect(known.has(name)).toBe(false);
          known.set(name, row);
        });
      }
      expect(new Set(known.values()).size).toBe(known.size);
      expect(table.groups).toBe(known.size);
      table.takePartial();
    }
  });

  it.each([
    { name: 'count', kind: 'count' as const, isAdded: () => true },
    { name: 'sumInteger without NULL', kind: 'sumInteger' as const, isAdded: () => true },
    { name: 'sumInteger', kind: 'sumInteger' as const, isAdded: (i: number) => i % 13 !== 4 },
  ])('feeds $name with integer keys that come in runs, as with any', ({ kind, isAdded }) => {
    const arena = testArena();
    const table = new GroupTable(planOf('integer', [{ kind, type: 'integer' }]), arena);
    const found = arena.alloc(rows * 4);
    const expected = new Map<string, bigint>();
    // runs of 1 to 90, some of them NULL; the last batches know all keys
    for (let batch = 0; batch < 6; batch++) {
      const runs = Array.from({ length: rows }, (_, i) =>
        [1, 15, 16, 17, 64, 90].map((n) => Math.floor((i + batch) / n)),
      );
      const keys = runs.map((run) => BigInt((run[batch] ?? 0) % 7));
      const isNull = (i: number) => keys[i] === 3n && i % 2 === batch % 2;
      const values = keys.map((_, i) => BigInt(i - 900));
      expect(table.find(placeIntegers(arena, keys), placeFlags(arena, isNull), rows, found)).toBe(true);
      const flags = placeFlags(arena, (i) => !isAdded(i));
      expect(table.update(0, found, placeIntegers(arena, values), flags, 0, rows)).toBe(rows);
      keys.forEach((key, i) => {
        const name = isNull(i) ? 'NULL' : Buffer.from(new BigInt64Array([key]).buffer).toString('latin1');
        const value = kind === 'count' ? 1n : (values[i] ?? 0n);
        if (isAdded(i)) expected.set(name, (expected.get(name) ?? 0n) + value);
      });
    }
    const read = (reader: ArenaStateReader) => (kind === 'count' ? reader.count() : reader.sumInteger());
    expect(readAll(arena, table, read)).toEqual(expected);
  });

  it.each(['integer', 'double', 'boolean'] as const)('feeds min and max of one %s together', (type) => {
    const arena = testArena();
    const kinds = type === 'double' ? (['minDouble', 'maxDouble'] as const) : (['minInteger', 'maxInteger'] as const);
    const states = kinds.map((kind) => ({ kind, type }));
    const [together, apart] = [0, 1].map(() => new GroupTable(planOf('integer', states), arena));
    if (together === undefined || apart === undefined) throw new Error('there are two tables');
    const numbers = Array.from({ length: rows }, (_, i) => ((i * 7919) % 401) - 200);
    const values =
      type === 'double'
        ? placeDoubles(
            arena,
            numbers.map((n, i) => (i % 9 === 0 ? -0 : n / 8)),
          )
        : type === 'integer'
          ? placeIntegers(arena, numbers.map(BigInt))
          : arena.place(Uint8Array.from(numbers, (n) => n & 1));
    const keys = placeIntegers(
      arena,
      numbers.map((_, i) => BigInt(i % 37)),
    );
    const valid = placeFlags(arena, () => false);
    // groups without any value, and some whose first ones are NULL
    const flags = placeFlags(arena, (i) => i % 37 === 5 || i < 60 || i % 4 === 1);
    const found = arena.alloc(rows * 4);
    together.find(keys, valid, rows, found);
    expect(together.updateExtremes(0, 1, found, values, flags, 0, rows)).toBe(rows);
    apart.find(keys, valid, rows, found);
    for (const state of [0, 1]) apart.update(state, found, values, flags, 0, rows);
    expect(Buffer.from(together.takePartial())).toEqual(Buffer.from(apart.takePartial()));
  });

  it('keeps the groups of many partials apart by partition and adds them up', () => {
    const arena = testArena();
    const plan = planOf('integer', [{ kind: 'sumInteger', type: 'integer' }]);
    const table = new GroupTable(plan, arena);
    const found = arena.alloc(rows * 4);
    const flags = placeFlags(arena, () => false);
    const partials = [1n, 2n, 3n].map((round) => {
      const values = placeIntegers(
        arena,
        Array.from({ length: rows }, (_, i) => BigInt(i % 1500) * round),
      );
      const keys = placeIntegers(
        arena,
        Array.from({ length: rows }, (_, i) => BigInt(i % 1500) - 700n),
      );
      table.find(keys, flags, rows, found);
      table.update(0, found, values, flags, 0, rows);
      return table.takePartial();
    });
    expect(partials.map(partialGroups)).toEqual([1500, 1500, 1500]);
    expect(table.groups).toBe(0);
    const merged = new Map<string, bigint>();
    for (let p = 0; p < partitionCount; p++) {
      for (const partial of partials) {
        const bytes = partitionOf(partial, p);
        const at = arena.alloc(bytes.length + 64);
        arena.u8.set(bytes, at);
        expect(table.merge(at, at + bytes.length)).toBe(true);
      }
      for (const [key, sum] of readAll(arena, table, (reader) => reader.sumInteger())) {
        expect(merged.has(key)).toBe(false);
        merged.set(key, sum);
      }
      table.clear();
    }
    const key = Buffer.alloc(8);
    for (let i = 0; i < 1500; i++) {
      key.writeBigInt64LE(BigInt(i) - 700n);
      expect(merged.get(key.toString('latin1'))).toBe(BigInt(i) * 6n * (i < 500 ? 2n : 1n));
    }
  });

  it.each([
    { name: 'short and a few long ones', lengthOf: (i: number) => (i % 50 === 0 ? 5000 : 10 + (i % 7)) },
    { name: 'of hundreds of bytes', lengthOf: (i: number) => 300 + ((i * 37) % 900) },
    { name: 'longer than any buffer', lengthOf: (i: number) => 15_000 + ((i * 997) % 40_000) },
  ])('writes keys to partials and reads them back: $name', ({ lengthOf }) => {
    // the limit decides how large the buffers may be
    for (const limitBytes of [48 << 20, 512 << 20]) {
      const arena = testArena(limitBytes);
      const keys = Array.from({ length: 300 }, (_, i) => `${i} `.padEnd(lengthOf(i), `${i % 10}`));
      const table = new GroupTable(planOf('text', [{ kind: 'count', type: 'integer' }]), arena);
      const found = arena.alloc(rows * 4);
      const spans = placeSpans(arena, keys);
      const flags = placeFlags(arena, () => false);
      for (const round of [1n, 2n]) {
        expect(table.find(spans, flags, keys.length, found)).toBe(true);
        table.update(0, found, 0, 0, 0, keys.length);
        const partial = partialBody(table.takePartial());
        const at = arena.alloc(partial.length + 64);
        arena.u8.set(partial, at);
        const merged = new GroupTable(planOf('text', [{ kind: 'count', type: 'integer' }]), arena);
        for (let i = 0n; i < round; i++) expect(merged.merge(at, at + partial.length)).toBe(true);
        expect(readAll(arena, merged, (reader) => reader.count())).toEqual(new Map(keys.map((key) => [key, round])));
        merged.clear();
        arena.free(at, partial.length + 64);
      }
    }
  });

  it('sums integers in 128 bits', () => {
    const arena = testArena();
    const table = new GroupTable(planOf(null, [{ kind: 'sumInteger', type: 'integer' }]), arena);
    const found = arena.alloc(rows * 4);
    const least = -(2n ** 63n);
    table.find(0, 0, rows, found);
    table.update(
      0,
      found,
      placeIntegers(arena, Array(rows).fill(least)),
      placeFlags(arena, () => false),
      0,
      rows,
    );
    expect([...readAll(arena, table, (reader) => reader.sumInteger()).values()]).toEqual([least * BigInt(rows)]);
  });

  it.each([
    { name: 'decimals', values: Array(10).fill(0.1), sum: 1 },
    { name: 'decimals that cancel', values: [0.1, 0.2, -0.3], sum: 0 },
    { name: 'huge numbers that cancel', values: [1e300, 1, -1e300, 0.25], sum: 1.25 },
    { name: 'tiny numbers', values: [5e-324, 5e-324, 1e-310], sum: 5e-324 + 5e-324 + 1e-310 },
    { name: 'thirds', values: [1 / 3, 1 / 3, 1 / 3], sum: 1 },
    { name: 'large whole numbers', values: [2 ** 60, 1, -(2 ** 60)], sum: 1 },
  ])('sums $name exactly, in any order', ({ values, sum }) => {
    for (const order of [values, values.toReversed()]) {
      const arena = testArena();
      const table = new GroupTable(planOf(null, [{ kind: 'sumDouble', type: 'double' }]), arena);
      const found = arena.alloc(rows * 4);
      table.find(0, 0, order.length, found);
      const reached = table.update(
        0,
        found,
        placeDoubles(arena, order),
        placeFlags(arena, () => false),
        0,
        order.length,
      );
      expect(reached).toBe(order.length);
      const partial = partialBody(table.takePartial());
      const at = arena.alloc(partial.length + 64);
      arena.u8.set(partial, at);
      table.merge(at, at + partial.length);
      expect([...readAll(arena, table, (reader) => reader.sumDouble()).values()]).toEqual([sum]);
    }
  });

  it.each(['text', 'integer', 'double'] as const)('counts distinct values of type %s exactly and nearly', (type) => {
    const arena = testArena();
    const numbers = Array.from({ length: rows }, (_, i) => i % 777);
    const place = {
      text: () =>
        placeSpans(
          arena,
          numbers.map((n) => `value-${'x'.repeat(n % 30)}${n}`),
        ),
      integer: () => placeIntegers(arena, numbers.map(BigInt)),
      double: () =>
        placeDoubles(
          arena,
          numbers.map((n) => n / 8),
        ),
    };
    const data = place[type]();
    for (const kind of ['distinct', 'hyperloglog'] as const) {
      const table = new GroupTable(planOf(null, [{ kind, type }]), arena);
      const found = arena.alloc(rows * 4);
      table.find(0, 0, rows, found);
      table.update(
        0,
        found,
        data,
        placeFlags(arena, () => false),
        0,
        rows,
      );
      const partial = partialBody(table.takePartial());
      const at = arena.alloc(2 * partial.length + 64);
      arena.u8.set(partial, at);
      arena.u8.set(partial, at + partial.length);
      table.merge(at, at + 2 * partial.length);
      const [count] = readAll(arena, table, (reader) =>
        kind === 'distinct' ? reader.count() : reader.estimate(),
      ).values();
      if (kind === 'distinct') expect(count).toBe(777n);
      else expect(Math.abs(Number(count) - 777)).toBeLessThan(777 * 0.03);
    }
  });

  it('keeps quantiles within one percent over 600 orders of magnitude', () => {
    const arena = testArena();
    const values = Array.from(
      { length: rows },
      (_, i) => (i % 3 === 0 ? -1 : 1) * 10 ** (((i * 0.37) % 600) - 300),
    ).concat();
    values[7] = 0;
    const table = new GroupTable(planOf(null, [{ kind: 'ddsketch', type: 'double' }]), arena);
    const found = arena.alloc(rows * 4);
    table.find(0, 0, rows, found);
    table.update(
      0,
      found,
      placeDoubles(arena, values),
      placeFlags(arena, () => false),
      0,
      rows,
    );
    const sorted = values.toSorted((a, b) => a - b);
    const [quantiles] = readAll(arena, table, (reader) =>
      Array.from({ length: 101 }, (_, percent) => reader.quantile(percent / 100)),
    ).values();
    quantiles?.forEach((value, percent) => {
      const exact = sorted[Math.max(0, Math.ceil((percent * rows) / 100) - 1)] ?? 0;
      expect(Math.abs((value ?? Number.NaN) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.0100001);
    });
  });

  const spreads: Readonly<Record<string, (i: number) => number>> = {
    'one value': () => 42,
    'near each other': (i) => 100 + (i % 50),
    'four orders of magnitude': (i) => 10 ** ((i * 0.7310585) % 4),
    'on both sides of zero': (i) => (i % 7 === 0 ? 0 : (i % 2 === 0 ? -1 : 1) * 10 ** (((i * 0.37) % 20) - 10)),
    'from the smallest to the largest double': (i) => (i % 2 === 0 ? 5e-324 : 1.7e308) * (1 - (i % 9) / 10),
  };
  const sizes = [1, 2, 15, 16, 17, 32, 33, 64, 65, 257, 600, rows];

  it.each(Object.keys(spreads))('takes quantiles of few and of many values, in one table or merged: %s', (name) => {
    const spread = spreads[name] ?? (() => 0);
    const plan = planOf(null, [{ kind: 'ddsketch', type: 'double' }]);
    for (const size of sizes) {
      const values = Array.from({ length: size }, (_, i) => spread(i));
      const arena = testArena();
      const found = arena.alloc(rows * 4);
      const flags = placeFlags(arena, () => false);
      const tableOf = (part: readonly number[]) => {
        const table = new GroupTable(plan, arena);
        table.find(0, 0, part.length, found);
        expect(table.update(0, found, placeDoubles(arena, part), flags, 0, part.length)).toBe(part.length);
        return table;
      };
      const quantiles = (table: GroupTable) => [
        ...readAll(arena, table, (reader) => [0, 0.01, 0.3, 0.5, 0.51, 0.9, 0.99, 1].map((q) => reader.quantile(q))),
      ];
      const whole = quantiles(tableOf(values));
      const cut = Math.floor(size / 3);
      const partials = [values.slice(0, cut), values.slice(cut, cut + 5), values.slice(cut + 5)]
        .filter((part) => part.length > 0)
        .map((part) => Buffer.concat([partialBody(tableOf(part).takePartial())]));
      for (const order of [partials, partials.toReversed()]) {
        const merged = new GroupTable(plan, arena);
        for (const partial of order) {
          const at = arena.place(partial);
          expect(merged.merge(at, at + partial.length)).toBe(true);
        }
        expect(quantiles(merged)).toEqual(whole);
        merged.clear();
      }
      const sorted = values.toSorted((a, b) => a - b);
      [0, 0.01, 0.3, 0.5, 0.51, 0.9, 0.99, 1].forEach((q, i) => {
        const exact = sorted[Math.max(0, Math.ceil(q * size) - 1)] ?? Number.NaN;
        const [, answers = []] = whole[0] ?? [];
        expect(Math.abs((answers[i] ?? Number.NaN) - exact), `${q} of ${size}`).toBeLessThanOrEqual(
          Math.abs(exact) * 0.0100001,
        );
      });
    }
  });

  it('says how far it came when the arena is full, and goes on in an emptied table', () => {
    const arena = testArena(4 << 20);
    const table = new GroupTable(planOf('text', [{ kind: 'count', type: 'integer' }]), arena);
    const found = arena.alloc(rows * 4);
    const flags = placeFlags(arena, () => false);
    const spans = arena.alloc(rows * 8);
    const text = arena.alloc(rows * 64);
    let seen = 0;
    let flushes = 0;
    for (let batch = 0; batch < 60; batch++) {
      for (let i = 0; i < rows; i++) {
        const key = Buffer.from(`client-${batch}-${i}`.padEnd(48, '.'));
        arena.u8.set(key, text + i * 64);
        arena.i64[spans / 8 + i] = (48n << 32n) | BigInt(text + i * 64);
      }
      if (!table.find(spans, flags, rows, found)) {
        seen += partialGroups(table.takePartial());
        flushes++;
        expect(table.find(spans, flags, rows, found)).toBe(true);
      }
    }
    seen += partialGroups(table.takePartial());
    expect(flushes).toBeGreaterThan(1);
    // groups of the batch that did not fit were found twice: once in each partial
    expect(seen).toBeGreaterThanOrEqual(60 * rows);
    expect(seen).toBeLessThan((60 + flushes) * rows);
  });
});
