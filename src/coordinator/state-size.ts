/**
 * How large the state of a question is, as it leaves the workers: what memory, spill files and the wire to another machine
 * have to hold per group and per record.
 */
import type { ScanResult } from '../execute/messages.ts';
import { partialGroups } from '../execute/partial.ts';

type Measured = Pick<ScanResult, 'partials' | 'spilledPartials' | 'rows' | 'runs' | 'records'>;

export class StateSize {
  #bytes = 0;
  #groups = 0;
  #records = 0;

  add({ partials, spilledPartials, rows, runs, records }: Measured): void {
    for (const partial of partials) {
      this.#bytes += partial.byteLength;
      this.#groups += partialGroups(partial);
    }
    for (const { begins, groups } of spilledPartials) {
      this.#bytes += (begins.at(-1) ?? 0) - (begins[0] ?? 0);
      this.#groups += groups;
    }
    for (const { length } of [...rows, ...runs]) this.#bytes += length;
    this.#records += records.matched;
  }

  /** null where there is none. A group counts in every partial that holds it. */
  get bytesPerGroup(): number | null {
    return this.#groups === 0 ? null : Math.round(this.#bytes / this.#groups);
  }

  /** Of records that matched: near 0 where they are grouped to little. null where none did. */
  get bytesPerRecord(): number | null {
    return this.#records === 0 ? null : Number((this.#bytes / this.#records).toFixed(3));
  }
}
