/** Random Apache combined logs. */
import type { Random } from '../support/random.ts';
import { clfText, randomOddBytes, randomSecond } from './field-values.ts';
import { joinRecords, type WrittenRecord } from './lines.ts';
import type { Cell, TruthColumn, TruthTable } from './truth.ts';

const columns: readonly TruthColumn[] = [
  { name: 'client', type: 'text', opaque: false },
  { name: 'user', type: 'text', opaque: false },
  { name: 'time', type: 'timestamp', opaque: false },
  { name: 'request', type: 'text', opaque: false },
  { name: 'method', type: 'text', opaque: false },
  { name: 'path', type: 'text', opaque: false },
  { name: 'protocol', type: 'text', opaque: false },
  { name: 'status', type: 'integer', opaque: false },
  { name: 'bytes', type: 'integer', opaque: false },
  { name: 'referrer', type: 'text', opaque: false },
  { name: 'user_agent', type: 'text', opaque: true },
];

export function combinedTable(random: Random): TruthTable {
  const files = random.many(1, 3, () =>
    joinRecords(
      random,
      null,
      random.many(1, 150, () => record(random)),
    ),
  );
  return { family: 'combined', columns, files, options: { format: 'combined' } };
}

function record(random: Random): WrittenRecord {
  const client = `10.0.${random.int(0, 3)}.${random.int(0, 9)}`;
  const user = random.chance(0.8) ? null : random.pick(['frank', 'Ann', 'zoë']);
  const micros = randomSecond(random);
  const time: Cell = random.chance(0.01) ? { misfit: '17/Foo/2015:10:05:03 +0000' } : micros;
  const [request, method, path, protocol] = randomRequest(random);
  const status: Cell = random.chance(0.01) ? { misfit: '2x0' } : BigInt(random.pick([200, 200, 200, 304, 404, 500]));
  const size = randomSize(random);
  const referrer = random.chance(0.5)
    ? null
    : random.pick(['', 'http://a.example/', 'http://b.example/x?y=1', 'https://é/']);
  const agent = random.chance(0.05) ? null : randomAgent(random);
  const bytes = Buffer.concat([
    Buffer.from(`${client} - ${user ?? '-'} [${typeof time === 'bigint' ? clfText(random, time) : misfitText(time)}] `),
    Buffer.from(`"${request ?? '-'}" ${misfitText(status)} ${misfitText(size)} `),
    Buffer.from(`"${referrer ?? '-'}" "`),
    agent ?? Buffer.from('-'),
    Buffer.from('"'),
  ]);
  if (random.chance(0.02)) return { bytes: broken(random, bytes), cells: null };
  return { bytes, cells: [client, user, time, request, method, path, protocol, status, size, referrer, agent] };
}

/** Cut off before the last field, followed by more, or no log line at all. */
function broken(random: Random, line: Buffer): Uint8Array {
  const lastField = line.lastIndexOf('" "');
  return random.pick([
    line.subarray(0, random.int(1, line.indexOf(']'))),
    line.subarray(0, random.int(1, lastField)),
    Buffer.concat([line, Buffer.from(random.pick([' extra', ' "extra"', '"']))]),
    Buffer.from([0x16, 0x03, 0x01, 0xff]),
  ]);
}

type Request = readonly [request: string | null, method: string | null, path: string | null, protocol: string | null];

function randomRequest(random: Random): Request {
  if (random.chance(0.04)) return [null, null, null, null];
  if (random.chance(0.04)) return [random.pick(['\\x16\\x03', 'quit', '']), null, null, null];
  const path = random.pick([
    '/',
    '/index.html',
    '/a/b.css?v=2',
    '/été',
    '/%20x',
    '/tel: 1 2',
    `/item/${random.int(1, 40)}`,
  ]);
  const method = random.pick(['GET', 'GET', 'POST', 'HEAD']);
  const protocol = random.pick(['HTTP/1.1', 'HTTP/1.0']);
  return [`${method} ${path} ${protocol}`, method, path, protocol];
}

function randomSize(random: Random): Cell {
  if (random.chance(0.1)) return null;
  if (random.chance(0.01)) return { misfit: '12x' };
  return BigInt(random.chance(0.02) ? 2 ** 40 : random.int(0, 60_000));
}

/** With `\"` and `\\` kept as they stand: a log's field is the bytes between its quotes. */
function randomAgent(random: Random): Uint8Array {
  const plain = random.pick([
    'Mozilla/5.0 (X11; Linux)',
    'curl/8.1',
    'say \\"hi\\"',
    'back\\\\slash',
    'Ünïcode',
    '"'.slice(1),
  ]);
  if (plain === '') return randomOddBytes(random);
  return random.chance(0.8) ? Buffer.from(plain) : Buffer.concat([Buffer.from(plain), randomOddBytes(random)]);
}

function misfitText(cell: Cell): string {
  return cell === null ? '-' : typeof cell === 'object' && 'misfit' in cell ? cell.misfit : String(cell);
}
