/**
 * The results of a split's parts as one: what was counted is added up, what was made stays in the order of the parts, in
 * memory or in files by the same limits as any other result.
 */
import { RunError } from '../core/errors.ts';
import type { ResultLimits, ScanResult } from '../execute/messages.ts';
import { PartialOutbox } from '../execute/partial-outbox.ts';
import { RowOutbox } from '../execute/row-outbox.ts';
import { isSorted } from '../execute/rows.ts';
import { framesOf, type SpilledPart } from '../execute/spill.ts';
import type { Plan } from '../query/plan.ts';

export class JoinedResult {
  readonly #partials: PartialOutbox;
  readonly #rows: RowOutbox;
  readonly #spilledPartials: ScanResult['spilledPartials'][] = [];
  readonly #parts: ScanResult[] = [];
  readonly #keepRejects: number;
  #keptRejects = 0;

  constructor(plan: Plan, { resultBytes, spill }: ResultLimits, keepRejects: number) {
    this.#keepRejects = keepRejects;
    this.#partials = new PartialOutbox(resultBytes, spill);
    this.#rows = new RowOutbox(resultBytes, spill, isSorted(plan));
  }

  /** Parts come in order. */
  add(part: ScanResult): void {
    const { partials, rows, runs, spilledPartials } = part;
    for (const partial of partials) this.#partials.add(partial);
    this.#spilledPartials.push(spilledPartials);
    for (const block of rows) this.#rows.add(block);
    for (const run of runs) this.#rows.addRun(payloadBytes(run), framesOf(run));
    const rejects = part.rejects.slice(0, Math.max(0, this.#keepRejects - this.#keptRejects));
    this.#keptRejects += rejects.length;
    this.#parts.push({ ...part, rejects, partials: [], rows: [] });
  }

  finish(): ScanResult {
    const parts = this.#parts;
    const [first] = parts;
    const last = parts.at(-1);
    if (first === undefined || last === undefined)
      throw new RunError('Cannot join the parts of a split: there is none');
    const sum = (figure: (part: ScanResult) => number) => parts.reduce((total, part) => total + figure(part), 0);
    const { partials, spilledPartials } = this.#partials.finish();
    const { isCutShort: _, ...rest } = last;
    return {
      ...rest,
      partials,
      spilledPartials: [...this.#spilledPartials.flat(), ...spilledPartials],
      ...this.#rows.finish(),
      rowCount: sum(({ rowCount }) => rowCount),
      records: {
        read: sum(({ records }) => records.read),
        matched: sum(({ records }) => records.matched),
        filtered: sum(({ records }) => records.filtered),
        rejected: sum(({ records }) => records.rejected),
      },
      bytesRead: sum(({ bytesRead }) => bytesRead),
      firstRecord: first.firstRecord,
      rejects: parts.flatMap(({ rejects }) => rejects),
      ...(first.rejectsPaths === undefined
        ? {}
        : { rejectsPaths: parts.flatMap(({ rejectsPaths }) => rejectsPaths ?? []) }),
      elapsedMs: sum(({ elapsedMs }) => elapsedMs),
    };
  }

  close(): void {
    this.#partials.close();
    this.#rows.close();
  }
}

/** Without the frames' headers. */
function payloadBytes(run: SpilledPart): number {
  let bytes = 0;
  for (const frame of framesOf(run)) bytes += frame.length;
  return bytes;
}
