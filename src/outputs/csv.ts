/**
 * RFC 4180 CSV with a header row and `\n` line ends. Rows in which something must be quoted are written by fast-csv, which is
 * loaded when the first one comes; in all others commas are put between the fields, which is thirty times faster. Most rows of
 * long answers come as finished lines (workers/kernels/row-text.ts), for which what is said here is the definition.
 *
 * What is written is the data: NULL is an empty field and the empty text is one too, and text that a spreadsheet would
 * take for a formula is left alone unless `csvSafe` asks for the apostrophe.
 */
import type { RowText } from '../core/row-block.ts';
import type { ResultColumn, SqlType, Value } from '../core/value.ts';
import { formatValue } from './format-value.ts';
import type { Output, OutputOptions, OutputWriter, Sink } from './output.ts';

export const csv: Output = {
  name: 'csv',
  summary: 'comma-separated values with a header row',
  open(columns: readonly ResultColumn[], sink: Sink, options: OutputOptions): OutputWriter {
    const types = columns.map(({ type }) => type);
    const toField = (value: Value, type: SqlType): string => {
      const text = formatValue(value, type);
      return options.csvSafe && type === 'text' ? disarm(text) : text;
    };
    // digits, points and colons need no quotes
    const texts = types.flatMap((type, i) => (type === 'text' ? [i] : []));
    const plain: RowText = { values: 'csv', before: types.map((_, i) => (i === 0 ? '' : ',')), after: '\n' };
    let header: string[] | null = columns.map(({ name }) => toField(name, 'text'));
    const writeValues = async (block: Iterable<readonly Value[]>): Promise<void> => {
      const lines = new Lines();
      if (header !== null) lines.add(header, header.some(needsQuotes));
      header = null;
      for (const row of block) {
        const fields = types.map((type, i) => toField(row[i] ?? null, type));
        lines.add(
          fields,
          texts.some((i) => needsQuotes(fields[i] ?? '')),
        );
      }
      const text = await lines.text();
      if (text !== '') await sink(text);
    };
    return {
      async rows(block) {
        if (block.parts === undefined || options.csvSafe) return writeValues(block);
        if (header !== null) await writeValues([]);
        for (const part of block.parts(plain)) {
          if (part instanceof Uint8Array) await sink(part);
          else await writeValues(part);
        }
      },
      async end() {
        if (header !== null) await writeValues([]);
      },
    };
  },
};

/** Rows on their way to text, in order. */
class Lines {
  readonly #done: (string | string[][])[] = [];
  #plain = '';
  #quoted: string[][] = [];

  add(fields: string[], isQuoted: boolean): void {
    if (isQuoted) {
      this.#endPlain();
      this.#quoted.push(fields.map(hideNul));
    } else {
      this.#endQuoted();
      this.#plain += `${fields.join(',')}\n`;
    }
  }

  async text(): Promise<string> {
    this.#endPlain();
    this.#endQuoted();
    let text = '';
    for (const part of this.#done) text += typeof part === 'string' ? part : await quoted(part);
    return text;
  }

  #endPlain(): void {
    if (this.#plain !== '') this.#done.push(this.#plain);
    this.#plain = '';
  }

  #endQuoted(): void {
    if (this.#quoted.length > 0) this.#done.push(this.#quoted);
    this.#quoted = [];
  }
}

/** As fast-csv decides; the bar is its own peculiarity. */
function needsQuotes(field: string): boolean {
  return /[",\r\n|]/.test(field);
}

async function quoted(rows: string[][]): Promise<string> {
  const { writeToString } = await import('@fast-csv/format');
  return showNul(await writeToString(rows, { headers: false, includeEndRowDelimiter: true }));
}

/** Spreadsheets run cells that begin with these characters (OWASP, CSV injection); a leading apostrophe makes them text. */
function disarm(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/** fast-csv deletes NUL characters, which is data: they travel as `U+E000 0`, and a private-use U+E000 as `U+E000 1`. */
function hideNul(text: string): string {
  return text.replace(/[\0\ue000]/g, (found) => (found === '\0' ? '\ue0000' : '\ue0001'));
}

function showNul(text: string): string {
  return text.replace(/\ue000[01]/g, (found) => (found === '\ue0000' ? '\0' : '\ue000'));
}
