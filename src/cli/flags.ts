/**
 * Every flag, one entry each. The key is the name of the setting (`maxRecord`), and everything else is made of it: the flag
 * (`--max-record`), the environment variable (`MILLRACE_MAX_RECORD`), the key in a configuration file (`max-record`), the
 * help text and the table in the README.
 */
import { UsageError } from '../core/errors.ts';
import { isOutputName, type OutputName, outputNames } from '../outputs/table.ts';
import {
  type Flag,
  flag,
  readByte,
  readColumns,
  readCount,
  readHttpUrl,
  readQuote,
  readRejectBudget,
  readSeconds,
  readSize,
  readSwitch,
  readTarget,
  readText,
} from './flag.ts';

export const flags = {
  format: flag({
    group: 'Input',
    short: 'f',
    value: 'NAME',
    doc: 'format of the files; `millrace formats` lists them; auto looks at the head of the first file',
    initial: 'auto',
    read: readText,
  }),
  delimiter: flag<string | undefined>({
    group: 'Input',
    value: 'C',
    unset: 'sniffed',
    doc: 'what separates CSV fields; \\t for the tab',
    initial: undefined,
    read: readByte,
  }),
  quote: flag<string | undefined>({
    group: 'Input',
    value: 'C',
    unset: 'sniffed',
    doc: 'what encloses CSV fields; none where nothing does',
    initial: undefined,
    read: readQuote,
  }),
  header: flag<boolean | undefined>({
    group: 'Input',
    value: null,
    negated: true,
    unset: 'sniffed',
    doc: 'the first CSV record is data; without --columns the columns are c1, c2, ...',
    initial: undefined,
    read: readSwitch,
  }),
  columns: flag<ReturnType<typeof readColumns> | undefined>({
    group: 'Input',
    value: 'a,b:int,...',
    unset: 'from the header',
    doc: 'names of the CSV columns, with types where they should not be sniffed',
    initial: undefined,
    read: readColumns,
  }),
  maxRecord: flag<number | undefined>({
    group: 'Input',
    value: 'SIZE',
    unset: '16 MiB, less where the arena is small',
    doc: 'longer records are rejected',
    initial: undefined,
    read: readSize('64B'),
  }),
  strict: flag({
    group: 'Input',
    value: null,
    doc: 'the first rejected record fails the query (exit code 1)',
    initial: false,
    read: readSwitch,
  }),
  rejects: flag<string | undefined>({
    group: 'Input',
    value: 'FILE',
    unset: 'counted only',
    doc: 'writes rejected records there, as NDJSON {file, offset, reason, record}',
    initial: undefined,
    read: readText,
  }),
  maxRejects: flag<string | undefined>({
    group: 'Input',
    value: 'N|P%',
    unset: 'no limit',
    doc: 'fails when more records are rejected: at once above N, from 10,000 records on above P percent',
    initial: undefined,
    read: readRejectBudget,
  }),
  functions: flag<string | undefined>({
    group: 'Input',
    value: 'FILE',
    unset: 'none',
    repeats: true,
    doc: 'JavaScript module with functions and aggregates of your own to call in the query; may be given more than once',
    initial: undefined,
    read: readText,
  }),
  output: flag<OutputName | undefined>({
    group: 'Output',
    short: 'o',
    value: outputNames.join('|'),
    unset: 'table on a terminal, csv in a pipe',
    doc: 'form of the result; json is an array of objects',
    initial: undefined,
    read(text) {
      if (isOutputName(text)) return text;
      throw new UsageError(`use one of ${outputNames.join(', ')}`);
    },
  }),
  csvSafe: flag({
    group: 'Output',
    value: null,
    doc: 'CSV: an apostrophe before text that a spreadsheet would run as a formula (changes the data)',
    initial: false,
    read: readSwitch,
  }),
  explain: flag({
    group: 'Output',
    value: null,
    doc: 'prints the plan, the splits and the division of the budget, and runs nothing',
    initial: false,
    read: readSwitch,
  }),
  sample: flag({
    group: 'Output',
    value: null,
    doc: 'looks at pieces of the files first and foretells groups, spills, peak memory and time; with --explain nothing else runs',
    initial: false,
    read: readSwitch,
  }),
  stats: flag<string | undefined>({
    group: 'Output',
    value: 'FILE',
    unset: 'not written',
    doc: 'writes statistics of the run there, as JSON',
    initial: undefined,
    read: readText,
  }),
  events: flag<string | undefined>({
    group: 'Output',
    value: 'FILE',
    unset: 'not written',
    doc: 'writes everything that happens in the run there, as NDJSON while it goes on',
    initial: undefined,
    read: readText,
  }),
  report: flag<string | undefined>({
    group: 'Output',
    value: 'FILE',
    unset: 'not written',
    doc: 'writes an HTML page there: result, memory of every worker over time, what to change',
    initial: undefined,
    read: readText,
  }),
  heapProfile: flag<string | undefined>({
    group: 'Output',
    value: 'DIR',
    unset: 'not written',
    doc: 'writes a heap profile of every worker there, for Chrome DevTools, and says what functions of yours keep',
    initial: undefined,
    read: readText,
  }),
  heapSnapshots: flag<number | undefined>({
    group: 'Output',
    value: 'N',
    unset: '0',
    doc: 'beside them at most N heap snapshots of workers whose heap is full; each takes 14 times the heap in memory',
    initial: undefined,
    read: readCount(0, 100),
  }),
  watch: flag({
    group: 'Output',
    value: null,
    doc: 'shows every worker while the run goes on; keys: p pauses, q quits',
    initial: false,
    read: readSwitch,
  }),
  quiet: flag({
    group: 'Output',
    short: 'q',
    value: null,
    doc: 'no progress, summary or notes on stderr; errors only',
    initial: false,
    read: readSwitch,
  }),
  progress: flag<boolean | undefined>({
    group: 'Output',
    value: null,
    negated: true,
    unset: 'shown on a terminal',
    doc: 'no progress bar; --progress draws it although stderr is no terminal',
    initial: undefined,
    read: readSwitch,
  }),
  memory: flag<number | undefined>({
    group: 'Resources',
    short: 'm',
    value: 'SIZE',
    unset: 'from the machine or its cgroup',
    doc: 'budget of the whole process, for example 512MiB or 2GB',
    initial: undefined,
    read: readSize('16MiB'),
  }),
  workers: flag<number | undefined>({
    group: 'Resources',
    short: 'w',
    value: 'N',
    unset: 'from the cores, the budget and the input',
    doc: 'worker threads that scan at the same time',
    initial: undefined,
    read: readCount(1, 256),
  }),
  workerHeap: flag<number | undefined>({
    group: 'Resources',
    value: 'SIZE',
    unset: 'from the budget',
    doc: "cap of each worker's JavaScript heap",
    initial: undefined,
    read: readSize('22MiB'),
  }),
  workerArena: flag<number | undefined>({
    group: 'Resources',
    value: 'SIZE',
    unset: 'from the budget',
    doc: "cap of each worker's WebAssembly memory",
    initial: undefined,
    read: readSize('16MiB'),
  }),
  split: flag<number | undefined>({
    group: 'Resources',
    value: 'SIZE',
    unset: 'from the input',
    doc: 'how much of a file one task reads',
    initial: undefined,
    read: readSize('1B'),
  }),
  recycleAfter: flag<number | undefined>({
    group: 'Resources',
    value: 'N',
    unset: 'from the split size',
    doc: "tasks in a worker's life, after which a fresh one takes its place; 0: never",
    initial: undefined,
    read: readCount(0, 1_000_000_000),
  }),
  spillDir: flag<string | undefined>({
    group: 'Resources',
    value: 'DIR',
    unset: "the system's temporary folder",
    doc: 'where is put what does not fit into memory',
    initial: undefined,
    read: readText,
  }),
  state: flag<string | undefined>({
    group: 'Recovery',
    value: 'DIR',
    unset: 'none',
    doc: 'keeps the results of finished splits in this folder, for --resume',
    initial: undefined,
    read: readText,
  }),
  resume: flag({
    group: 'Recovery',
    value: null,
    doc: 'goes on from what --state holds, after any death; of files that have grown only the new bytes are read',
    initial: false,
    read: readSwitch,
  }),
  supervise: flag<boolean | undefined>({
    group: 'Recovery',
    value: null,
    unset: 'where functions of yours run',
    doc: 'runs the engine in a process of its own, and starts it again where it dies or hangs',
    initial: undefined,
    read: readSwitch,
  }),
  deadline: flag<number | undefined>({
    group: 'Resources',
    value: 'SECONDS',
    unset: '120, with --functions 10',
    doc: 'a worker without progress for so long is ended, and the record at fault put aside as rejected',
    initial: undefined,
    read: readSeconds,
  }),
  maxDeaths: flag<number | undefined>({
    group: 'Resources',
    value: 'N',
    unset: '40',
    doc: 'fails when more workers died of records; each such record is put aside as rejected',
    initial: undefined,
    read: readCount(0, 1_000_000_000),
  }),
  metricsPort: flag<number | undefined>({
    group: 'Metrics',
    value: 'P',
    unset: 'off',
    doc: 'serves Prometheus metrics on this port; 0 takes a free one and says which',
    initial: undefined,
    read: readCount(0, 65_535),
  }),
  metricsHost: flag({
    group: 'Metrics',
    value: 'HOST',
    doc: 'address to serve metrics on',
    initial: '127.0.0.1',
    read: readText,
  }),
  metricsLinger: flag({
    group: 'Metrics',
    value: 'SECONDS',
    doc: 'how long to go on serving when the query is done, for a last scrape',
    initial: 0,
    read: readSeconds,
  }),
  metricsTextfile: flag<string | undefined>({
    group: 'Metrics',
    value: 'FILE',
    unset: 'not written',
    doc: 'writes the last metrics there, for the textfile collector of node_exporter',
    initial: undefined,
    read: readText,
  }),
  pushGateway: flag<string | undefined>({
    group: 'Metrics',
    value: 'URL',
    unset: 'not pushed',
    doc: 'pushes metrics to a Prometheus Pushgateway, every 10 s and at the end; never fails the query',
    initial: undefined,
    read: readHttpUrl,
  }),
  target: flag<ReturnType<typeof readTarget>>({
    group: 'Tune',
    command: 'tune',
    settable: false,
    value: 'knee|time|memory=SIZE',
    unset: 'knee',
    doc: 'tune: up to 10 % slower where that saves more than twice as much memory; the fastest; the fastest within SIZE',
    initial: { type: 'knee' },
    read: readTarget,
  }),
  write: flag<string | undefined>({
    group: 'Tune',
    command: 'tune',
    settable: false,
    value: 'FILE',
    unset: 'printed',
    doc: 'tune: writes the recommendation there, for query --config FILE',
    initial: undefined,
    read: readText,
  }),
  verify: flag({
    group: 'Tune',
    command: 'tune',
    settable: false,
    value: null,
    doc: 'tune: then runs all of the input so, and compares with the prediction',
    initial: false,
    read: readSwitch,
  }),
  maxTime: flag({
    group: 'Tune',
    command: 'tune',
    settable: false,
    value: 'SECONDS',
    doc: 'tune: how long to try settings, without --verify',
    initial: 60,
    read: readSeconds,
  }),
  sampleSize: flag<number | undefined>({
    group: 'Tune',
    command: 'tune',
    settable: false,
    value: 'SIZE',
    unset: 'from --max-time',
    doc: 'tune: how much of the input a trial reads',
    initial: undefined,
    read: readSize('1B'),
  }),
  config: flag<string | undefined>({
    group: 'Settings',
    value: 'FILE',
    unset: 'none',
    doc: 'settings as YAML or JSON; the environment and flags win over it',
    initial: undefined,
    read: readText,
  }),
  printConfig: flag({
    group: 'Settings',
    settable: false,
    value: null,
    doc: 'prints every setting and where it came from, and runs nothing',
    initial: false,
    read: readSwitch,
  }),
  help: flag({
    group: 'Settings',
    short: 'h',
    settable: false,
    value: null,
    doc: 'prints this help',
    initial: false,
    read: readSwitch,
  }),
  version: flag({
    group: 'Settings',
    short: 'V',
    settable: false,
    value: null,
    doc: 'prints the version',
    initial: false,
    read: readSwitch,
  }),
} as const;

export type SettingName = keyof typeof flags;

export type Settings = {
  readonly [Name in SettingName]: (typeof flags)[Name] extends Flag<infer T> ? T : never;
};

export const settingNames = Object.keys(flags) as readonly SettingName[]; // the keys of the object above

/** `maxRecord` to `max-record`: the flag without its dashes, and the key in a configuration file. */
export function flagName(name: SettingName): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `maxRecord` to `MILLRACE_MAX_RECORD`. */
export function environmentName(name: SettingName): string {
  return `MILLRACE_${flagName(name).replaceAll('-', '_').toUpperCase()}`;
}

/** The entry of a setting, its value's type left open. */
export function flagOf(name: SettingName): Flag<unknown> {
  return flags[name] as Flag<unknown>; // reading is covariant; nobody writes through it
}

/** `--delimiter C`, `--no-header`: as help shows the flag. */
export function flagUsage(name: SettingName): string {
  const { value, negated } = flagOf(name);
  return `--${negated ? 'no-' : ''}${flagName(name)}${value === null ? '' : ` ${value}`}`;
}
