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
      only: { type: 'string' },
      peers: { type: 'string' },
      size: { type: 'string' },
      'max-size': { type: 'string' },
      runs: { type: 'string' },
      threads: { type: 'string' },
      seed: { type: 'string' },
      distribution: { type: 'string', default: 'realistic' },
      label: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const quickPeers = 'millrace,duckdb,mawk,wc,read-floor';
  return {
    help: values.help,
    scaling: values.scaling,
    slow: values.slow,
    only: list(values.only),
    peers: list(values.peers ?? (values.quick ? quickPeers : undefined)),
    size: parseSize(values.size ?? (values.quick ? '100MB' : '1GB')),
    maxSize: parseSize(values['max-size'] ?? '1GB'),
    runs: parseCount('runs', values.runs ?? (values.quick ? '3' : '5')),
    threads: list(values.threads ?? '2,1').map((text) => parseCount('threads', text)),
    seed: parseCount('seed', values.seed ?? '1'),
    distribution: values.distribution,
    label: values.label,
  };
}

export const help = `npm run bench [-- OPTIONS]

  --quick               100 MB, 3 runs, the peers that matter most
  --only IDS            questions by id, separated by commas
  --peers NAMES         peers by name, separated by commas
  --slow                also the peers that need minutes (Miller, GoAccess, pandas, Dask)
  --size SIZE           size of the combined log; the other corpora keep their proportion (default 1GB)
  --distribution NAME   another shape of the corpora that have it (see bench/corpora)
  --runs N              measured runs of each peer (default 5)
  --threads LIST        thread counts (default 2,1)
  --seed N              seed of the corpora (default 1)
  --scaling             instead: one question from 100 MB to --max-size (default 1GB), 1 and 2 workers
  --label NAME          name of the machine in the run's folder
`;
