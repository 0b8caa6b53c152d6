/** One record cannot be used, which shows only when others have been counted already: the task is done again without it. */

/** Row `row` of the batch at hand. */
export class RecordFailure extends Error {
  override readonly name = 'RecordFailure';
  readonly row: number;

  constructor(row: number, reason: string) {
    super(reason);
    this.row = row;
  }
}

/** The same with the record's place in its source, for whoever runs the task. */
export class PoisonRecordError extends Error {
  override readonly name = 'PoisonRecordError';
  readonly offset: number;

  constructor(offset: number, reason: string) {
    super(reason);
    this.offset = offset;
  }
}
