/** A value that cannot be computed for this record: the record is rejected with the code; `detail` goes into the reason. */
import type { RejectCode } from '../core/reject.ts';

export class EvaluationFailure extends Error {
  override readonly name = 'EvaluationFailure';
  readonly code: RejectCode;
  readonly detail: string;

  constructor(code: RejectCode, detail: string) {
    // It says where in the data, not where in the code: and taking down the stack would be most of what a reject costs.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(detail);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.detail = detail;
  }
}
