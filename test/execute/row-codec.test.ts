import { describe, expect, test } from 'vitest';
import type { SqlType, Value } from '../../src/core/value.ts';
import { ByteWriter } from '../../src/execute/byte-writer.ts';
import { ascending, encodeValue, RowDecoder } from '../../src/execute/row-codec.ts';
import { decodeRowBlock, joinRuns, mergeRuns, rowsOfBlocks, sortedBlock } from '../../src/execute/rows.ts';
import type { Plan } from '../../src/query/plan.ts';
import { testArena } from '../support/arena.ts';

const integers = [0n, 1n, -1n, 255n, -256n, 2n ** 32n - 1n, 2n ** 32n, -(2n ** 32n)]
  .concat([53n, 54n, 62n, 63n].flatMap((bits) => [2n ** bits - 1n, 2n ** bits, -(2n ** bits), 1n - 2n ** bits]))
  .filter((value) => BigInt.asIntN(64, value) === value);
const wide = [...integers, 2n ** 63n, 2n ** 64n, 2n ** 64n - 1n, -(2n ** 64n), 2n ** 127n - 1n, -(2n ** 127n)];
const doubles = [0, 1, -1, 0.1, -0.1, 5e-324, -5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 1e21];

function encoded(values: readonly Value[], type: SqlType): Uint8Array {
  const writer = new ByteWriter();
  for (const value of values) encodeValue(writer, value, type, ascending);
  return writer.finish();
}

/** As the kernels write 64-bit integers. */
function narrow(values: readonly bigint[]): Uint8Array {
  const writer = new ByteWriter();
  for (const value of values) {
    writer.u8(1);
    writer.u64BigEndian(value ^ (1n << 63n));
  }
  return writer.finish();
}

describe('values read back as they were written', () => {
  test('128-bit integers', () => {
    expect(
      new RowDecoder(
        encoded(wide, 'integer'),
        wide.map(() => 'integer'),
        'wide',
      ).next(),
    ).toEqual(wide);
  });

  test('64-bit integers', () => {
    expect(
      new RowDecoder(
        narrow(integers),
        integers.map(() => 'integer'),
        'narrow',
      ).next(),
    ).toEqual(integers);
  });

  test('doubles, texts with NUL and NULLs', () => {
    const values = [...doubles, null];
    expect(
      new RowDecoder(
        encoded(values, 'double'),
        values.map(() => 'double'),
        'wide',
      ).next(),
    ).toEqual(values);
    const texts = ['', '\0', 'a\0\0b', 'é', null];
    expect(
      new RowDecoder(
        encoded(texts, 'text'),
        texts.map(() => 'text'),
        'wide',
      ).next(),
    ).toEqual(texts);
  });
});

/** The pieces of a run in one buffer, each over the one before it: as valid as a merge may ask for. */
function* inOneBuffer(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  const buffer = new Uint8Array(Math.max(0, ...pieces.map(({ length }) => length)));
  for (const piece of pieces) {
    buffer.fill(0xff);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
  }
}

describe('runs are merged by memcmp of their keys, short ones and equal ones too', () => {
  const beginnings = { 'short keys': '', 'keys that begin alike': 'a beginning that all of them have' };
  const rowsPerPiece = { 'in large pieces': 1000, 'in pieces of one row': 1, 'in pieces of three rows': 3 };
  const cases = Object.entries(beginnings).flatMap(([which, beginning]) =>
    Object.entries(rowsPerPiece).flatMap(([how, rows]) =>
      [1, 2, 9, 64].map((runs) => [`${which}, ${how}, ${runs} runs`, beginning, rows, runs] as const),
    ),
  );
  test.each(cases)('%s', async (_, beginning, perPiece, runCount) => {
    const plan = { shape: 'grouped', outputs: [{ type: 'integer' }], offset: 0, limit: null, orderBy: [] };
    // the merge reads nothing else of a plan
    const asPlan = plan as unknown as Plan;
    let seed = 5;
    const next = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    const all: { key: Buffer; value: bigint; run: number }[] = [];
    const runs = Array.from({ length: runCount }, (_, run) => {
      const rows = Array.from({ length: 300 }, (_, i) => {
        const key = Buffer.from([...Buffer.from(beginning), ...Array.from({ length: next(10) }, () => next(3) * 127)]);
        return { key, value: BigInt(run * 1000 + i), run };
      });
      rows.sort((a, b) => Buffer.compare(a.key, b.key));
      all.push(...rows);
      const pieces = Array.from({ length: Math.ceil(rows.length / perPiece) }, (_, piece) =>
        sortedBlock(
          rows
            .slice(piece * perPiece, (piece + 1) * perPiece)
            .map(({ key, value }) => ({ key, row: encoded([value], 'integer') })),
        ),
      );
      return pieces;
    });
    const expected = all
      .sort((a, b) => Buffer.compare(a.key, b.key) || a.run - b.run) // stable: the order within a run stays
      .map(({ value }) => value);
    const arena = testArena();
    const merged = Array.from(mergeRuns(asPlan, [...runs.map(inOneBuffer), []], arena), (block) => [...block]).flat();
    expect(merged.map(([value]) => value)).toEqual(expected);
    const part = Array.from(mergeRuns({ ...asPlan, offset: 7, limit: 11 }, runs.map(inOneBuffer), arena), (block) => [
      ...block,
    ]).flat();
    expect(part.map(([value]) => value)).toEqual(expected.slice(7, 18));
    const joined: Value[][] = [];
    for (const piece of joinRuns(runs, arena)) joined.push(...decodeRowBlock(asPlan, piece));
    expect(joined.map(([value]) => value)).toEqual(expected);
    const sorted = rowsOfBlocks({ ...asPlan, offset: 2 }, runs.flat());
    expect(sorted.map(([value]) => value)).toEqual(expected.slice(2));
  });
});
