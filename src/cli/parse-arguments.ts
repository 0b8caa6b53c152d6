/**
 * What was typed on the command line: which flags with which texts, and the other arguments. What they mean is
 * resolve-settings.ts's business.
 */
import { parseArgs } from 'node:util';
import { UsageError } from '../core/errors.ts';
import { suggest } from '../query/suggest.ts';
import { flagName, flagOf, flagUsage, type SettingName, settingNames } from './flags.ts';

export interface Arguments {
  /** The last text given for each flag; a switch has `true` or `false`. */
  readonly given: ReadonlyMap<SettingName, string>;
  readonly positionals: readonly string[];
}

/** Throws UsageError for a flag that does not exist, lacks its value, or has one too many. */
export function parseArguments(args: readonly string[]): Arguments {
  const names = new Map<string, { readonly name: SettingName; readonly negates: boolean }>();
  for (const name of settingNames) {
    names.set(flagName(name), { name, negates: false });
    if (flagOf(name).value === null && !isCommandLike(name)) names.set(`no-${flagName(name)}`, { name, negates: true });
  }
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {};
  for (const [option, { name, negates }] of names) {
    const { value, short } = flagOf(name);
    const type = value === null ? 'boolean' : 'string';
    options[option] = short === undefined || negates ? { type } : { type, short };
  }
  // Not strict: its messages are not ours, and it would not say which flag was meant.
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<SettingName, string>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const known = names.get(token.name);
    if (known === undefined) throw unknownFlag(token.rawName, [...names.keys()]);
    if (flagOf(known.name).value === null) {
      if (token.value !== undefined) {
        throw new UsageError(
          `Cannot use ${token.rawName}=${token.value}: the flag takes no value: write ${token.rawName}`,
        );
      }
      given.set(known.name, String(!known.negates));
    } else {
      // A text with a dash in front is the next flag; whoever means it as a value writes --flag=-text.
      if (token.value === undefined || (!token.inlineValue && /^-./.test(token.value))) {
        throw new UsageError(`Cannot use ${token.rawName}: it needs a value: write ${flagUsage(known.name)}`);
      }
      const before = flagOf(known.name).repeats === true ? given.get(known.name) : undefined;
      given.set(known.name, before === undefined ? token.value : `${before}\n${token.value}`);
    }
  }
  return { given, positionals };
}

function isCommandLike(name: SettingName): boolean {
  return flagOf(name).settable === false;
}

function unknownFlag(typed: string, names: readonly string[]): UsageError {
  const near = suggest(
    typed,
    names.map((name) => `--${name}`),
  );
  const remedy = near === null ? '"millrace help" lists them' : `did you mean "${near}"?`;
  return new UsageError(`Unknown flag "${typed}": ${remedy}`);
}
