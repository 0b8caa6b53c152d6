// Access logs in Apache's combined format, generated from a seed: the same bytes for the same seed, size and
// distribution on every machine. `realistic` averages about 197 bytes a line; the other distributions each bend one
// property (line length, number of groups, order of time, ...), so that nothing gets tuned to one file.
import { agents, referrers } from './agents.mjs';
import { putBytes, putInteger, putTwoDigits, Texts } from './bytes.mjs';
import { mix32, Random, Weighted, zipf } from './random.mjs';
import { adjectives, nouns, sections } from './words.mjs';
import { readyCorpus, writeLines } from './writer.mjs';

/** Raise it when the bytes for a given recipe change: old files are then made again. */
const generatorVersion = 1;

const mixedStatuses = [
  [780, 200],
  [15, 206],
  [30, 301],
  [25, 302],
  [60, 304],
  [4, 400],
  [3, 401],
  [10, 403],
  [50, 404],
  [1, 405],
  [4, 429],
  [3, 499],
  [6, 500],
  [4, 502],
  [4, 503],
  [1, 504],
];

const realistic = {
  statuses: mixedStatuses,
  clients: 'few',
  targets: 100_000,
  uniqueTargets: false,
  targetPadding: 0,
  agents,
  referrers,
  escapes: 0,
  days: 7,
  shuffledTime: false,
  zones: ['+0000'],
  averageLineBytes: 197,
};

/** What can be asked for by name; each is `realistic` with one property bent. */
export const distributions = {
  realistic,
  'short-lines': { ...realistic, targets: 50, agents: [[1, '-']], referrers: [[1, '-']], averageLineBytes: 97 },
  'long-lines': { ...realistic, targetPadding: 3000, averageLineBytes: 1700 },
  'uniform-statuses': {
    ...realistic,
    statuses: Array.from({ length: 500 }, (_, i) => [1, 100 + i]),
  },
  'one-group': { ...realistic, statuses: [[1, 200]], clients: 'one', targets: 1 },
  'unique-paths': { ...realistic, uniqueTargets: true, averageLineBytes: 206 },
  'many-escapes': { ...realistic, escapes: 0.25 },
  'shuffled-time': { ...realistic, shuffledTime: true },
  'many-zones': { ...realistic, zones: ['+0000', '-0700', '+0530', '+0900'] },
};

/**
 * Writes a combined log of at most `bytes` (whole lines), or of exactly `lines`, to `path`, unless the same one is there
 * already.
 *
 * `clients: 'many'` gives almost every line a client of its own (5 M distinct in 1 GB) beside a few heavy ones.
 * Resolves to `{ path, bytes, lines, sha256, ... }`. `onProgress(bytesWritten)` is called about once a mebibyte.
 */
export async function writeCombined(
  path,
  { bytes, lines, seed = 1, distribution = 'realistic', clients, onProgress } = {},
) {
  const shape = distributions[distribution];
  if (shape === undefined)
    throw new Error(`Unknown distribution "${distribution}": one of ${Object.keys(distributions).join(', ')}`);
  const chosenClients = clients ?? shape.clients;
  const recipe = {
    generator: 'combined',
    generatorVersion,
    seed,
    size: lines === undefined ? bytes : `${lines} lines`,
    distribution,
    clients: chosenClients,
  };
  const ready = readyCorpus(path, recipe);
  if (ready !== undefined) return ready;
  const expectedLines = lines ?? Math.max(1, Math.floor(bytes / shape.averageLineBytes));
  const writeLine = lineWriter({ ...shape, clients: chosenClients }, seed, expectedLines);
  return writeLines(path, recipe, { bytes, rows: lines, maxLineBytes: 16384, writeLine, onProgress });
}

const encode = (text) => new Uint8Array(Buffer.from(text, 'latin1'));
const weighted = (pairs) => new Weighted(pairs.map(([weight]) => weight));
const texts = (pairs, form) => new Texts(pairs.map(([, value]) => form(value)));

