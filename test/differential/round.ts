/** One round: a random table from a seed, and random questions about it, answered by the engine and by the oracle. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine, type EngineAnswer } from '../support/engine.ts';
import { Random } from '../support/random.ts';
import { combinedTable } from './combined-table.ts';
import { difference } from './compare.ts';
import { csvTable } from './csv-table.ts';
import { jsonlTable } from './jsonl-table.ts';
import { Oracle, type OracleAnswer } from './oracle.ts';
import { printQuery, type RandomQuery, randomQuery } from './random-query.ts';
import type { TruthTable } from './truth.ts';

export const families = { combined: combinedTable, csv: csvTable, jsonl: jsonlTable } as const;
export type Family = keyof typeof families;

export interface Engines {
  /** One worker, one split per file. */
  readonly single: Engine;
  /** Several workers, splits of a few bytes. */
  readonly several: Engine;
  /** Several workers that are replaced after every third task, which takes time: few splits. */
  readonly recycled: Engine;
}

export async function openEngines(): Promise<Engines> {
  const [single, several, recycled] = await Promise.all([
    Engine.open({ workers: 1, recycleAfter: 0 }),
    Engine.open({ workers: 3, recycleAfter: 0 }),
    Engine.open({ workers: 3, recycleAfter: 3 }),
  ]);
  return { single, several, recycled };
}

export async function closeEngines({ single, several, recycled }: Engines): Promise<void> {
  await Promise.all([single.close(), several.close(), recycled.close()]);
}

/** Throws with everything that is needed to see the difference again; the files stay where the message says. */
export async function playRound(family: Family, seed: number, questions: number, engines: Engines): Promise<void> {
  const random = new Random(seed);
  const table = families[family](random);
  const folder = mkdtempSync(join(tmpdir(), `millrace-${family}-${seed}-`));
  const files = writeFiles(table, folder);
  const oracle = await Oracle.over(table);
  try {
    for (let i = 0; i < questions; i++) await askBoth(i, random, table, files, oracle, engines);
  } catch (error) {
    throw new Error(`Seed ${seed} of ${family}, files in ${folder}: ${error instanceof Error ? error.message : error}`);
  } finally {
    oracle.close();
  }
  rmSync(folder, { recursive: true });
}

function writeFiles(table: TruthTable, folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return table.files.map((file, i) => {
    const path = join(folder, `${i}.log`);
    writeFileSync(path, file.bytes);
    return path;
  });
}

async function askBoth(
  number: number,
  random: Random,
  table: TruthTable,
  files: readonly string[],
  oracle: Oracle,
  engines: Engines,
): Promise<void> {
  const query = randomQuery(random, table);
  const sql = printQuery(query, 'logs');
  const settings = { files, ...table.options };
  const expected = await oracle.answer(query);
  const answer = await attempt(() => engines.single.ask(sql, settings));
  const found = answer instanceof Error ? `the engine failed: ${answer.message}` : compareAll(query, answer, expected);
  if (found !== null) throw new Error(describe(number, sql, expected, found, answer));
  if (answer instanceof Error || number % 3 !== 0) return;
  const [name, most] = number % 15 === 0 ? (['recycled', 10] as const) : (['several', 100] as const);
  const split = Math.max(random.pick([1, 7, 40, 100, 1000]), Math.ceil(largest(table) / most));
  const again = await attempt(() => engines[name].ask(sql, { ...settings, split }));
  const changed = again instanceof Error ? `the engine failed: ${again.message}` : sameAnswer(query, answer, again);
  if (changed !== null) {
    throw new Error(describe(number, sql, expected, `splits of ${split} bytes, ${name} workers: ${changed}`, again));
  }
}

async function attempt(run: () => Promise<EngineAnswer>): Promise<EngineAnswer | Error> {
  try {
    return await run();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function compareAll(query: RandomQuery, answer: EngineAnswer, expected: OracleAnswer): string | null {
  const rows = difference(query, answer.rows, expected.rows);
  // a LIMIT that is met leaves records unread
  if (rows !== null || stopsEarly(query)) return rows;
  const [mine, theirs] = [JSON.stringify(answer.records), JSON.stringify(expected.counts)];
  return mine === theirs ? null : `counts ${mine} instead of ${theirs}`;
}

/** Bit for bit, approximate answers too. */
function sameAnswer(query: RandomQuery, answer: EngineAnswer, again: EngineAnswer): string | null {
  if (text(again.rows) !== text(answer.rows)) return `${text(again.rows)} instead of ${text(answer.rows)}`;
  if (stopsEarly(query)) return null;
  const [mine, theirs] = [JSON.stringify(again.records), JSON.stringify(answer.records)];
  return mine === theirs ? null : `counts ${mine} instead of ${theirs}`;
}

function stopsEarly(query: RandomQuery): boolean {
  return query.shape === 'rows' && query.orderBy.length === 0 && query.limit !== null;
}

function largest(table: TruthTable): number {
  return Math.max(...table.files.map((file) => file.bytes.length));
}

function describe(
  number: number,
  sql: string,
  expected: OracleAnswer,
  found: string,
  answer: EngineAnswer | Error,
): string {
  const rows = answer instanceof Error ? answer.stack : text(answer.rows.slice(0, 5));
  return `question ${number}\n${sql}\n${found}\nengine: ${rows}\noracle: ${text(expected.rows.slice(0, 5))}\nasked DuckDB: ${expected.sql}`;
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
}
