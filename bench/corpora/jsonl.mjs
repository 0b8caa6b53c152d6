// Application logs, one JSON object a line, generated from a seed: time, level, service, message, duration, a nested
// request. A share of the lines changes the order of its keys, lacks some of them, or holds escapes and non-ASCII text.
import { putBytes, putInteger, putTwoDigits, Texts } from './bytes.mjs';
import { Random, Weighted, zipf } from './random.mjs';
import { adjectives, nouns, sections, services } from './words.mjs';
import { readyCorpus, writeLines } from './writer.mjs';

/** Raise it when the bytes for a given recipe change: old files are then made again. */
const generatorVersion = 1;

const realistic = {
  services,
  /** Shares, in 1/256 of the lines. */
  reordered: 26,
  withoutDuration: 8,
  withoutRequest: 26,
  withoutService: 2,
  oddMessages: 13,
  extraKeys: 0,
};

/** What can be asked for by name; each is `realistic` with one property bent. */
export const distributions = {
  realistic,
  'fixed-order': {
    ...realistic,
    reordered: 0,
    withoutDuration: 0,
    withoutRequest: 0,
    withoutService: 0,
    oddMessages: 0,
  },
  reordered: { ...realistic, reordered: 256 },
  'odd-messages': { ...realistic, oddMessages: 256 },
  'one-service': { ...realistic, services: ['monolith'] },
  'many-services': { ...realistic, services: Array.from({ length: 5000 }, (_, i) => `service-${i}`) },
  'wide-records': { ...realistic, extraKeys: 40 },
};

/** Writes JSON lines of at most `bytes` to `path`, unless the same file is there already; resolves to its description. */
export async function writeJsonl(path, { bytes, seed = 1, distribution = 'realistic', onProgress } = {}) {
  const shape = distributions[distribution];
  if (shape === undefined)
    throw new Error(`Unknown distribution "${distribution}": one of ${Object.keys(distributions).join(', ')}`);
  const recipe = { generator: 'jsonl', generatorVersion, seed, size: bytes, distribution };
  const ready = readyCorpus(path, recipe);
  if (ready !== undefined) return ready;
  return writeLines(path, recipe, { bytes, maxLineBytes: 8192, writeLine: lineWriter(shape, seed), onProgress });
}

const encode = (text) => new Uint8Array(Buffer.from(text, 'utf8'));

const oddMessages = [
  'cannot parse \\"quantity\\": got \\"twelve\\"',
  'stack trace:\\n\\tat place (order.js:12:7)\\n\\tat next (index.js:88:3)',
  'caf\\u00e9 menu \\u2615 loaded, \\ud83d\\ude80 shipped',
  'Bestellung für Übergröße geändert',
  '注文が完了しました',
  'path C:\\\\temp\\\\orders\\\\new.txt not found, see \\/help',
  'payment accepted 🎉 for {\\"order\\": [1, 2, 3]}',
];