function lineWriter(shape, seed, expectedLines) {
  const random = new Random(seed);
  const putClient = clientWriter(shape.clients, seed);
  const putTime = timeWriter(shape, expectedLines);
  const statusDraw = weighted(shape.statuses);
  const statusTexts = texts(shape.statuses, (status) => ` ${status} `);
  const statusCodes = shape.statuses.map(([, status]) => status);
  const targetTexts = new Texts(makeTargets(shape.targets, new Random(seed ^ 0x7a3)));
  const targetDraw = zipf(shape.targets);
  const referrerDraw = weighted(shape.referrers);
  const referrerTexts = texts(shape.referrers, (text) => ` "${text}"`);
  const agentDraw = weighted(shape.agents);
  const agentTexts = texts(shape.agents, (text) => ` "${text}"\n`);
  const escapedAgent = encode(' "agent \\"with\\" many \\"quoted\\" words \\\\ and a slash"\n');
  const methodTexts = new Texts(['GET ', 'POST ', 'HEAD ', 'PUT ', 'OPTIONS ']);
  const methodDraw = new Weighted([885, 90, 15, 5, 5]);
  const nobody = encode(' - - [');
  const users = new Texts(['alice', 'bob', 'carol', 'dmitri', 'm.okafor'].map((user) => ` - ${user} [`));
  const protocols = new Texts([' HTTP/1.1"', ' HTTP/2.0"', ' HTTP/1.0"']);
  const protocolDraw = new Weighted([70, 28, 2]);
  const padding = encode('0123456789abcdef');

  return function writeLine(out, start, line) {
    let at = putClient(out, start, line, random);
    at = random.below(64) === 0 ? users.put(out, at, random.below(users.length)) : putBytes(out, at, nobody);
    at = putTime(out, at, line, random);
    out[at++] = 34;
    at = methodTexts.put(out, at, methodDraw.draw(random));
    at = targetTexts.put(out, at, targetDraw.draw(random));
    if (shape.uniqueTargets) at = putHex(out, at, mix32(line));
    if (shape.targetPadding > 0) {
      out[at++] = 63;
      for (let n = random.below(shape.targetPadding); n > 0; n--) out[at++] = padding[n & 15];
    }
    at = protocols.put(out, at, protocolDraw.draw(random));
    const status = statusDraw.draw(random);
    at = statusTexts.put(out, at, status);
    at = putSize(out, at, statusCodes[status], random);
    at = referrerTexts.put(out, at, referrerDraw.draw(random));
    if (shape.escapes > 0 && random.uint32() < shape.escapes * 4294967296) return putBytes(out, at, escapedAgent);
    return agentTexts.put(out, at, agentDraw.draw(random));
  };
}

/** Most targets are plain; a quarter has a query string, and some of those several parameters. */
function makeTargets(count, random) {
  const seen = new Set([
    '/',
    '/favicon.ico',
    '/robots.txt',
    '/api/cart',
    '/assets/site.css',
    '/assets/app.js',
    '/search',
  ]);
  while (seen.size < count) {
    const path = `/${random.pick(sections)}/${random.pick(adjectives)}-${random.pick(nouns)}-${random.below(10 * count)}`;
    const kind = random.below(16);
    if (kind < 10) seen.add(path);
    else if (kind < 12) seen.add(`${path}.${random.pick(['jpg', 'png', 'html', 'css'])}`);
    else if (kind < 14)
      seen.add(`/search?q=${random.pick(adjectives)}+${random.pick(nouns)}&page=${random.below(count)}`);
    else seen.add(`${path}?utm_source=${random.pick(['mail', 'ads', 'feed'])}&ref=${random.uint32().toString(36)}`);
  }
  return [...seen].slice(0, count);
}

