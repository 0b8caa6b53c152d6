/**
 * Finds out what the user's modules offer. They are imported in a thread of their own, with a small heap and a limited
 * time: the user's code never runs on the coordinator's thread, not even while it is looked at.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { RunError, UsageError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import { type FunctionModule, fingerprint } from '../query/functions/user-functions.ts';

/** What the thread gets as `workerData`, and what it answers. */
export interface ModuleQuestion {
  /** As the user named it. */
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
}

export type ModuleAnswer = { readonly module: FunctionModule } | { readonly problem: string };

const patienceMs = 10_000;
const heapOldMb = 64;

/** `names`: files, relative to the working directory. Throws UsageError. */
export function loadFunctions(names: readonly string[]): Promise<FunctionModule[]> {
  return Promise.all([...new Set(names)].map(describe));
}

async function describe(name: string): Promise<FunctionModule> {
  const path = resolve(name);
  const source = await readFile(path).catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const problem = isMissing ? 'no such file' : error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read functions from "${printable(name)}": ${problem}`, { cause: error });
  });
  const question: ModuleQuestion = { name, url: pathToFileURL(path).href, sha256: fingerprint(source) };
  const answer = await ask(question);
  if ('problem' in answer) throw new UsageError(answer.problem);
  return answer.module;
}

async function ask(question: ModuleQuestion): Promise<ModuleAnswer> {
  const thread = new Worker(new URL('../../workers/describe-functions.js', import.meta.url), {
    workerData: question,
    resourceLimits: { maxOldGenerationSizeMb: heapOldMb },
  });
  let timer: NodeJS.Timeout | undefined;
  const refuse = (problem: string) => ({
    problem: `Cannot load functions from "${printable(question.name)}": ${printable(problem)}`,
  });
  try {
    return await new Promise<ModuleAnswer>((answer, reject) => {
      thread.once('message', answer);
      thread.once('messageerror', (error) => reject(new RunError(error.message, { cause: error })));
      thread.once('error', (error) => answer(refuse(error instanceof Error ? error.message : String(error))));
      thread.once('exit', (code) => answer(refuse(`its thread exited with code ${code}`)));
      timer = setTimeout(() => answer(refuse(`it was not imported within ${patienceMs / 1000} s`)), patienceMs);
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
