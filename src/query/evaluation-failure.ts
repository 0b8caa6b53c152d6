/** A value that cannot be computed for this record: the record is rejected with the code; `detail` goes into the reason. */
import type { RejectCode } from '../core/reject.ts';

export class EvaluationFailure extends Error {
  override readonly name = 'EvaluationFailure';
  readonly code: RejectCode;
  readonly detail: string;

  constructor(code: RejectCode, detail: string) {
    super(detail);
    this.code = code;
    this.detail = detail;
  }
}