/** `few`: 20,000 addresses by Zipf's law. `many`: one line in 64 comes from them, every other one from its own address. */
function clientWriter(kind, seed) {
  const octets = new Texts(Array.from({ length: 256 }, (_, octet) => `${octet}`));
  const poolSize = kind === 'one' ? 1 : 20_000;
  const pool = Int32Array.from({ length: poolSize }, (_, i) => mix32(i ^ Math.imul(seed, 0x51ed)));
  const draw = zipf(poolSize);
  function putAddress(out, start, address) {
    let at = octets.put(out, start, address >>> 24);
    out[at++] = 46;
    at = octets.put(out, at, (address >>> 16) & 255);
    out[at++] = 46;
    at = octets.put(out, at, (address >>> 8) & 255);
    out[at++] = 46;
    return octets.put(out, at, address & 255);
  }
  if (kind === 'many')
    return (out, at, line, random) =>
      putAddress(
        out,
        at,
        random.below(64) === 0 ? pool[draw.draw(random)] : mix32(line + 1_000_000 + Math.imul(seed, 7919)),
      );
  return (out, at, _line, random) => putAddress(out, at, pool[draw.draw(random)]);
}

// Requests per hour of a day, as a share: nights are calm.
const hourWeights = [4, 3, 2, 2, 2, 3, 5, 8, 11, 13, 14, 14, 13, 14, 14, 13, 12, 12, 13, 14, 13, 11, 8, 6];
const firstDay = Date.UTC(2025, 2, 3) / 1000;
const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** Time goes on with the line number, hour by hour of `hourWeights`; one line in 50 is up to 4 s late, as real logs are. */
function timeWriter({ days, shuffledTime, zones }, lines) {
  const hours = days * 24;
  const total = hourWeights.reduce((sum, weight) => sum + weight, 0) * days;
  const firstLine = new Float64Array(hours + 1);
  for (let hour = 0, sum = 0; hour < hours; hour++) {
    sum += hourWeights[hour % 24];
    firstLine[hour + 1] = Math.floor((lines * sum) / total);
  }
  const rendered = new Uint8Array(21);
  const zoneTexts = new Texts(zones.map((zone) => ` ${zone}] `));
  const zoneSeconds = zones.map(
    (zone) => Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(3)) * 60),
  );
  let renderedSecond = -1;
  let hour = 0;
  return (out, at, line, random) => {
    while (hour < hours - 1 && line >= firstLine[hour + 1]) hour++;
    const share = (line - firstLine[hour]) / Math.max(1, firstLine[hour + 1] - firstLine[hour]);
    let second = firstDay + hour * 3600 + Math.min(3599, Math.floor(share * 3600));
    if (shuffledTime) second = firstDay + random.below(hours * 3600);
    else if (random.below(50) === 0) second = Math.max(firstDay, second - random.below(5));
    const zone = zones.length === 1 ? 0 : random.below(zones.length);
    second += zoneSeconds[zone];
    if (second !== renderedSecond) {
      renderTime(rendered, second);
      renderedSecond = second;
    }
    return zoneTexts.put(out, putBytes(out, at, rendered) - 1, zone);
  };
}

/** `03/Mar/2025:10:05:03` and one byte to spare. */
function renderTime(out, second) {
  const date = new Date(second * 1000);
  let at = putTwoDigits(out, 0, date.getUTCDate());
  out[at++] = 47;
  for (let i = 0; i < 3; i++) out[at++] = months.charCodeAt(date.getUTCMonth() * 3 + i);
  out[at++] = 47;
  at = putInteger(out, at, date.getUTCFullYear());
  for (const part of [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]) {
    out[at++] = 58;
    at = putTwoDigits(out, at, part);
  }
}

/** Most answers are small, one in 256 up to 5 MB; what has no body says `-`. */
function putSize(out, at, status, random) {
  if (status === 304 || status === 204) {
    out[at] = 45;
    return at + 1;
  }
  if (status >= 300) return putInteger(out, at, 150 + random.below(400));
  if (random.below(256) === 0) return putInteger(out, at, random.below(5_000_000));
  const share = random.uint32() / 4294967296;
  return putInteger(out, at, 200 + Math.floor(share * share * share * 80_000));
}

function putHex(out, start, value) {
  let at = start;
  out[at++] = 45;
  for (let shift = 28; shift >= 0; shift -= 4) {
    const digit = (value >>> shift) & 15;
    out[at++] = digit < 10 ? 48 + digit : 87 + digit;
  }
  return at;
}
