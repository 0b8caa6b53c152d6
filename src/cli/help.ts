/**
 * The help text and the README's table of flags, both made of the table of flags.
 */
import { environmentName, flagOf, flagUsage, type SettingName, settingNames } from './flags.ts';

const textColumn = 34;

export function helpText(lineWidth = 100): string {
  const groups = new Map<string, string[]>();
  for (const name of settingNames) {
    const { group } = flagOf(name);
    groups.set(group, [...(groups.get(group) ?? []), flagHelp(name, lineWidth)]);
  }
  const flagText = [...groups].map(([group, entries]) => `${group}\n${entries.join('')}`).join('\n');
  return `millrace: ask SQL questions of log files larger than memory

Usage
  millrace query "SELECT status, count(*) AS hits FROM 'logs/access*.log' GROUP BY status ORDER BY hits DESC"
  millrace query "SELECT ... FROM logs" FILE...   the files are the table logs; - is stdin, .gz is read as it is
  millrace tune "SELECT ... FROM logs" FILE...    finds the workers, caps and splits that suit it
  millrace replay REJECTS.ndjson "SELECT ..."     asks the records that --rejects kept; any --format
  millrace formats                                lists the formats
  millrace help                                   prints this

${flagText}
A flag wins over its environment variable (--memory: ${environmentName('memory')}), that over the configuration file.
Results go to stdout, everything else to stderr.
Exit codes: 0 answered, 1 a record was rejected under --strict, 2 wrong usage or failure, 130 interrupted.
`;
}

/** The README's table of flags. */
export function flagTable(): string {
  const rows = settingNames.map((name) => {
    const { doc, short } = flagOf(name);
    const usage = `${short === undefined ? '' : `-${short}, `}${flagUsage(name)}`;
    return `| \`${cell(usage)}\` | ${cell(doc)} | ${cell(defaultText(name))} |\n`;
  });
  return `| flag | meaning | default |\n|---|---|---|\n${rows.join('')}`;
}

function flagHelp(name: SettingName, lineWidth: number): string {
  const { short, doc } = flagOf(name);
  const usage = `  ${short === undefined ? '    ' : `-${short}, `}${flagUsage(name)}`;
  const byDefault = defaultText(name);
  const text = wrap(byDefault === '' ? doc : `${doc} [${byDefault}]`, lineWidth - textColumn);
  const first = usage.length + 2 <= textColumn ? usage.padEnd(textColumn) + text[0] : `${usage}\n${indent(text[0])}`;
  return `${[first, ...text.slice(1).map(indent)].join('\n')}\n`;
}

function defaultText(name: SettingName): string {
  const { initial, unset, value } = flagOf(name);
  return unset ?? (value === null ? '' : String(initial));
}

function indent(line = ''): string {
  return ' '.repeat(textColumn) + line;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
