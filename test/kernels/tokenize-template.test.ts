import { describe, expect, it } from 'vitest';
import { combined } from '../../src/formats/combined.ts';
import { common } from '../../src/formats/common.ts';
import type { Format } from '../../src/formats/format.ts';
import { testArena } from '../support/arena.ts';
import { realData, type TokenizedRecord, tokenize, tokenizeFormat } from '../support/tokenize.ts';

const combinedLine =
  /^([^ \n]+) ([^ \n]+) ((?:(?! \[).)+) \[([^"]+)\] "((?:[^"\\]|\\.)*)" ([^ ]+) ([^ ]+) "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*(?:\\(?=$))?)(?:"|$)$/s;
const commonLine = /^([^ \n]+) ([^ \n]+) ((?:(?! \[).)+) \[([^"]+)\] "((?:[^"\\]|\\.)*)" ([^ ]+) ([^ ]+)$/s;

/** What the kernel should say, by regular expressions over split lines. */
function reference(input: string, isCombined: boolean): (readonly (string | null)[] | null)[] {
  const lines = input.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '')
    .map((line) => {
      const match = (isCombined ? combinedLine : commonLine).exec(line);
      if (match === null) return null;
      const [, client, ident, user, time, request = '', ...rest] = match.map((field) => (field === '-' ? null : field));
      return [client, ident, user, time, request, ...split(request ?? ''), ...rest] as (string | null)[];
    });
}

function split(request: string): (string | null)[] {
  const first = request.indexOf(' ');
  if (first < 0) return [null, null, null];
  const last = request.lastIndexOf(' ');
  const pieces =
    first === last
      ? [request.slice(0, first), request.slice(first + 1), '']
      : [request.slice(0, first), request.slice(first + 1, last), request.slice(last + 1)];
  return pieces.map((piece) => (piece === '' ? null : piece));
}

/** Deterministic random numbers in [0, n). */
function random(seed: number) {
  let state = seed;
  return (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const line =
  '10.0.0.1 - bob [17/May/2015:10:05:03 +0000] "GET /a/b?c=d HTTP/1.1" 200 512 "http://r/" "Mozilla \\"x\\" y"';

/** Lines near the format: whole ones, long ones, and ones with bytes changed, lost or doubled. */
function randomInput(seed: number, isCombined: boolean): string {
  const pick = random(seed);
  const out: string[] = [];
  for (let i = 0; i < 60; i++) {
    let text = isCombined ? line : line.slice(0, line.indexOf(' "http'));
    if (pick(4) === 0) text = text.replace('/a/b', `/${'long/'.repeat(pick(60))}`);
    if (pick(8) === 0) text = text.replace('Mozilla', 'é'.repeat(pick(6000)));
    if (pick(6) === 0) text = text.replace('bob', 'bob the "builder');
    for (let edits = pick(4); edits > 0; edits--) {
      const at = pick(text.length);
      const odd = ' "\\[]-\r\u0000ÿa\n'.charAt(pick(11));
      text = text.slice(0, at) + [odd, '', odd + text.charAt(at)][pick(3)] + text.slice(at + 1);
    }
    out.push(text + (pick(3) === 0 ? '\r\n' : '\n'));
    if (pick(10) === 0) out.push(pick(2) === 0 ? '\n' : '\r\n');
  }
  const input = out.join('');
  return pick(2) === 0 ? input : input.slice(0, input.length - pick(40));
}

/** The format by the steps that any template takes. */
function byStepsOnly(format: Format): Format {
  return {
    ...format,
    tokenizer(spec, needed) {
      const made = format.tokenizer(spec, needed);
      return made.type === 'template' ? { ...made, walk: null } : made;
    },
  };
}

describe('the template kernel', () => {
  const arena = testArena();

  it.each([
    ['combined', 'by its walk', combined],
    ['combined', 'by steps', byStepsOnly(combined)],
    ['common', 'by its walk', common],
    ['common', 'by steps', byStepsOnly(common)],
  ] as const)('agrees with regular expressions on random lines of %s, %s', (name, _how, format) => {
    for (let seed = 1; seed <= 200; seed++) {
      const input = randomInput(seed, name === 'combined');
      const { records } = tokenizeFormat(arena, format, Buffer.from(input, 'latin1'));
      expect(
        records.map((record) => record.fields),
        `seed ${seed}`,
      ).toEqual(reference(input, name === 'combined'));
    }
  });

  it.each([
    ['its walk', combined],
    ['steps', byStepsOnly(combined)],
  ] as const)('tells lines without any quote from each other by %s', (_how, format) => {
    const short = Array.from({ length: 40 }, (_, i) => 'x'.repeat(i % 5)).join('\n');
    const input = `${line}\n${short}\n${line}\n${'"\n'.repeat(50)}${line}\n${line}\n`.repeat(30);
    const { records } = tokenizeFormat(arena, format, Buffer.from(input));
    expect(records.map(({ fields }) => fields)).toEqual(reference(input, true));
  });

  it.each([
    ['combined', combined],
    ['common', common],
  ] as const)('takes dashes and single characters of plain lines of %s, in text of any density', (name, format) => {
    const pick = random(7);
    const one = (...values: string[]) => values[pick(values.length)] ?? '';
    const plain = (agent: string) => {
      const head = `10.0.0.${pick(256)} ${one('-', 'i')} ${one('-', '-', '-', 'u')} [17/May/2015:10:05:03 +0000]`;
      const text = `${head} "${one('-', 'GET / HTTP/1.1', 'G')}" ${one('200', '-', '5')} ${one('-', '7', '--', '12345678901')}`;
      return name === 'combined' ? `${text} "${one('-', 'r', '')}" "${agent}"` : text;
    };
    const lines = (count: number, agent: () => string) => Array.from({ length: count }, () => plain(agent()));
    const input = [
      ...lines(300, () => 'Mozilla/5.0 (X11; Linux)'),
      ...lines(40, () => 'x'.repeat(pick(4000))),
      ...lines(300, () => one('-', 'a', '')),
      ...Array.from({ length: 200 }, () => '"'.repeat(pick(40))),
      ...lines(300, () => 'y'.repeat(pick(90))),
    ]
      .map((text) => text + one('\n', '\n', '\r\n'))
      .join('');
    const { records } = tokenizeFormat(arena, format, Buffer.from(input));
    expect(records.map(({ fields }) => fields)).toEqual(reference(input, name === 'combined'));
  });

  it('takes clients and numbers of any length', () => {
    const clients = [
      'a',
      '::1',
      '2001:db8:85a3:8d3:1319:8a2e:370:7348',
      `host${'.example'.repeat(5)}`,
      'h'.repeat(500),
    ];
    const numbers = ['0', '1', '99999999999', '123456789012345678'];
    const lines = clients.flatMap((client) =>
      numbers.map((bytes) => line.replace('10.0.0.1', client).replace(' 512 ', ` ${bytes} `)),
    );
    const input = `${lines.join('\n')}\n`.repeat(20);
    for (const format of [combined, byStepsOnly(combined)]) {
      const { records } = tokenizeFormat(arena, format, Buffer.from(input));
      expect(records.map(({ fields }) => fields)).toEqual(reference(input, true));
    }
  });

  it('gives the same records whatever columns are asked for', () => {
    const input = Buffer.from(randomInput(7, true), 'latin1');
    const all = tokenizeFormat(arena, combined, input);
    for (const [index, column] of all.columns.entries()) {
      const { records } = tokenizeFormat(arena, combined, input, [column]);
      expect(records).toEqual(
        all.records.map(({ fields, ...record }) => ({ ...record, fields: fields && [fields[index] ?? null] })),
      );
    }
    const { records } = tokenizeFormat(arena, combined, input, []);
    expect(records.map(({ fields }) => fields === null)).toEqual(all.records.map(({ fields }) => fields === null));
  });

  it('gives the same records wherever its input was cut', () => {
    const input = Buffer.from(randomInput(3, true).slice(0, 1500), 'latin1');
    const whole = tokenizeFormat(arena, combined, input).records;
    for (let chunkBytes = 1; chunkBytes < input.length; chunkBytes++) {
      expect(tokenizeFormat(arena, combined, input, undefined, {}, { chunkBytes }).records).toEqual(whole);
    }
  });

  it('takes the records that start before the limit', () => {
    const input = Buffer.from(`${line}\n\r\n${line}\n${line}`);
    const all = tokenizeFormat(arena, combined, input, ['status']).records;
    expect(all).toHaveLength(3);
    for (let startLimit = 0; startLimit <= input.length; startLimit++) {
      const { records } = tokenizeFormat(arena, combined, input, ['status'], {}, { startLimit });
      expect(records).toEqual(all.filter((record) => record.offset < startLimit));
    }
  });

  it('fills more than one batch', () => {
    const { records } = tokenizeFormat(arena, combined, Buffer.from(`${line}\n`.repeat(5000)), ['bytes']);
    expect(records).toHaveLength(5000);
    expect(new Set(records.map(({ fields }) => fields?.[0]))).toEqual(new Set(['512']));
  });

  it('takes prefixes, loose last fields and three marked bytes', () => {
    const step = { quoted: false, loose: false, dashIsNull: false, request: null, mark: 0 };
    const spec = {
      type: 'template',
      prefix: '<',
      steps: [
        { ...step, until: '>', output: 0 },
        { ...step, until: ': ', loose: true, output: 1 },
        { ...step, until: '', loose: true, output: 2 },
      ],
    } as const;
    const input = Buffer.from('<13>a:b:c d: x y: z\r\n<>a: x\nx13>a: b\n<1\n<1>a:b\n<1>ab: -');
    const records = tokenize(arena, { ...spec, walk: null }, 3, input);
    expect(records.map(({ fields }: TokenizedRecord) => fields)).toEqual([
      ['13', 'a:b:c d', 'x y: z'],
      null,
      null,
      null,
      null,
      ['1', 'ab', '-'],
    ]);
  });

  it('keeps backslashes that escape nothing', () => {
    const { records } = tokenizeFormat(
      arena,
      combined,
      Buffer.from(`${line.replace('http://r/', '\\\\\\\\')}\n${line.replace('http://r/', '\\\\\\')}\n`),
      ['referrer'],
    );
    expect(records.map(({ fields }) => fields)).toEqual([['\\\\\\\\'], null]);
  });
});

describe('real access logs', () => {
  const arena = testArena(128 * 1024 * 1024);

  it.for([
    ['access/apache-combined-157k.log', combined, 157_433, 0],
    ['access/elastic-apache_logs.log', combined, 10_000, 0],
    ['access/nasa-50k.log', common, 50_000, 0],
    ['access/rootly/apache/apache_access.log', combined, 4_775, 0],
    ['access/netnea/labor-07-example-access.log', combined, 10_000, 10_000],
  ] as const)('%s', ([path, format, lines, malformed], { skip }) => {
    const bytes = realData(path);
    if (bytes === null) return skip(`no ../shared/data/${path}`);
    const { records } = tokenizeFormat(arena, format, bytes, ['status', 'bytes'], {}, { chunkBytes: 1 << 22 });
    expect(records).toHaveLength(lines);
    expect(records.filter(({ fields }) => fields === null)).toHaveLength(malformed);
  });
});
