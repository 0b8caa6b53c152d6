/**
 * `millrace query`: reads what was set, starts the workers, and only then loads what answers.
 */

import { startEarly } from '../coordinator/early-start.ts';
import type { PrepareOptions } from '../coordinator/prepare-query.ts';
import { UsageError } from '../core/errors.ts';
import { flagName, flagOf, type SettingName, type Settings } from './flags.ts';
import { configFileName, type ResolvedSettings, resolveSettings } from './resolve-settings.ts';
import { stateOptions, wantsSupervision } from './state-options.ts';
import { supervisionOf } from './supervised.ts';

/** `args`: the query and its files, which `replay` reads as rejects. Gives the exit code; throws what cannot be answered. */
export async function queryCommand(
  given: ReadonlyMap<SettingName, string>,
  args: readonly string[],
  replay = false,
): Promise<number> {
  refuseOthersFlags(given);
  const resolved = await loadSettings(given);
  const { settings } = resolved;
  if (settings.printConfig) {
    process.stdout.write((await import('./print-config.ts')).printedConfig(resolved));
    return 0;
  }
  const [sql, ...files] = args;
  if (sql === undefined) throw new UsageError('No query given: write millrace query "SELECT ..." FILE');
  const supervision = supervisionOf(process.env);
  if (supervision === null && wantsSupervision(settings)) {
    return await (await import('./supervise.ts')).supervise(process.argv.slice(2), settings);
  }
  const abort = new AbortController();
  const options = {
    ...prepareOptions(settings, files),
    ...(settings.explain ? {} : stateOptions(settings, supervision)),
    replay,
    signal: abort.signal,
  };
  const starting = startEarly(sql, options);
  starting.catch(() => undefined); // awaited by who prepares the query
  return await (await import('./answer-query.ts')).answerQuery({ sql, options, starting, resolved, abort });
}

function refuseOthersFlags(given: ReadonlyMap<SettingName, string>): void {
  for (const name of given.keys()) {
    const { command } = flagOf(name);
    if (command === undefined) continue;
    throw new UsageError(`Cannot use --${flagName(name)} here: it belongs to millrace ${command}`);
  }
}

export async function loadSettings(given: ReadonlyMap<SettingName, string>): Promise<ResolvedSettings> {
  const path = configFileName(given, process.env);
  const file = path === undefined ? new Map() : await (await import('./config-file.ts')).readConfigFile(path);
  return resolveSettings(given, process.env, file);
}

/** What was set, under the library's names. */
export function prepareOptions(settings: Settings, files: readonly string[]): PrepareOptions {
  const { format, delimiter, quote, header, columns, maxRecord, strict, spillDir } = settings;
  const { memory, workers, workerHeap, workerArena, split, recycleAfter, deadline } = settings;
  const { rejects, maxRejects, maxDeaths, heapProfile, heapSnapshots } = settings;
  const options = {
    ...{ files, format, delimiter, quote, header, columns, maxRecord, strict, spillDir },
    ...{ memory, workers, workerHeap, workerArena, split, recycleAfter, deadline },
    ...{ rejects, maxRejects, maxDeaths, heapProfile, heapSnapshots, functions: settings.functions?.split('\n') },
    startWorkers: !settings.explain || settings.sample,
    sample: settings.sample,
  };
  // undefined is "not said" here, and not a value there
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
