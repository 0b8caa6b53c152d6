// States of 16 groups, fed with rows in any order.
import { Random } from '../../corpora/random.mjs';
import { columnRows } from '../columns.mjs';
import { ArenaStateReader } from '../engine.mjs';
import { placeDoubles, placeIntegers, placeTexts } from '../memory.mjs';
import { Reference } from '../reference.mjs';
import { kernelTable, planOver } from './group-tables.mjs';

const groupCount = 16;
const random = new Random(11);
const numbers = Array.from({ length: columnRows }, () => random.below(100_000));
const tenths = Array.from({ length: columnRows }, () => (1 + random.below(100_000)) / 10);
const words = Array.from({ length: columnRows }, () => `/products/green-kettle-${random.below(5000)}`);
const keys = Array.from({ length: columnRows }, () => 200 + random.below(groupCount));

/** By argument: its column, how it is placed, how many bytes a batch of it has. */
const inputs = {
  none: { place: () => 0, bytes: columnRows * 4 },
  amount: { place: (memory) => placeIntegers(memory, numbers), bytes: columnRows * 8 },
  size: { place: (memory) => placeDoubles(memory, tenths), bytes: columnRows * 8 },
  word: { place: (memory) => placeTexts(memory, words), bytes: words.reduce((sum, { length }) => sum + length, 0) },
};
const setSlots = 1 << 17;
const inRows = 'states stand in the rows of a table';
const exact = 'exact and free of order';
const bounded = 'buckets are made where values come, any number has one';
const grows = 'values are chained by group and the index grows';

/** What a state holds, as the kernel's reader and the loop's memory (at a state's address) say it. */
const counted = [(reader) => reader.count(), (memory, at) => memory.i64[at / 8]];
const summed = [(reader) => reader.sumInteger(), (memory, at) => memory.i64[at / 8]];
const summedDouble = [
  (reader) => Math.round(reader.sumDouble() * 10),
  (memory, at) => Math.round(memory.f64[at / 8] * 10),
];
const least = [(reader) => reader.extreme(), (memory, at) => memory.i64[at / 8]];
const greatest = [(reader) => reader.extreme(), (memory, at) => memory.f64[at / 8]];
const leastText = [
  (reader) => reader.extreme(),
  (memory, at) => Buffer.from(memory.u8.subarray(at + 8, at + 8 + memory.u32[at / 4 + 1])).toString(),
];
const manyRegisters = [
  (reader) => reader.estimate() > 500n,
  (memory, at) => memory.u8.subarray(at, at + (1 << 14)).filter((rank) => rank > 0).length > 500,
];
const maximum = [(reader) => reader.quantile(1), (memory, at) => memory.f64[at / 8 + 2]];
const someValue = [(reader) => reader.atQuantile(0.5) !== null, (memory, at) => memory.i64[at / 8] > 0n];

/** Aggregate, argument, bytes of the loop's state, the loop, what both must hold; what the kernel does beyond the loop. */
export const states = [
  lane('count(*)', 'none', 8, (loops, { rows }) => loops.count(rows, columnRows), counted, inRows),
  lane(
    'count(amount)',
    'amount',
    8,
    (loops, { rows, flags }) => loops.countValid(rows, flags, columnRows),
    counted,
    inRows,
  ),
  lane('sum(amount)', 'amount', 24, plain('sumInteger'), summed, inRows),
  lane('sum(size)', 'size', 16, plain('sumDouble'), summedDouble, exact),
  lane('min(amount)', 'amount', 16, plain('minInteger'), least, inRows),
  lane('min(amount), max(amount)', 'amount', 32, plain('minMaxInteger'), least, inRows),
  lane('max(size)', 'size', 16, plain('maxDouble'), greatest, inRows),
  lane('min(word)', 'word', 128, plain('minText'), leastText),
  lane('approx_count_distinct(word)', 'word', 1 << 14, plain('hyperloglog'), manyRegisters),
  lane('p99(size)', 'size', 24 + 8 * 4096, plain('sketch'), maximum, bounded),
  lane('count(DISTINCT word)', 'word', 8, withSet('distinctTexts'), counted),
  lane('quantile_disc(amount, 0.5)', 'amount', 8, withSet('values'), someValue, grows),
];

function plain(loop) {
  return (loops, { rows, data, flags }) => loops[loop](rows, data, flags, columnRows);
}

function withSet(loop) {
  return (loops, { rows, data, flags, set }) => loops[loop](set, setSlots - 1, rows, data, flags, columnRows);
}

function lane(aggregate, input, stateBytes, loop, held, doesMore) {
  const type = { none: '', amount: ' of integers', size: ' of doubles', word: ' of texts' }[input];
  const name = `${aggregate}${type}`;
  return { group: 'state', name, doesMore, make: (modules) => make(aggregate, input, stateBytes, loop, held, modules) };
}

async function make(aggregate, input, stateBytes, loop, [heldByKernel, heldByLoop], { kernels, reference: module }) {
  const plan = await planOver(`SELECT number, ${aggregate} FROM logs GROUP BY number`);
  const ours = kernelTable(kernels, plan, keys);
  ours.findAll();
  const ourData = inputs[input].place(ours.arena);

  const memory = new Reference(module);
  const first = memory.alloc(groupCount * stateBytes);
  const theirs = {
    data: inputs[input].place(memory),
    flags: memory.alloc(columnRows),
    rows: memory.alloc(columnRows * 4),
    set: memory.alloc(setSlots * 24),
  };
  memory.u32.set(
    keys.map((key) => first + (key - 200) * stateBytes),
    theirs.rows / 4,
  );
  const kernel = () =>
    ours.table.states.length === 2
      ? ours.table.updateExtremes(0, 1, ours.rows, ourData, ours.flags, 0, columnRows)
      : ours.table.update(0, ours.rows, ourData, ours.flags, 0, columnRows);
  return {
    rows: columnRows,
    bytes: inputs[input].bytes,
    kernel,
    reference: () => loop(memory.loops, theirs),
    /** Before anything else has fed the states. */
    verify() {
      if (kernel() !== columnRows) return 'the kernel did not take all rows';
      loop(memory.loops, theirs);
      const [{ spec, offset }] = ours.table.states;
      const reader = new ArenaStateReader(ours.arena, spec.kind);
      for (let i = 0; i < 16 * groupCount; i++) {
        reader.moveTo(ours.arena.u32[ours.rows / 4 + i] + offset);
        const [a, b] = [heldByKernel(reader), heldByLoop(memory, memory.u32[theirs.rows / 4 + i])];
        if (a !== b) return `group ${keys[i]} holds ${a} by the kernel and ${b} by the loop`;
      }
      return undefined;
    },
  };
}
