/** Random JSON lines: any key order, missing and duplicate keys, escapes, nesting, spaces, cut lines. */
import type { Random } from '../support/random.ts';
import { isoText, randomDecimal, randomInteger, randomOddBytes, randomSecond, randomWord } from './field-values.ts';
import { joinRecords, type WrittenRecord } from './lines.ts';
import type { Cell, TruthColumn, TruthTable } from './truth.ts';

const columns: readonly TruthColumn[] = [
  { name: 'n', type: 'integer', opaque: false, untyped: true },
  { name: 'd', type: 'double', opaque: false, untyped: true },
  { name: 'name', type: 'text', opaque: false, untyped: true },
  { name: 'ok', type: 'boolean', opaque: false, untyped: true },
  { name: 'at', type: 'timestamp', opaque: false, untyped: true },
  { name: 'req.path', type: 'text', opaque: false, untyped: true },
  { name: 'req.size', type: 'integer', opaque: false, untyped: true },
  { name: 'odd', type: 'text', opaque: true },
  { name: 'k', type: 'integer', opaque: false, untyped: true },
];

export function jsonlTable(random: Random): TruthTable {
  const files = random.many(1, 3, () =>
    joinRecords(
      random,
      null,
      random.many(1, 150, () => record(random)),
    ),
  );
  return { family: 'jsonl', columns, files, options: { format: 'json' } };
}

function record(random: Random): WrittenRecord {
  const n: Cell = random.chance(0.05) ? null : random.chance(0.01) ? { misfit: '"12x"' } : randomInteger(random);
  const decimal = random.chance(0.05) ? null : randomDecimal(random);
  const d: Cell = decimal === null ? null : random.chance(0.01) ? { misfit: '"1.2.3"' } : Number(decimal);
  const name = random.chance(0.05) ? null : randomText(random);
  const ok: Cell = random.chance(0.1) ? null : random.chance(0.5);
  const at: Cell = random.chance(0.05) ? null : random.chance(0.01) ? { misfit: '"noon"' } : randomSecond(random);
  const path = random.chance(0.1) ? null : random.pick(['/', '/a', '/b/c', '/é']);
  const size: Cell = random.chance(0.1) ? null : BigInt(random.int(0, 5000));
  const odd = random.chance(0.05) ? null : randomOddBytes(random);
  const k = BigInt(random.int(0, 5));
  const members: (readonly [string, string | Uint8Array] | null)[] = [
    member(random, 'n', n === null ? null : typeof n === 'bigint' ? String(n) : misfitText(n)),
    member(random, 'd', decimal === null ? null : typeof d === 'number' ? decimal : misfitText(d)),
    member(random, 'name', name === null ? null : jsonText(random, name)),
    member(random, 'ok', ok === null ? null : String(ok)),
    member(random, 'at', at === null ? null : typeof at === 'bigint' ? `"${isoText(random, at)}"` : misfitText(at)),
    request(random, path, size),
    odd === null ? null : ['odd', Buffer.concat([Buffer.from('"'), odd, Buffer.from('"')])],
    ['k', String(k)],
    random.chance(0.2)
      ? ['extra', random.pick(['[1, {"k": 9}, "]"]', '{"n": 1, "x": {}}', '"}"', 'null', '-0.5e-3', '[]'])]
      : null,
  ];
  const present = random.shuffled(members.filter((entry) => entry !== null));
  // A duplicate key: the last one wins, so an earlier one may hold anything.
  const keys = present.map(([key]) => key);
  if (random.chance(0.06)) present.unshift([random.pick(keys), random.pick(earlyValues)]);
  const space = () => (random.chance(0.2) ? ' ' : '');
  const parts = present.flatMap(([key, value], index) => [
    Buffer.from(`${index === 0 ? '' : `,${space()}`}${jsonText(random, key)}${space()}:${space()}`),
    Buffer.from(value),
  ]);
  const bytes = Buffer.concat([Buffer.from(`{${space()}`), ...parts, Buffer.from(`${space()}}`)]);
  if (random.chance(0.02)) {
    const broken = [
      bytes.subarray(0, bytes.length - random.int(1, 3)),
      Buffer.from('not json'),
      Buffer.from('[1, 2]'),
      Buffer.concat([bytes, Buffer.from(' x')]),
    ];
    return { bytes: random.pick(broken), cells: null };
  }
  return { bytes, cells: [n, d, name, ok, at, path, size, odd, k] };
}

const earlyValues = ['"early"', '77', 'null', '{"path": "/early", "size": 1}', '[{"n": 5}]'];

type Member = readonly [key: string, value: string | Uint8Array];

/** NULL is written as a missing key or as null. */
function member(random: Random, key: string, value: string | null): Member | null {
  if (value !== null) return [key, value];
  return random.chance(0.5) ? [key, 'null'] : null;
}

/** The nested object, or its two members as top-level keys that hold the dot themselves. */
function request(random: Random, path: string | null, size: Cell): Member | null {
  const inner = random.shuffled(
    [
      member(random, 'path', path === null ? null : jsonText(random, path)),
      member(random, 'size', size === null ? null : String(size)),
      random.chance(0.2) ? (['deep', '{"path": "no", "size": [1]}'] as const) : null,
    ].filter((entry) => entry !== null),
  );
  if (inner.length === 0 && random.chance(0.5)) return null;
  return ['req', `{${inner.map(([key, value]) => `"${key}": ${value}`).join(random.pick([',', ', ']))}}`];
}

function randomText(random: Random): string {
  const word = randomWord(random);
  return random.chance(0.8)
    ? word
    : random.pick([`"${word}"`, `${word}\n`, `back\\${word}`, `\t${word}\b`, `{"k": 1}`, `${word}/`]);
}

function misfitText(cell: Cell): string {
  return typeof cell === 'object' && cell !== null && 'misfit' in cell ? cell.misfit : 'null';
}

/** A JSON string; some characters as `\uXXXX`, slashes now and then as `\/`. */
function jsonText(random: Random, text: string): string {
  let out = '';
  for (const unit of JSON.stringify(text).slice(1, -1)) {
    if (unit === '/' && random.chance(0.3)) out += '\\/';
    else if (/[^\\"]/u.test(unit) && !out.endsWith('\\') && random.chance(0.03)) {
      out += [...Array(unit.length).keys()]
        .map((i) => `\\u${unit.charCodeAt(i).toString(16).padStart(4, '0')}`)
        .join('');
    } else out += unit;
  }
  return `"${out}"`;
}
