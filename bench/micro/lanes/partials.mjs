// Partial aggregates: 20,000 groups of a text key, a count and a sum, written as bytes in partitions, and merged.
import { partialBody } from '../engine.mjs';
import { placeFlags, placeIntegers } from '../memory.mjs';
import { kernelTable, planOver, referenceTable } from './group-tables.mjs';

const groupCount = 20_000;
const stateBytes = 32;
const keys = Array.from({ length: groupCount }, (_, i) => `/products/green-kettle-${Math.imul(i, 7919) >>> 0}`);

export const partials = [
  { group: 'partial', name: 'write', make: (modules) => make('write', modules) },
  { group: 'partial', name: 'merge into known groups', make: (modules) => make('merge', modules) },
  { group: 'partial', name: 'merge into an empty table', make: (modules) => make('fill', modules) },
];

async function make(what, modules) {
  const sides = await bothSides(modules);
  const { bytes } = sides;
  const { write, merge, clear } = sides;
  const verify = () => {
    clear.both();
    merge.ours();
    merge.theirs();
    const [a, b] = sides.groups();
    return a === groupCount && b === groupCount ? undefined : `merged ${a} groups by the kernel and ${b} by the loop`;
  };
  const common = { rows: groupCount, bytes, verify };
  if (what === 'write') {
    // writing empties the kernel's table: it is filled again, untimed
    const prepare = () => {
      clear.both();
      merge.ours();
      merge.theirs();
    };
    return { ...common, prepare, kernel: write.ours, reference: write.theirs };
  }
  if (what === 'fill') return { ...common, prepare: clear.both, kernel: merge.ours, reference: merge.theirs };
  verify();
  return { ...common, kernel: merge.ours, reference: merge.theirs };
}

async function bothSides({ kernels, reference: module }) {
  const plan = await planOver('SELECT word, count(*), sum(amount) FROM logs GROUP BY word');
  const amounts = keys.map((_, i) => i);
  const ours = kernelTable(kernels, plan, keys);
  ours.findAll();
  const data = placeIntegers(ours.arena, amounts);
  const flags = placeFlags(ours.arena, groupCount);
  for (const state of ours.table.states.keys()) ours.table.update(state, ours.rows, data, flags, 0, groupCount);
  const body = partialBody(ours.table.takePartial());
  const begin = ours.arena.place(body);

  const theirs = referenceTable(module, keys, groupCount, stateBytes);
  theirs.findAll();
  const { memory, address } = theirs;
  const ends = memory.alloc(64 * 4);
  const out = memory.alloc(groupCount * (4 + 48 + stateBytes));
  const total = memory.loops.writeGroups(address, ends, out);
  const source = memory.alloc(total);
  memory.u8.copyWithin(source, out, out + total);
  return {
    bytes: body.length,
    groups: () => [ours.table.groups, theirs.groups()],
    clear: {
      both() {
        ours.table.clear();
        theirs.clear();
      },
    },
    write: {
      ours: () => ours.table.takePartial(),
      theirs: () => memory.loops.writeGroups(address, ends, out),
    },
    merge: {
      ours() {
        if (!ours.table.merge(begin, begin + body.length)) throw new Error('The arena of a lane is full');
      },
      theirs: () => memory.loops.mergeGroups(address, source, source + total),
    },
  };
}
