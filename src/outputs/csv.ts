/**
 * RFC 4180 CSV with a header row and `\n` line ends, written by fast-csv, which is loaded while the first rows
 * are being waited for.
 *
 * What is written is the data: NULL is an empty field and the empty text is one too, and text that a spreadsheet would
 * take for a formula is left alone unless `csvSafe` asks for the apostrophe.
 */
import type { ResultColumn, SqlType, Value } from '../core/value.ts';
import { formatValue } from './format-value.ts';
import type { Output, OutputOptions, OutputWriter, Sink } from './output.ts';

export const csv: Output = {
  name: 'csv',
  summary: 'comma-separated values with a header row',
  open(columns: readonly ResultColumn[], sink: Sink, options: OutputOptions): OutputWriter {
    const toField = (value: Value, type: SqlType): string => {
      const text = formatValue(value, type);
      return hideNul(options.csvSafe && type === 'text' ? disarm(text) : text);
    };
    const loading = import('@fast-csv/format');
    loading.catch(() => undefined); // awaited below
    const write = async (rows: string[][]): Promise<void> => {
      const { writeToString } = await loading;
      const text = await writeToString(rows, { headers: false, includeEndRowDelimiter: true });
      await sink(showNul(text));
    };
    let header: string[][] = [columns.map((column) => toField(column.name, 'text'))];
    return {
      async rows(block) {
        const fields = block.map((row) => columns.map((column, i) => toField(row[i] ?? null, column.type)));
        const rows = [...header, ...fields];
        header = [];
        if (rows.length > 0) await write(rows);
      },
      async end() {
        if (header.length > 0) await write(header);
      },
    };
  },
};

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
