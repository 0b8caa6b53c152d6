/**
 * The list of outputs. Adding one: its file, and its line here. Each is imported when it is chosen.
 */
import type { Output } from './output.ts';

const outputs = {
  table: async () => (await import('./text-table.ts')).textTable,
  csv: async () => (await import('./csv.ts')).csv,
  json: async () => (await import('./json.ts')).json,
  ndjson: async () => (await import('./ndjson.ts')).ndjson,
} as const satisfies Readonly<Record<string, () => Promise<Output>>>;

export type OutputName = keyof typeof outputs;

/** In the order in which help shows them. */
export const outputNames = Object.keys(outputs) as readonly OutputName[]; // the keys of the object above

export function isOutputName(name: string): name is OutputName {
  return Object.hasOwn(outputs, name);
}

export function outputByName(name: OutputName): Promise<Output> {
  return outputs[name]();
}
