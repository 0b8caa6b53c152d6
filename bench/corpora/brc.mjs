// Rows like those of the One Billion Row Challenge (https://github.com/gunnarmorling/1brc): `station;12.3`, no header,
// one decimal, between -99.9 and 99.9, generated from a seed.
import { putInteger, Texts } from './bytes.mjs';
import { Random } from './random.mjs';
import { madeUpNames, stationList } from './station-names.mjs';
import { readyCorpus, writeLines } from './writer.mjs';

/** Raise it when the bytes for a given recipe change: old files are then made again. */
const generatorVersion = 1;

/** What can be asked for by name: the challenge's own shape, its 10,000-station variant, and one single station. */
export const distributions = ['realistic', 'many-stations', 'one-station'];

/** Writes `rows` rows (or at most `bytes`) to `path`, unless the same file is there already; resolves to its description. */
export async function writeBrc(path, { rows, bytes, seed = 1, distribution = 'realistic', onProgress } = {}) {
  const { origin, stations } = stationsOf(distribution);
  const size = rows === undefined ? bytes : `${rows} rows`;
  const recipe = { generator: 'brc', generatorVersion, seed, size, distribution, stations: origin };
  const ready = readyCorpus(path, recipe);
  if (ready !== undefined) return ready;
  return writeLines(path, recipe, {
    rows,
    bytes,
    maxLineBytes: 256,
    writeLine: lineWriter(stations, seed),
    onProgress,
  });
}

function stationsOf(distribution) {
  if (distribution === 'realistic') return stationList();
  if (distribution === 'one-station') return { origin: 'built-in', stations: [{ name: 'Kalaburg', meanTenths: 101 }] };
  if (distribution === 'many-stations') {
    const stations = madeUpNames(10_000).map((name, i) => ({ name, meanTenths: (i % 450) - 120 }));
    return { origin: 'built-in', stations };
  }
  throw new Error(`Unknown distribution "${distribution}": one of ${distributions.join(', ')}`);
}

function lineWriter(stations, seed) {
  const random = new Random(seed);
  const names = new Texts(stations.map(({ name }) => `${name};`));
  const means = Int32Array.from(stations, ({ meanTenths }) => meanTenths);
  return (out, start, _line) => {
    const station = random.below(names.length);
    let at = names.put(out, start, station);
    // The sum of four uniform draws is close enough to the challenge's normal distribution (sigma about 10 degrees).
    const bits = random.uint32();
    const spread = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510;
    let tenths = Math.max(-999, Math.min(999, means[station] + Math.trunc((spread * 2) / 3)));
    if (tenths < 0) {
      out[at++] = 45;
      tenths = -tenths;
    }
    const whole = (tenths / 10) | 0;
    at = putInteger(out, at, whole);
    out[at] = 46;
    out[at + 1] = 48 + tenths - whole * 10;
    out[at + 2] = 10;
    return at + 3;
  };
}
