/** JSON.parse as the oracle of the JSON tokenizer. */
import { expect } from 'vitest';
import type { Arena } from '../../src/execute/arena.ts';
import { json } from '../../src/formats/json.ts';
import { tokenize } from './tokenize.ts';

/** What JSON.parse makes of a column: text of strings, JSON of the rest; `undefined`: the line is malformed. */
export function jsonReference(line: Buffer, names: readonly string[]): (string | null)[] | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return undefined;
  return names.map((name) => {
    if (Object.hasOwn(record, name)) return shown((record as Record<string, unknown>)[name]);
    let value: unknown = record;
    for (const key of name.split('.')) {
      if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
        return null;
      value = (value as Record<string, unknown>)[key];
    }
    return shown(value);
  });
}

function shown(value: unknown): string | null {
  if (value === null) return null;
  return typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value);
}

/** The kernel's text as comparable with `shown`: nested values and numbers in JSON's shortest form. */
export function normalizedJson(text: string | null, wanted: string | null): string | null {
  if (text === null || wanted === null) return text;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  if (decoded === wanted) return wanted;
  try {
    const again = JSON.stringify(JSON.parse(decoded));
    return again === wanted ? wanted : decoded;
  } catch {
    return decoded;
  }
}

/** Tokenizes all the lines with one tokenizer, so that it learns from each, and compares them with JSON.parse. */
export function checkJson(arena: Arena, lines: readonly Buffer[], names: readonly string[]): void {
  const input = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
  const spec = json.tokenizer(
    json.describe(input, {}),
    names.map((name) => ({ name })),
  );
  const records = tokenize(arena, spec, names.length, input);
  const wanted = lines.map((line) => jsonReference(line, names));
  expect(records.map(({ fields }) => fields !== null)).toEqual(wanted.map((fields) => fields !== undefined));
  records.forEach(({ fields }, row) => {
    const expected = wanted[row];
    if (fields === null || expected === undefined) return;
    const context = `${lines[row]?.toString('latin1')}`;
    expect(
      fields.map((field, index) => normalizedJson(field, expected[index] ?? null)),
      context,
    ).toEqual(expected);
  });
}
