/**
 * What a flag is, and the readers of flag values. A reader throws UsageError for a value that it cannot use.
 */
import { UsageError } from '../core/errors.ts';
import { parseSize } from '../core/size.ts';
import type { SqlType } from '../core/value.ts';

export type FlagGroup = 'Input' | 'Output' | 'Resources' | 'Recovery' | 'Metrics' | 'Tune' | 'Settings';

/** `T`: the value's type; a flag that nobody set has the value `initial`. */
export interface Flag<T> {
  readonly group: FlagGroup;
  /** One letter, without the dash. */
  readonly short?: string;
  /** What stands for the value in help, for example `SIZE`; null for a switch. */
  readonly value: string | null;
  /** A switch that is on unless it is switched off: help shows `--no-...`. */
  readonly negated?: boolean;
  /** What help says where `initial` does not speak for itself. */
  readonly unset?: string;
  readonly doc: string;
  readonly initial: T;
  /** May be given more than once: the texts, a line each. */
  readonly repeats?: true;
  /** False for what makes no sense in a configuration file or the environment. */
  readonly settable?: false;
  /** The only command that knows it. */
  readonly command?: 'tune';
  readonly read: (text: string) => T;
}

/** Gives a table entry its value type. */
export function flag<T>(spec: Flag<T>): Flag<T> {
  return spec;
}

export function readText(text: string): string {
  return text;
}

export function readSwitch(text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new UsageError('write "true" or "false"');
}

/** A reader of whole numbers in [least, most]. */
export function readCount(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (count >= least && count <= most) return count;
    throw new UsageError(`write a whole number from ${least} to ${most}`);
  };
}

/** A number of rejects, or a share of the records read. */
export function readRejectBudget(text: string): string {
  if (/^(\d{1,15}|\d{1,2}(\.\d+)?%|100%)$/.test(text)) return text;
  throw new UsageError('write a number or a share, as in "100" or "0.5%"');
}

export function readSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= 0) return seconds;
  throw new UsageError('write a number of seconds');
}

export function readHttpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text;
  throw new UsageError('write an address that begins with http:// or https://');
}

/** What `tune` looks for: `knee`, `time`, or a size as in `memory=512MiB`. */
export function readTarget(text: string): { type: 'knee' } | { type: 'time' } | { type: 'memory'; bytes: number } {
  if (text === 'knee' || text === 'time') return { type: text };
  const [, size] = /^memory=(.+)$/.exec(text) ?? [];
  if (size === undefined) throw new UsageError('use one of knee, time, memory=SIZE');
  return { type: 'memory', bytes: readSize('16MiB')(size) };
}

/** A reader of sizes of at least `least` bytes. */
export function readSize(least: string): (text: string) => number {
  return (text) => {
    const bytes = parseSize(text);
    if (bytes >= parseSize(least)) return bytes;
    throw new UsageError(`write ${least} or more`);
  };
}

/** One byte; `\t` and `tab` are the tab. */
export function readByte(text: string): string {
  if (text === '\\t' || text.toLowerCase() === 'tab') return '\t';
  if (text.length === 1 && text.charCodeAt(0) < 0x80 && text !== '\n' && text !== '\r') return text;
  throw new UsageError('write one ASCII character, or \\t for the tab');
}

/** A quote character, or `none`. */
export function readQuote(text: string): string {
  return text === '' || text.toLowerCase() === 'none' ? '' : readByte(text);
}

const typeNames: Readonly<Record<string, SqlType>> = {
  ...{ int: 'integer', integer: 'integer', bigint: 'integer' },
  ...{ double: 'double', float: 'double', real: 'double', number: 'double' },
  ...{ text: 'text', string: 'text', varchar: 'text' },
  ...{ bool: 'boolean', boolean: 'boolean' },
  ...{ timestamp: 'timestamp', datetime: 'timestamp' },
};

/** `a,b:int`: names, each with a type or null. */
export function readColumns(text: string): { name: string; type: SqlType | null }[] {
  const columns = text.split(',').map((part) => {
    const [, name = '', typeName] = /^(.*?)(?::([^:]*))?$/.exec(part.trim()) ?? [];
    const type = typeName === undefined ? null : typeNames[typeName.trim().toLowerCase()];
    if (name === '') throw new UsageError('write names separated by commas, as in "time:timestamp,status:int,path"');
    if (type === undefined) {
      throw new UsageError(`unknown type "${typeName}": use integer, double, text, boolean or timestamp`);
    }
    return { name, type };
  });
  const twice = columns.find((column, i) => columns.findIndex((other) => other.name === column.name) !== i);
  if (twice !== undefined) throw new UsageError(`the name "${twice.name}" stands there twice`);
  return columns;
}
