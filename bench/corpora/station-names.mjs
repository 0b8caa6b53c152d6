// 413 station names with a mean temperature in tenths of a degree: the real list where it stands beside the project,
// else a made-up list of the same size with names of 3 to 26 bytes, some of them not ASCII.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Random } from './random.mjs';

const realList = fileURLToPath(new URL('../../../shared/data/brc/stations.json', import.meta.url));
const stationCount = 413;

/** `{ origin, stations: [{ name, meanTenths }] }`; `origin` goes into the sidecar, because it changes the bytes. */
export function stationList() {
  const random = new Random(413);
  const mean = () => random.below(450) - 120;
  let names;
  try {
    names = parseNames(JSON.parse(readFileSync(realList, 'utf8')));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return { origin: 'built-in', stations: madeUpNames(stationCount).map((name) => ({ name, meanTenths: mean() })) };
  }
  return { origin: 'real', stations: names.map((name) => ({ name, meanTenths: mean() })) };
}

function parseNames(list) {
  const names = Array.isArray(list) ? list.map((entry) => (typeof entry === 'string' ? entry : entry.name)) : undefined;
  if (names === undefined || names.some((name) => typeof name !== 'string'))
    throw new Error(`Cannot read ${realList}: it is no list of names`);
  return [...new Set(names)].sort();
}

/** `count` distinct names put together from syllables. */
export function madeUpNames(count) {
  const random = new Random(26);
  const starts = ['Ka', 'Lo', 'Mar', 'Nor', 'Bel', 'San ', 'Port ', 'Új', 'Ørs', 'São ', 'Tal', 'Vic', 'Wel', 'Zü'];
  const middles = ['la', 'ber', 'ti', 'mon', 'ra', 'gus', 'dé', 'no', 'sha', 'kir', 'wa'];
  const ends = ['to', 'burg', 'ville', 'ra', 'sk', 'pur', 'stad', 'ão', ' City', 'grad', 'm'];
  const names = new Set();
  while (names.size < count) {
    let name = random.pick(starts);
    for (let n = random.below(4); n > 0; n--) name += random.pick(middles);
    names.add(name + random.pick(ends));
  }
  return [...names];
}
