/**
 * One JSON object per line. Integers are exact digits, also beyond 2^53, where JSON.stringify would round them.
 */
import type { ResultColumn } from '../core/value.ts';
import { jsonRows, jsonText } from './json-rows.ts';
import type { Output, OutputWriter, Sink } from './output.ts';

export const ndjson: Output = {
  name: 'ndjson',
  summary: 'one JSON object per line',
  open(columns: readonly ResultColumn[], sink: Sink): OutputWriter {
    const toText = jsonRows(columns);
    const plain = jsonText(columns, '', '\n');
    return {
      async rows(block) {
        for (const part of block.parts?.(plain) ?? [block]) {
          await sink(part instanceof Uint8Array ? part : Array.from(part, (row) => `${toText(row)}\n`).join(''));
        }
      },
      end: () => Promise.resolve(),
    };
  },
};
