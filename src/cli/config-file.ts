/**
 * A configuration file: YAML or JSON, an object whose keys are flags without their dashes.
 *
 *     memory: 1GiB
 *     workers: 4
 *     progress: false
 */
import { readFile } from 'node:fs/promises';
import { UsageError } from '../core/errors.ts';
import { suggest } from '../query/suggest.ts';
import { flagName, flagOf, type SettingName, settingNames } from './flags.ts';
import type { GivenText } from './resolve-settings.ts';

/** The settings in a file, as texts. Throws UsageError where it cannot be read or says what no flag says. */
export async function readConfigFile(path: string): Promise<Map<SettingName, GivenText>> {
  const content = await parseFile(path);
  const given = new Map<SettingName, GivenText>();
  if (content === null) return given; // an empty file
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new UsageError(`Cannot use configuration "${path}": it is not an object of settings: write "memory: 1GiB"`);
  }
  const names = new Map(settingNames.filter(isSettable).map((name) => [flagName(name), name]));
  for (const [key, value] of Object.entries(content)) {
    const name = names.get(key);
    if (name === undefined) {
      const near = suggest(key, names.keys());
      const remedy = near === null ? '"millrace help" lists them as flags' : `did you mean "${near}"?`;
      throw new UsageError(`Cannot use configuration "${path}": unknown setting "${key}": ${remedy}`);
    }
    if (value === null) continue;
    if (flagOf(name).repeats === true && Array.isArray(value)) {
      given.set(name, { text: value.map(String).join('\n'), where: `${path}: ${key}` });
      continue;
    }
    if (typeof value === 'object') {
      throw new UsageError(
        `Cannot use configuration "${path}": "${key}" must be one value: write it as --${key} takes it`,
      );
    }
    given.set(name, { text: String(value), where: `${path}: ${key}` });
  }
  return given;
}

/** A configuration file cannot name another one. */
function isSettable(name: SettingName): boolean {
  return name !== 'config' && flagOf(name).settable !== false;
}

async function parseFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^(\w+): ([^,]*),.*$/s, '$2 ($1)') : String(error);
    throw new UsageError(`Cannot read configuration "${path}": ${reason}`);
  }
  // YAML 1.2 holds JSON, and is loaded only for those who use it.
  const { parse } = await import('yaml');
  try {
    return parse(text, { prettyErrors: true }) as unknown;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`Cannot read configuration "${path}": ${reason?.replace(/:$/, '')}`);
  }
}
