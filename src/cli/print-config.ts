/**
 * `--print-config`: every setting, its value and where it came from, as a YAML file that gives the same settings again.
 */
import { flagName, flagOf, settingNames } from './flags.ts';
import type { ResolvedSettings } from './resolve-settings.ts';

export function printedConfig({ given }: ResolvedSettings): string {
  const lines = settingNames
    .filter((name) => name !== 'config' && flagOf(name).settable !== false)
    .map((name) => {
      const winner = given.get(name);
      const { initial, unset } = flagOf(name);
      const isSet = winner !== undefined || initial !== undefined;
      const setting = `${isSet ? '' : '# '}${flagName(name)}:${isSet ? ` ${yamlScalar(winner?.text ?? String(initial))}` : ''}`;
      return { setting, origin: winner?.where ?? `default${unset === undefined ? '' : `: ${unset}`}` };
    });
  const width = Math.max(...lines.map((line) => line.setting.length));
  return lines.map((line) => `${line.setting.padEnd(width)}  # ${line.origin}\n`).join('');
}

/** JSON strings are YAML strings; what is plainly a word or a number stays bare. */
function yamlScalar(text: string): string {
  return /^[\w./-]+$/.test(text) && !/^-/.test(text) ? text : JSON.stringify(text);
}
