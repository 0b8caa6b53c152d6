/**
 * A file that `--rejects` wrote, read again: its records as they were, with the places they came from. For `replay` only;
 * no file is taken for one by its looks.
 *
 * Invariant: memory holds one line, and a line that is no rejected record is an error, never passed over.
 */
import { RunError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import type { SourceFile } from '../core/source.ts';
import { file } from './file.ts';
import type { Input, Reader } from './input.ts';

export interface RejectedRecord {
  /** Where it stood, as the file says. */
  readonly file: string;
  readonly offset: number;
  readonly record: Uint8Array;
  /** How long the record is, where this is but its beginning; null where it is whole. */
  readonly cutFromBytes: number | null;
  /** Bytes of its line. */
  readonly lineBytes: number;
}

const chunkBytes = 1 << 18;
/** A record of 1 MiB, every byte an escape in the text, and once more in base64. */
const mostLineBytes = 1 << 24;
const lineFeed = 10;

export const rejects: Input = {
  name: 'rejects',
  splittable: false,
  open: (source) => new RecordsReader(source),
  async head(source, bytes) {
    const reader = new RecordsReader(source);
    const target = new Uint8Array(bytes);
    let filled = 0;
    for (let got = -1; got !== 0 && filled < bytes; filled += got) got = reader.read(target.subarray(filled));
    reader.close();
    return { bytes: target.subarray(0, filled), prefix: null };
  },
};

/** Throws RunError for a line that is no rejected record. */
export function* readRejects(source: SourceFile): Generator<RejectedRecord> {
  const reader = file.open(source, 0);
  const chunk = new Uint8Array(chunkBytes);
  let rest = new Uint8Array(0);
  let number = 0;
  try {
    for (;;) {
      const got = reader.read(chunk);
      if (typeof got !== 'number') throw new RunError(`Cannot read "${printable(source.name)}" at once`);
      const bytes = joined(rest, chunk.subarray(0, got));
      let from = 0;
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
        number++;
        if (end > from) yield recordOf(bytes.subarray(from, end), source, number);
        from = end + 1;
      }
      rest = bytes.slice(from);
      if (got === 0) break;
      if (rest.length > mostLineBytes) throw notARecord(source, number + 1, 'it is too long');
    }
    if (rest.length > 0) yield recordOf(rest, source, number + 1);
  } finally {
    void reader.close();
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

function recordOf(line: Uint8Array, source: SourceFile, number: number): RejectedRecord {
  let said: unknown;
  try {
    said = JSON.parse(Buffer.from(line).toString('utf8'));
  } catch {
    throw notARecord(source, number, 'it is not JSON');
  }
  if (typeof said !== 'object' || said === null) throw notARecord(source, number, 'it is not an object');
  const member = (key: string): unknown => Reflect.get(said, key);
  const [name, offset, record, base64] = [member('file'), member('offset'), member('record'), member('recordBase64')];
  if (typeof name !== 'string' || typeof offset !== 'number' || typeof record !== 'string') {
    throw notARecord(source, number, 'it lacks "file", "offset" or "record"');
  }
  const bytes = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : Buffer.from(record, 'utf8');
  const recordBytes = member('recordBytes');
  const cutFromBytes = typeof recordBytes === 'number' ? recordBytes : null;
  return { file: name, offset, record: bytes, cutFromBytes, lineBytes: line.length + 1 };
}

function notARecord(source: SourceFile, number: number, problem: string): RunError {
  return new RunError(
    `Cannot replay "${printable(source.name)}": line ${number} is no rejected record: ${problem}: name a file that --rejects wrote`,
  );
}

/** The records one per line. */
class RecordsReader implements Reader {
  readonly #records: Generator<RejectedRecord>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: SourceFile) {
    this.#records = readRejects(source);
  }

  read(target: Uint8Array): number {
    if (this.#rest.length === 0) {
      const { value } = this.#records.next();
      if (value === undefined) return 0;
      this.#rest = joined(value.record, new Uint8Array([lineFeed]));
    }
    const part = this.#rest.subarray(0, target.length);
    target.set(part);
    this.#rest = this.#rest.subarray(part.length);
    return part.length;
  }

  close(): void {
    this.#records.return(undefined);
  }
}
