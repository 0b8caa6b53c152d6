/** Runs an output over blocks of rows and hands back what it wrote. */
import type { RowBlock } from '../../src/core/row-block.ts';
import type { ResultColumn, SqlType } from '../../src/core/value.ts';
import type { OutputOptions } from '../../src/outputs/output.ts';
import { type OutputName, outputByName } from '../../src/outputs/table.ts';

/** Throws where bytes are not UTF-8. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export async function render(
  name: OutputName,
  columns: Readonly<Record<string, SqlType>> | readonly ResultColumn[],
  blocks: Iterable<RowBlock>,
  options: Partial<OutputOptions> = {},
): Promise<string> {
  const output = await outputByName(name);
  const chunks: string[] = [];
  const list = Array.isArray(columns) ? columns : Object.entries(columns).map(([name, type]) => ({ name, type }));
  const sink = async (chunk: string | Uint8Array) => {
    chunks.push(typeof chunk === 'string' ? chunk : strict.decode(chunk));
  };
  const writer = output.open(list, sink, { width: Number.POSITIVE_INFINITY, color: false, csvSafe: false, ...options });
  for (const block of blocks) await writer.rows(block);
  await writer.end();
  return chunks.join('');
}
