/** Plain lines: no columns but the record itself, `_raw`. Never detected: every text file would fit. */
import { refuseDialectOptions } from './dialect-options.ts';
import type { Format } from './format.ts';

export const lines: Format = {
  name: 'lines',
  summary: 'Plain text: each line is a record, and `_raw` is all it has',
  detect: () => 0,
  describe(_head, options) {
    refuseDialectOptions('lines', options);
    return { name: 'lines', columns: [], open: false, records: 'lines', dialect: null };
  },
  tokenizer: () => ({ type: 'lines' }),
  samples: [{ record: 'Jun 14 15:16:01 combo sshd[19939]: check pass', fields: {} }],
};