function lineWriter(shape, seed) {
  const random = new Random(seed);
  const putTime = timeWriter();
  const levels = new Texts(['info', 'debug', 'warn', 'error'].map((level) => `"level":"${level}"`));
  const levelDraw = new Weighted([78, 12, 7, 3]);
  const serviceTexts = new Texts(shape.services.map((service) => `"service":"${service}"`));
  const serviceDraw = zipf(shape.services.length);
  const messages = new Texts(makeMessages(new Random(seed ^ 0x31f)).map((text) => `"msg":"${text}`));
  const messageDraw = zipf(messages.length);
  const odd = new Texts(oddMessages.map((text) => `"msg":"${text}`));
  const methods = new Texts(['GET', 'POST', 'PUT', 'DELETE'].map((name) => `"req":{"method":"${name}","path":"/`));
  const methodDraw = new Weighted([75, 18, 4, 3]);
  const paths = new Texts(sections.map((name) => `${name}/`));
  const statuses = new Texts([200, 201, 204, 302, 400, 401, 404, 409, 500, 503].map((code) => `","status":${code}}`));
  const statusDraw = new Weighted([700, 60, 40, 50, 30, 20, 60, 10, 20, 10]);
  const number = encode(' order=');
  const duration = encode('"dur_ms":');
  const extras = encode(Array.from({ length: shape.extraKeys }, (_, i) => `,"field_${i}":"value ${i * 37}"`).join(''));

  const parts = {
    ts: (out, at, line) => putTime(out, at, line),
    level: (out, at) => levels.put(out, at, levelDraw.draw(random)),
    service: (out, at) => serviceTexts.put(out, at, serviceDraw.draw(random)),
    msg(out, start) {
      let at;
      if (random.below(256) < shape.oddMessages) at = odd.put(out, start, random.below(odd.length));
      else {
        at = messages.put(out, start, messageDraw.draw(random));
        at = putInteger(out, putBytes(out, at, number), random.below(10_000_000));
      }
      out[at] = 34;
      return at + 1;
    },
    dur(out, start) {
      const share = random.uint32() / 4294967296;
      const tenths = 2 + Math.floor(share * share * share * share * 30_000);
      const whole = Math.floor(tenths / 10);
      const at = putInteger(out, putBytes(out, start, duration), whole);
      const rest = tenths - whole * 10;
      if (rest === 0) return at;
      out[at] = 46;
      out[at + 1] = 48 + rest;
      return at + 2;
    },
    req(out, start) {
      let at = methods.put(out, start, methodDraw.draw(random));
      at = paths.put(out, at, random.below(paths.length));
      at = putInteger(out, at, random.below(50_000));
      return statuses.put(out, at, statusDraw.draw(random));
    },
  };
  const usual = [parts.ts, parts.level, parts.service, parts.msg, parts.dur, parts.req];
  const orders = [
    [parts.req, parts.dur, parts.msg, parts.service, parts.level, parts.ts],
    [parts.service, parts.ts, parts.dur, parts.level, parts.req, parts.msg],
    [parts.msg, parts.ts, parts.level, parts.req, parts.service, parts.dur],
  ];

  return function writeLine(out, start, line) {
    const order = random.below(256) < shape.reordered ? random.pick(orders) : usual;
    const skipDuration = random.below(256) < shape.withoutDuration;
    const skipRequest = random.below(256) < shape.withoutRequest;
    const skipService = random.below(256) < shape.withoutService;
    let at = start;
    out[at++] = 123;
    let first = true;
    for (const part of order) {
      if (skipDuration && part === parts.dur) continue;
      if (skipRequest && part === parts.req) continue;
      if (skipService && part === parts.service) continue;
      if (!first) out[at++] = 44;
      first = false;
      at = part(out, at, line);
    }
    at = putBytes(out, at, extras);
    out[at++] = 125;
    out[at++] = 10;
    return at;
  };
}

function makeMessages(random) {
  const verbs = ['loaded', 'stored', 'sent', 'priced', 'refused', 'queued', 'matched', 'expired', 'retried'];
  return Array.from({ length: 500 }, () => `${random.pick(adjectives)} ${random.pick(nouns)} ${random.pick(verbs)}`);
}

const firstSecond = Date.UTC(2025, 2, 3) / 1000;

/** `"ts":"2025-03-03T10:05:03.123Z"`, 200 lines a second. */
function timeWriter() {
  const rendered = encode('"ts":"2025-03-03T00:00:00.000Z"');
  let renderedSecond = -1;
  return (out, at, line) => {
    const second = Math.floor(line / 200);
    if (second !== renderedSecond) {
      rendered.set(encode(`"ts":"${new Date((firstSecond + second) * 1000).toISOString()}"`), 0);
      renderedSecond = second;
    }
    const ms = (line % 200) * 5;
    rendered[26] = 48 + Math.floor(ms / 100);
    putTwoDigits(rendered, 27, ms % 100);
    return putBytes(out, at, rendered);
  };
}
