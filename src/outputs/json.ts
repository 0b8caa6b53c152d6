/**
 * A JSON array of objects, one object per line, streamed; `[]` where there are no rows.
 */
import type { ResultColumn } from '../core/value.ts';
import { jsonRows } from './json-rows.ts';
import type { Output, OutputWriter, Sink } from './output.ts';

export const json: Output = {
  name: 'json',
  summary: 'an array of objects',
  open(columns: readonly ResultColumn[], sink: Sink): OutputWriter {
    const toText = jsonRows(columns);
    let isEmpty = true;
    return {
      async rows(block) {
        if (block.length === 0) return;
        const opening = isEmpty ? '[\n' : ',\n';
        isEmpty = false;
        await sink(opening + Array.from(block, (row) => `  ${toText(row)}`).join(',\n'));
      },
      end: () => sink(isEmpty ? '[]\n' : '\n]\n'),
    };
  },
};
