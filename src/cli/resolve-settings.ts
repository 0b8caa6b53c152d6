/**
 * The value of every setting and where it came from: flag, else environment, else configuration file, else default.
 */
import { UsageError } from '../core/errors.ts';
import { environmentName, flagName, flagOf, flags, type SettingName, type Settings, settingNames } from './flags.ts';

/** A text that somebody gave for a setting. `where`: for messages and --print-config, for example `MILLRACE_MEMORY`. */
export interface GivenText {
  readonly text: string;
  readonly where: string;
}

export interface ResolvedSettings {
  readonly settings: Settings;
  /** The texts that won; what has none has its default. */
  readonly given: ReadonlyMap<SettingName, GivenText>;
}

/** Throws UsageError for a value that cannot be used. `file`: the texts of a configuration file. */
export function resolveSettings(
  fromFlags: ReadonlyMap<SettingName, string>,
  environment: Readonly<Record<string, string | undefined>>,
  file: ReadonlyMap<SettingName, GivenText>,
): ResolvedSettings {
  const given = new Map<SettingName, GivenText>();
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const name of settingNames) {
    const winner = flagText(name, fromFlags) ?? environmentText(name, environment) ?? file.get(name);
    if (winner !== undefined) given.set(name, winner);
    values[name] = winner === undefined ? flags[name].initial : read(name, winner);
  }
  return { settings: values as Settings, given }; // every name was set from its own flag, which gives the type
}

/** The file named by flag or environment, which must be known before its texts are. */
export function configFileName(
  fromFlags: ReadonlyMap<SettingName, string>,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return (flagText('config', fromFlags) ?? environmentText('config', environment))?.text;
}

function flagText(name: SettingName, fromFlags: ReadonlyMap<SettingName, string>): GivenText | undefined {
  const text = fromFlags.get(name);
  if (text === undefined) return undefined;
  const isSwitchedOff = flagOf(name).value === null && text === 'false';
  return { text, where: `--${isSwitchedOff ? 'no-' : ''}${flagName(name)}` };
}

/** An empty variable is one that is not set. */
function environmentText(
  name: SettingName,
  environment: Readonly<Record<string, string | undefined>>,
): GivenText | undefined {
  const text = flagOf(name).settable === false ? undefined : environment[environmentName(name)];
  return text === undefined || text === '' ? undefined : { text, where: environmentName(name) };
}

function read(name: SettingName, { text, where }: GivenText): unknown {
  try {
    return flagOf(name).read(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const remedy = error.message.replace(/^Cannot read \w+ ".*": /s, '');
    throw new UsageError(`Cannot use ${where} "${text}": ${remedy}`);
  }
}
