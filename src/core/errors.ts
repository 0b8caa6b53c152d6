/**
 * The errors that users meet. Wording: capital first, no full stop, quoted values, the action, then the state after a
 * colon, then the remedy.
 */

/** The caller's mistake (query, option, missing file): thrown before work starts, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How far an excerpt goes to either side. */
const excerptReach = 200;

/** A mistake in the query text, with the position (0-based, in UTF-16 units) where it was seen. */
export class QueryError extends UsageError {
  readonly query: string;
  readonly position: number;

  constructor(message: string, query: string, position: number) {
    super(message);
    this.query = query;
    this.position = position;
  }

  /** The line of the query that holds the position, of a long one what is around it, and a caret under it. */
  excerpt(): string {
    const start = this.query.lastIndexOf('\n', this.position - 1) + 1;
    const end = this.query.indexOf('\n', this.position);
    const stop = end < 0 ? this.query.length : end;
    const [from, to] = [Math.max(start, this.position - excerptReach), Math.min(stop, this.position + excerptReach)];
    const [before, after] = [from > start ? '...' : '', to < stop ? '...' : ''];
    const line = before + this.query.slice(from, to).replace(/\t/g, ' ') + after;
    return `${line}\n${' '.repeat(Math.max(0, before.length + this.position - from))}^`;
  }
}

/** The machine failed (I/O, memory limit, worker deaths beyond retry): exit code 2. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

/** `--strict` met a rejected record: exit code 1. */
export class StrictError extends Error {
  override readonly name = 'StrictError';
}
