/** Puts records together into a file: line ends, blank lines, a byte order mark before a header, a missing last line end. */
import type { Random } from '../support/random.ts';
import type { TruthFile, TruthRecord } from './truth.ts';

export interface WrittenRecord extends TruthRecord {
  readonly bytes: Uint8Array;
}

export function joinRecords(random: Random, header: string | null, records: readonly WrittenRecord[]): TruthFile {
  const crlf = random.chance(0.3);
  const chunks: Uint8Array[] = [];
  const lineEnd = () => Buffer.from(crlf && random.chance(0.9) ? '\r\n' : '\n');
  if (header !== null) chunks.push(Buffer.from((random.chance(0.1) ? '\ufeff' : '') + header), lineEnd());
  records.forEach((record, index) => {
    if (random.chance(0.01)) chunks.push(lineEnd());
    chunks.push(record.bytes);
    if (index < records.length - 1 || random.chance(0.6)) chunks.push(lineEnd());
  });
  return { bytes: Buffer.concat(chunks), records };
}
