/** Files compressed with gzip: one stream, so one split. */
import type { SourceFile } from '../core/source.ts';
import { file } from './file.ts';
import { GunzipReader } from './gunzip.ts';
import { type Input, type Reader, readFully } from './input.ts';

export const gzip: Input = {
  name: 'gzip',
  splittable: false,
  open,
  async head(source, bytes) {
    const reader = open(source, 0);
    try {
      const target = new Uint8Array(bytes);
      return { bytes: target.subarray(0, await readFully(reader, target)), prefix: null };
    } finally {
      await reader.close();
    }
  },
};

function open(source: SourceFile, start: number): Reader {
  if (start !== 0) throw new RangeError(`Cannot open a gzip stream at ${start}: it is read from its start`);
  return new GunzipReader(source.name, file.open(source, 0));
}
