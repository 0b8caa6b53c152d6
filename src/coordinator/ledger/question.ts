/**
 * What results depend on, beside the files: a ledger serves only a run that asks the same. Workers, memory, split size and
 * output are no part of it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { printable } from '../../core/printable.ts';
import { formatSize } from '../../core/size.ts';
import type { Plan } from '../../query/plan.ts';

export interface Question {
  /** Version and kernels: results are written by the one and the other. */
  readonly engine: string;
  readonly sql: string;
  /** The format as it was resolved: its name, columns and dialect. */
  readonly format: string;
  readonly formatName: string;
  /** Whether a record may hold line ends: then a line end at a file's end need not end its last record. */
  readonly isQuoted: boolean;
  /** Longer records are rejected. */
  readonly maxRecordBytes: number;
  /** Of the plan without the query's text, so that blanks do not matter. */
  readonly planHash: string;
}

export function questionOf(plan: Plan, maxRecordBytes: number): Question {
  return {
    engine: engineVersion(),
    sql: plan.sql,
    format: JSON.stringify(plan.format),
    formatName: plan.format.name,
    isQuoted: plan.format.records === 'quoted',
    maxRecordBytes,
    planHash: digest(JSON.stringify(plan, meaning)),
  };
}

/** What is different, for a message behind `it`; null where nothing is. */
export function questionDifference(before: Question, now: Question): string | null {
  if (before.engine !== now.engine) return `was written by millrace ${before.engine}, and this is ${now.engine}`;
  if (before.planHash === now.planHash) {
    if (before.maxRecordBytes === now.maxRecordBytes) return null;
    const [was, is] = [formatSize(before.maxRecordBytes), formatSize(now.maxRecordBytes)];
    return `rejected records above ${was}, and this run would above ${is} (see --max-record)`;
  }
  if (before.format !== now.format) {
    return before.formatName === now.formatName
      ? `read the files as ${before.formatName} with other columns or another dialect`
      : `read the files as ${before.formatName}, and this run would as ${now.formatName}`;
  }
  return before.sql === now.sql
    ? 'answers the same text with other settings'
    : `answers another question: ${printable(before.sql)}`;
}

/** Positions in the text mean nothing; integers have no form in JSON. */
function meaning(key: string, value: unknown): unknown {
  if (key === 'sql' || key === 'at') return undefined;
  return typeof value === 'bigint' ? `${value}n` : value;
}

function engineVersion(): string {
  // from dist/src/coordinator/ledger/ up to the package's root, and to the kernels beside it
  const content: unknown = JSON.parse(textOf('../../../../package.json') ?? '{}');
  const isPackage = typeof content === 'object' && content !== null && 'version' in content;
  const kernels = bytesOf('../../../workers/kernels.wasm');
  return `${isPackage ? String(content.version) : 'unknown'}-${digest(kernels ?? '').slice(0, 8)}`;
}

function textOf(path: string): string | null {
  return bytesOf(path)?.toString('utf8') ?? null;
}

function bytesOf(path: string): Buffer | null {
  try {
    return readFileSync(new URL(path, import.meta.url));
  } catch {
    return null; // run from the sources, where neither stands at this distance
  }
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
