/**
 * A JSON array of objects, one object per line, streamed; `[]` where there are no rows.
 */
import type { ResultColumn } from '../core/value.ts';
import { jsonRows, jsonText } from './json-rows.ts';
import type { Output, OutputWriter, Sink } from './output.ts';

export const json: Output = {
  name: 'json',
  summary: 'an array of objects',
  open(columns: readonly ResultColumn[], sink: Sink): OutputWriter {
    const toText = jsonRows(columns);
    // a row comes behind another
    const plain = jsonText(columns, ',\n  ', '');
    let isEmpty = true;
    return {
      async rows(block) {
        for (const part of block.parts?.(plain) ?? [block]) {
          if (part.length === 0) continue;
          const isFirst = isEmpty;
          isEmpty = false;
          if (isFirst) await sink('[');
          if (part instanceof Uint8Array) await sink(isFirst ? part.subarray(1) : part);
          else await sink((isFirst ? '\n' : ',\n') + Array.from(part, (row) => `  ${toText(row)}`).join(',\n'));
        }
      },
      end: () => sink(isEmpty ? '[]\n' : '\n]\n'),
    };
  },
};
