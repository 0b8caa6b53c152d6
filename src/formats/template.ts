/**
 * Template formats: a line is a fixed sequence of fields, each ended by a literal. The fields are data; from them come the
 * columns, the kernel's steps and a plain matcher for detection.
 */
import type { SqlType } from '../core/value.ts';
import { refuseDialectOptions } from './dialect-options.ts';
import type { ColumnSpec, Format, NeededColumn, TemplateStep } from './format.ts';
import { headLines, shareOf } from './head.ts';

/** A field and its terminator: `TemplateStep` in format.ts says what the attributes mean. */
export interface TemplateField {
  readonly name: string;
  readonly type: SqlType;
  readonly until: string;
  /** Default 0. */
  readonly mark?: number;
  readonly quoted?: boolean;
  readonly loose?: boolean;
  /** Also cut into the columns `method`, `path` and `protocol`, which follow it. */
  readonly request?: boolean;
}

export interface TemplateFormat {
  readonly name: string;
  readonly summary: string;
  readonly prefix: string;
  readonly fields: readonly TemplateField[];
  /** The kernel's own loop for these fields, where it has one. */
  readonly walk?: 'common' | 'combined';
  readonly samples: Format['samples'];
}

const requestPieces = ['method', 'path', 'protocol'] as const;

export function templateFormat({ name, summary, prefix, fields, walk, samples }: TemplateFormat): Format {
  const columns = fields.flatMap(columnsOf);
  return {
    name,
    summary,
    samples,
    detect: (head) =>
      shareOf(
        headLines(head),
        ({ bytes, isCut }) => !isCut && matches(prefix, fields, Buffer.from(bytes).toString('latin1')),
      ),
    describe(_head, options) {
      refuseDialectOptions(name, options);
      return { name, columns, open: false, records: 'lines', dialect: null };
    },
    tokenizer: (_spec, needed) => ({
      type: 'template',
      prefix,
      steps: stepsFor(fields, needed),
      walk: walk ?? null,
    }),
  };
}

function columnsOf({ name, type, request }: TemplateField): ColumnSpec[] {
  const column = { name, type };
  return request ? [column, ...requestPieces.map((piece) => ({ name: piece, type: 'text' as const }))] : [column];
}

function stepsFor(fields: readonly TemplateField[], needed: readonly NeededColumn[]): TemplateStep[] {
  const outputOf = (name: string) => needed.findIndex((column) => column.name === name);
  return fields.map(
    (field): TemplateStep => ({
      until: field.until,
      mark: field.mark ?? 0,
      quoted: field.quoted ?? false,
      loose: field.loose ?? false,
      dashIsNull: true,
      output: outputOf(field.name),
      request: field.request
        ? { method: outputOf('method'), path: outputOf('path'), protocol: outputOf('protocol') }
        : null,
    }),
  );
}

/** Whether a line without line end has the template's shape. */
function matches(prefix: string, fields: readonly TemplateField[], line: string): boolean {
  if (!line.startsWith(prefix)) return false;
  let start = prefix.length;
  for (const [index, field] of fields.entries()) {
    const isLast = index === fields.length - 1;
    const end = fieldEnd(field, isLast, line, start);
    if (end === null || (end === start && !field.quoted)) return false;
    start = end + field.until.length;
    if (isLast) return start >= line.length;
  }
  return true;
}

/** Where the field that starts at `start` ends, null where the line breaks the template. */
function fieldEnd(
  { until, mark = 0, quoted, loose }: TemplateField,
  isLast: boolean,
  line: string,
  start: number,
): number | null {
  const marked = until === '' ? ' ' : until.charAt(mark);
  // by searches and not by characters: all of this runs once, before V8 has compiled any of it
  let escaped = quoted ? line.indexOf('\\', start) : -1;
  let at = line.indexOf(marked, start);
  while (at >= 0) {
    if (escaped >= 0 && escaped <= at) {
      const next = escaped + 2;
      escaped = line.indexOf('\\', next);
      if (at < next) at = line.indexOf(marked, next);
      continue;
    }
    if (until !== '' && at - mark >= start && line.startsWith(until, at - mark)) return at - mark;
    if (!loose) return null;
    at = line.indexOf(marked, at + 1);
  }
  return isLast ? line.length : null;
}
