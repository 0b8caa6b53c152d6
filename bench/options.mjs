// The command line of the bench: sizes, lists and numbers, checked before anything runs.
import { parseArgs } from 'node:util';

const units = { '': 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Bytes of `100MB`, `1GiB`, `2000000`. */
export function parseSize(text) {
  const match = /^(\d+(?:\.\d+)?)\s*(kB|MB|GB|KiB|MiB|GiB)?$/.exec(text);
  if (match === null) throw new Error(`Cannot read size "${text}": give a number with kB, MB, GB, KiB, MiB or GiB`);
  return Math.round(Number(match[1]) * units[match[2] ?? '']);
}

function parseCount(name, text) {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`Cannot read --${name} "${text}": give a whole number above 0`);
  return count;
}

const list = (text) => text?.split(',').map((item) => item.trim());

/** Options of run.mjs from its arguments; `--quick` only changes defaults. */
export function parseOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      quick: { type: 'boolean', default: false },
      slow: { type: 'boolean', default: false },
      scaling: { type: 'boolean', default: false },
      model: { type: 'boolean', default: false },
      overhead: { type: 'boolean', default: false },
      distributions: { type: 'boolean', default: false },
      only: { type: 'string' },
      peers: { type: 'string' },
      size: { type: 'string' },
      'slow-size': { type: 'string' },
      'max-size': { type: 'string' },
      runs: { type: 'string' },
      threads: { type: 'string' },
      seed: { type: 'string' },
      distribution: { type: 'string', default: 'realistic' },
      label: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const kind = chosenKind(values);
  const quickPeers = 'millrace,duckdb,mawk,wc,read-floor';
  const defaults = { ...usual, ...(values.quick ? quick : {}), ...ofKind[kind] };
  const size = parseSize(values.size ?? defaults.size);
  return {
    help: values.help,
    kind,
    slow: values.slow,
    only: list(values.only),
    peers: list(values.peers ?? (values.quick ? quickPeers : undefined)),
    size,
    slowSize: Math.min(size, parseSize(values['slow-size'] ?? defaults.slowSize)),
    maxSize: parseSize(values['max-size'] ?? '1GB'),
    runs: parseCount('runs', values.runs ?? defaults.runs),
    threads: list(values.threads ?? '2,1').map((text) => parseCount('threads', text)),
    seed: parseCount('seed', values.seed ?? '1'),
    distribution: values.distribution,
    label: values.label,
  };
}

const kinds = ['scaling', 'model', 'overhead', 'distributions'];
const usual = { size: '1GB', slowSize: '100MB', runs: '5' };
const quick = { size: '100MB', runs: '3' };
/** What else may be measured instead of the comparison, with its own defaults. */
const ofKind = {
  compare: {},
  scaling: {},
  model: { runs: '3' },
  overhead: { runs: '7' },
  distributions: { size: '200MB', runs: '3' },
};

function chosenKind(values) {
  const chosen = kinds.filter((kind) => values[kind]);
  if (chosen.length > 1)
    throw new Error(`Cannot measure ${chosen.map((kind) => `--${kind}`).join(' and ')} at once: choose one`);
  return chosen[0] ?? 'compare';
}

export const help = `npm run bench [-- OPTIONS]

  --quick               100 MB, 3 runs, the peers that matter most
  --only IDS            questions by id, separated by commas
  --peers NAMES         peers by name, separated by commas
  --slow                also the slow peers (Miller, GoAccess, pandas, Dask)
  --slow-size SIZE      size of the log that the slow peers get (default 100MB; never more than --size)
  --size SIZE           size of the combined log; the other corpora keep their proportion (default 1GB)
  --distribution NAME   another shape of the corpora that have it (see bench/corpora)
  --runs N              measured runs of each peer (default 5)
  --threads LIST        thread counts (default 2,1)
  --seed N              seed of the corpora (default 1)
  --label NAME          name of the machine in the run's folder

Instead of the comparison, one of:
  --distributions       Millrace and DuckDB over every distribution of the corpora (200 MB each)
  --scaling             one question from 100 MB to --max-size (default 1GB), 1 and 2 workers
  --model               costs of the stages, and from them the time on up to 64 workers
  --overhead            what recycling, metrics and the ledger cost
`;
