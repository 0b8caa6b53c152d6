/** Options that only CSV and TSV have: other formats refuse them rather than ignore them. */
import { UsageError } from '../core/errors.ts';
import type { FormatOptions } from './format.ts';

export function refuseDialectOptions(format: string, options: FormatOptions): void {
  const given = [
    options.delimiter !== undefined ? '--delimiter' : null,
    options.quote !== undefined ? '--quote' : null,
    options.header !== undefined ? (options.header ? '--header' : '--no-header') : null,
    options.columns !== undefined ? '--columns' : null,
  ].find((flag) => flag !== null);
  if (given !== undefined) {
    throw new UsageError(`Cannot use ${given} with format "${format}": only csv and tsv take it`);
  }
}
