// Group lookup: keys that are there (few, or more than the caches hold) and keys that are all new.
import { mix32, Random } from '../../corpora/random.mjs';
import { kernelTable, planOver, referenceTable } from './group-tables.mjs';

const many = 200_000;
const withNulls = 'NULL is a key, rows have a header';
const grows = 'the index grows with the groups';
const address = (i) => {
  const value = mix32(i + 1) >>> 0;
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
};
const path = (i) => `/products/${['amber', 'bold', 'calm', 'dark'][i % 4]}-basket-${i}`;

export const groups = [
  lane('integer keys, 16 groups', 'number', 16, 16_384, (i) => 100 + i * 17, withNulls),
  lane('integer keys, 200,000 groups', 'number', many, 65_536, (i) => mix32(i), withNulls),
  lane('text keys, 16 groups', 'word', 16, 16_384, (i) => ['checkout', 'cart', 'search', 'auth'][i % 4] + i),
  lane('text keys of 22 bytes, 5,000 groups', 'word', 5000, 16_384, path),
  lane('text keys, 200,000 groups', 'word', many, 65_536, address),
  newLane('text keys, each a new group', 'word', 65_536, address, grows),
  newLane('integer keys, each a new group', 'number', 65_536, (i) => mix32(i), grows),
];

function lane(name, column, groupCount, rows, keyOf, doesMore) {
  return {
    group: 'group',
    name,
    doesMore,
    async make({ kernels, reference: module }) {
      const random = new Random(7);
      const all = Array.from({ length: groupCount }, (_, i) => keyOf(i));
      const drawn = Array.from({ length: rows }, () => all[random.below(groupCount)]);
      return build(await countBy(column), { all, drawn, kernels, module });
    },
  };
}

const countBy = (column) => planOver(`SELECT ${column}, count(*) FROM logs GROUP BY ${column}`);

function build(plan, { all, drawn, kernels, module }) {
  const ours = kernelTable(kernels, plan, drawn);
  const theirs = referenceTable(module, drawn, all.length, 8);
  const first = ours.findAll;
  return {
    rows: drawn.length,
    bytes: keyBytes(drawn),
    kernel: first,
    reference: theirs.findAll,
    verify() {
      first();
      theirs.findAll();
      return sameGroups(ours, theirs, drawn.length);
    },
  };
}

/** Empties both tables before each pass. */
function newLane(name, column, rows, keyOf, doesMore) {
  return {
    group: 'group',
    name,
    doesMore,
    async make({ kernels, reference: module }) {
      const keys = Array.from({ length: rows }, (_, i) => keyOf(i));
      const ours = kernelTable(kernels, await countBy(column), keys);
      const theirs = referenceTable(module, keys, rows, 8);
      const prepare = () => {
        ours.table.clear();
        theirs.clear();
      };
      return {
        rows,
        bytes: keyBytes(keys),
        prepare,
        kernel: ours.findAll,
        reference: theirs.findAll,
        verify() {
          prepare();
          ours.findAll();
          theirs.findAll();
          return sameGroups(ours, theirs, rows);
        },
      };
    },
  };
}

function keyBytes(keys) {
  return keys.reduce((sum, key) => sum + (typeof key === 'string' ? key.length : 8), 0);
}

/** Whether both sort the rows into the same groups. */
function sameGroups(ours, theirs, count) {
  if (ours.table.groups !== theirs.groups())
    return `the kernel finds ${ours.table.groups} groups and the loop ${theirs.groups()}`;
  const partner = new Map();
  for (let i = 0; i < count; i++) {
    const [a, b] = [ours.arena.u32[ours.rows / 4 + i], theirs.memory.u32[theirs.rows / 4 + i]];
    if ((partner.get(a) ?? b) !== b) return `row ${i} is in another group by the kernel than by the loop`;
    partner.set(a, b);
  }
  return undefined;
}
