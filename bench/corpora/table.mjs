// The corpora that questions are asked of, by name. A size is that of the combined log; the others keep their proportion
// to it (1 GB combined : 500 MB JSON lines : 40 M rows). Files land in bench/data, which git ignores, and are reused.
import { fileURLToPath } from 'node:url';
import { distributions as brcShapes, writeBrc } from './brc.mjs';
import { distributions as combinedShapes, writeCombined } from './combined.mjs';
import { distributions as csvShapes, writeCsv } from './csv.mjs';
import { distributions as jsonlShapes, writeJsonl } from './jsonl.mjs';

const dataFolder = fileURLToPath(new URL('../data/', import.meta.url));
const fullSize = 1e9;

/** Each entry makes its file for `{ size, seed, distribution }` (or finds it) and resolves to the file's description. */
export const corpora = {
  combined: (options) => writeCombined(file('combined', options, 'log'), { ...common(options), bytes: options.size }),
  'combined-many-clients': (options) =>
    writeCombined(file('combined-many-clients', options, 'log'), {
      ...common(options),
      bytes: options.size,
      clients: 'many',
    }),
  brc: (options) =>
    writeBrc(file('brc', options, 'txt'), {
      ...common(options),
      rows: Math.round((40e6 * options.size) / fullSize),
    }),
  jsonl: (options) =>
    writeJsonl(file('jsonl', options, 'jsonl'), { ...common(options), bytes: Math.round(options.size / 2) }),
  csv: (options) => writeCsv(file('csv', options, 'csv'), { ...common(options), bytes: options.size }),
};

/** The names of each corpus's distributions. */
export const distributionsOf = {
  combined: Object.keys(combinedShapes),
  'combined-many-clients': Object.keys(combinedShapes),
  brc: brcShapes,
  jsonl: Object.keys(jsonlShapes),
  csv: Object.keys(csvShapes),
};

const common = ({ seed, distribution, onProgress }) => ({ seed, distribution, onProgress });

function file(name, { size, seed, distribution }, extension) {
  return `${dataFolder}${name}-${distribution}-${Math.round(size / 1e6)}MB-seed${seed}.${extension}`;
}
