/** Encodes a CSV dialect and the needed fields for their kernel: the layout is in workers/kernels/tokenizers/csv.ts. */
import type { TokenizerSpec } from '../formats/format.ts';
import type { Arena } from './arena.ts';
import type { Program } from './program.ts';
import type { Batch } from './vector.ts';

type Csv = Extract<TokenizerSpec, { type: 'csv' }>;

const noQuote = 256;

export function placeCsv(arena: Arena, { dialect, fieldCount, outputs }: Csv, batch: Batch): Program {
  const bytes = arena.kernels.csvProgramBytes(fieldCount);
  const address = arena.alloc(bytes);
  const quote = dialect.quote === '' ? noQuote : dialect.quote.charCodeAt(0);
  arena.u32.set([dialect.delimiter.charCodeAt(0), quote, fieldCount, 0], address / 4);
  const vectors = (address + arena.kernels.csvVectorsOffset()) / 4;
  arena.u32.fill(0, vectors, vectors + fieldCount);
  outputs.forEach((field, output) => {
    if (field < 0 || field >= fieldCount || arena.u32[vectors + field] !== 0) {
      throw new RangeError(
        `Cannot encode CSV output ${output}: field ${field} of ${fieldCount} is taken or does not exist`,
      );
    }
    arena.u32[vectors + field] = batch.spans[output] ?? 0;
  });
  return { address, bytes };
}
