/**
 * A table for people: aligned columns, thousands separators, numbers to the right, as wide as the terminal at most.
 *
 * Column widths come from the first rows (a bounded number, held back until they are measured); later rows stream. On a
 * terminal, text that does not fit is cut and ends in `…`; numbers are never cut, for a cut number is a wrong one. Text
 * is hostile: control characters and escape sequences are shown, not sent.
 */
import { printable } from '../core/printable.ts';
import type { RowBlock } from '../core/row-block.ts';
import type { ResultColumn, SqlType, Value } from '../core/value.ts';
import { displayWidth, fitWidth } from './display-width.ts';
import { formatValue } from './format-value.ts';
import type { Output, OutputOptions, OutputWriter, Sink } from './output.ts';

const measuredRows = 1000;
const measuredCharacters = 4_000_000;
const gap = '  ';
/** A text column is not narrowed below this. */
const narrowest = 6;

export const textTable: Output = {
  name: 'table',
  summary: 'aligned columns for reading',
  open: (columns, sink, options) => new TextTableWriter(columns, sink, options),
};

class TextTableWriter implements OutputWriter {
  readonly #columns: readonly ResultColumn[];
  readonly #sink: Sink;
  readonly #options: OutputOptions;
  readonly #headers: readonly string[];
  #held: string[][] = [];
  #heldCharacters = 0;
  #widths: readonly number[] | null = null;

  constructor(columns: readonly ResultColumn[], sink: Sink, options: OutputOptions) {
    this.#columns = columns;
    this.#sink = sink;
    this.#options = options;
    this.#headers = columns.map((column) => this.#safe(column.name));
  }

  async rows(block: RowBlock): Promise<void> {
    const cells = Array.from(block, (row) => this.#columns.map((column, i) => this.#cell(row[i] ?? null, column.type)));
    if (this.#widths !== null) {
      await this.#write(cells, this.#widths);
      return;
    }
    for (const row of cells) {
      this.#held.push(row);
      for (const cell of row) this.#heldCharacters += cell.length;
    }
    if (this.#held.length >= measuredRows || this.#heldCharacters >= measuredCharacters) await this.#start();
  }

  async end(): Promise<void> {
    if (this.#widths === null) await this.#start();
  }

  async #start(): Promise<void> {
    const natural = this.#headers.map((header, i) =>
      this.#held.reduce((width, row) => Math.max(width, displayWidth(row[i] ?? '')), displayWidth(header)),
    );
    const widths = narrow(natural, this.#columns.map(isFlexible), this.#options.width);
    this.#widths = widths;
    const held = this.#held;
    this.#held = [];
    const header = this.#line(this.#headers, widths, (text) => this.#style('1', text));
    const rule = widths.map((width) => '─'.repeat(width)).join(gap);
    await this.#sink(`${header}${this.#style('2', rule)}\n`);
    await this.#write(held, widths);
  }

  async #write(cells: readonly (readonly string[])[], widths: readonly number[]): Promise<void> {
    if (cells.length === 0) return;
    const dimNull = (text: string) => (text === 'NULL' ? this.#style('2', text) : text);
    await this.#sink(cells.map((row) => this.#line(row, widths, dimNull)).join(''));
  }

  #line(cells: readonly string[], widths: readonly number[], styled: (text: string) => string): string {
    let line = '';
    for (const [i, column] of this.#columns.entries()) {
      const width = widths[i] ?? 0;
      const cell = cells[i] ?? '';
      const text = this.#options.width === Number.POSITIVE_INFINITY || isNumeric(column) ? cell : fitWidth(cell, width);
      const padding = ' '.repeat(Math.max(0, width - displayWidth(text)));
      const isLast = i === this.#columns.length - 1;
      line += isNumeric(column) ? padding + styled(text) : styled(text) + (isLast ? '' : padding);
      if (!isLast) line += gap;
    }
    return `${line}\n`;
  }

  /** NULL is a bare `NULL`; text that reads so gets quotes. */
  #cell(value: Value, type: SqlType): string {
    if (value === null) return 'NULL';
    if (typeof value === 'bigint' && type !== 'timestamp') return groupDigits(value.toString());
    const text = formatValue(value, type);
    return text === 'NULL' ? "'NULL'" : this.#safe(text);
  }

  #safe(text: string): string {
    // More than any terminal shows: a cell of a megabyte is not worth measuring.
    return printable(this.#options.width === Number.POSITIVE_INFINITY ? text : text.slice(0, this.#options.width * 8));
  }

  #style(code: string, text: string): string {
    return this.#options.color ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

/** `-1234567` to `-1,234,567`. */
export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function isNumeric(column: ResultColumn): boolean {
  return column.type === 'integer' || column.type === 'double';
}

function isFlexible(column: ResultColumn): boolean {
  return !isNumeric(column) && column.type !== 'timestamp';
}

/** Takes width from the widest flexible columns first, until the line fits or all of them are narrow. */
function narrow(natural: readonly number[], flexible: readonly boolean[], limit: number): readonly number[] {
  const lineWidth = (cap: number) =>
    natural.reduce((sum, width, i) => sum + (flexible[i] ? Math.min(width, cap) : width), 0) +
    gap.length * (natural.length - 1);
  let cap = Math.max(narrowest, ...natural);
  if (lineWidth(cap) <= limit) return natural;
  while (cap > narrowest && lineWidth(cap) > limit) cap--;
  return natural.map((width, i) => (flexible[i] ? Math.min(width, cap) : width));
}
