/** Random CSV in several dialects: quotes, doubled quotes, line ends inside quotes, empty fields, wrong field counts. */
import type { Random } from '../support/random.ts';
import { isoText, randomDecimal, randomInteger, randomOddBytes, randomSecond, randomWord } from './field-values.ts';
import { joinRecords, type WrittenRecord } from './lines.ts';
import type { Cell, TruthColumn, TruthTable } from './truth.ts';

const columns: readonly TruthColumn[] = [
  { name: 'n', type: 'integer', opaque: false },
  { name: 'd', type: 'double', opaque: false },
  { name: 'name', type: 'text', opaque: false },
  { name: 'ok', type: 'boolean', opaque: false },
  { name: 'at', type: 'timestamp', opaque: false },
  { name: 'city', type: 'text', opaque: false },
  { name: 'odd', type: 'text', opaque: true },
  { name: 'k', type: 'integer', opaque: false },
];

const typed = columns.map(({ name, type }) => ({ name, type }));

export function csvTable(random: Random): TruthTable {
  const delimiter = random.pick([',', ',', ';', '\t', '|']);
  const header = random.chance(0.7) ? columns.map((column) => column.name).join(delimiter) : null;
  const files = random.many(1, 3, () =>
    joinRecords(
      random,
      header,
      random.many(1, 150, () => record(random, delimiter)),
    ),
  );
  // between tabs quotes are believed only where the head shows some, and a first file of a record or two may not
  const quote = delimiter === '\t' ? { quote: '"' } : {};
  const options = { format: 'csv', delimiter, columns: typed, header: header !== null, ...quote };
  return { family: 'csv', columns, files, options };
}

function record(random: Random, delimiter: string): WrittenRecord {
  if (random.chance(0.02)) return { bytes: Buffer.from(wrongCount(random, delimiter)), cells: null };
  const n: Cell = random.chance(0.05) ? null : random.chance(0.01) ? { misfit: '12x' } : randomInteger(random);
  const decimal = random.chance(0.05) ? null : randomDecimal(random);
  const d: Cell = decimal === null ? null : random.chance(0.01) ? { misfit: '1.2.3' } : Number(decimal);
  const name = random.chance(0.05) ? null : randomText(random, delimiter);
  const ok: Cell = random.chance(0.1) ? null : random.chance(0.5);
  const at: Cell = random.chance(0.05) ? null : random.chance(0.01) ? { misfit: 'noon' } : randomMicros(random);
  const city = random.pick(['Bern', 'Zürich', 'Genève', 'Basel', '北京']);
  const odd = random.chance(0.05) ? null : randomOddBytes(random);
  const k = BigInt(random.int(0, 5));
  const fields: (string | Uint8Array | null)[] = [
    fieldText(n),
    decimal === null ? null : typeof d === 'number' ? decimal : fieldText(d),
    name,
    ok === null ? null : random.chance(0.1) ? String(ok).toUpperCase() : String(ok),
    typeof at === 'bigint' ? isoText(random, at) : fieldText(at),
    city,
    odd,
    String(k),
  ];
  const parts = fields.flatMap((field, index) => [
    ...(index === 0 ? [] : [Buffer.from(delimiter)]),
    quoteIfNeeded(random, field, delimiter),
  ]);
  return { bytes: Buffer.concat(parts), cells: [n, d, name, ok, at, city, odd, k] };
}

function fieldText(cell: Cell): string | null {
  return cell === null ? null : typeof cell === 'object' && 'misfit' in cell ? cell.misfit : String(cell);
}

function randomMicros(random: Random): bigint {
  return randomSecond(random) + (random.chance(0.2) ? BigInt(random.int(0, 999_999)) : 0n);
}

function randomText(random: Random, delimiter: string): string {
  const word = randomWord(random);
  if (random.chance(0.75)) return word;
  return random.pick([
    `${word}${delimiter}${word}`,
    `"${word}"`,
    `${word}\n${word}`,
    `say ""${word}`,
    `${word}\r\nend`,
    '"',
    '',
    `${word}"`,
  ]);
}

/** NULL is an empty field without quotes, an empty text one in quotes. */
function quoteIfNeeded(random: Random, field: string | Uint8Array | null, delimiter: string): Uint8Array {
  const bytes = Buffer.from(field ?? '');
  const text = bytes.toString('latin1');
  const needed = field === '' || text.includes('"') || text.includes(delimiter) || /[\r\n]/.test(text);
  if (!needed && (field === null || random.chance(0.8))) return bytes;
  return Buffer.from(`"${text.replaceAll('"', '""')}"`, 'latin1');
}

function wrongCount(random: Random, delimiter: string): string {
  const count = random.pick([1, 2, columns.length - 1, columns.length + 1, columns.length + 5]);
  return Array.from({ length: count }, () => String(random.int(0, 9))).join(delimiter);
}
