// Seeded columns of text: what fields of logs look like. They are several batches long, because a processor learns the branches
// of one batch by heart when it comes again and again.
import { Random } from '../corpora/random.mjs';

export const batchRows = 2048;
export const batches = 8;
export const columnRows = batchRows * batches;

const two = (value) => String(value).padStart(2, '0');
const generators = {
  status: (random) => random.pick(['200', '304', '404', '500']),
  bytes: (random) => String(random.below(100_000)),
  long: (random) => `${100_000_000 + random.below(900_000_000)}${100_000_000 + random.below(900_000_000)}`,
  decimal: (random) => `${random.pick(['', '-'])}${random.below(100)}.${random.below(10)}`,
  precise: (random) => String(random.below(1e9) / 1e9 + random.below(1000)),
  clf: (random, row) => `17/May/2015:10:${two(row % 60)}:${two(random.below(60))} +0000`,
  iso: (random, row) => `2015-05-17T10:${two(row % 60)}:${two(random.below(60))}.${100 + random.below(900)}Z`,
  path: (random) =>
    `/${random.pick(['images', 'Blog', 'assets/css', 'api/v1'])}/${random.below(1e6).toString(36)}/${random.pick(['index.html', 'Logo.PNG', 'list?page=2'])}`,
};
const types = {
  status: 'integer',
  bytes: 'integer',
  long: 'integer',
  decimal: 'double',
  precise: 'double',
  clf: 'timestamp',
  iso: 'timestamp',
  path: 'text',
};

/** Names and types, as a table without header has them. */
export const declared = Object.entries(types).map(([name, type]) => ({ name, type }));

/** `columnRows` texts of the column called `name`, the same in every run. */
export function textsOf(name) {
  const random = new Random(1 + Object.keys(types).indexOf(name));
  return Array.from({ length: columnRows }, (_, row) => generators[name](random, row));
}
