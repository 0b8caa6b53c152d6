/** What a run can be told about its resources: the point that a sweep moves. */
import { formatSize } from '../core/size.ts';

/** Every value is said, as `--explain` would show it, so that a setting means the same wherever it runs. */
export interface Setting {
  readonly memoryBytes: number;
  readonly workers: number;
  readonly heapBytes: number;
  readonly arenaBytes: number;
  readonly splitBytes: number;
  /** 0: never. */
  readonly recycleAfter: number;
}

export type Dimension = keyof Setting;

/** In the order in which settings are shown. */
export const dimensions = [
  'workers',
  'memoryBytes',
  'heapBytes',
  'arenaBytes',
  'splitBytes',
  'recycleAfter',
] as const satisfies readonly Dimension[];

/** The flags, and the keys of a configuration file. */
export const flagOfDimension = {
  workers: 'workers',
  memoryBytes: 'memory',
  heapBytes: 'worker-heap',
  arenaBytes: 'worker-arena',
  splitBytes: 'split',
  recycleAfter: 'recycle-after',
} as const satisfies Readonly<Record<Dimension, string>>;

export function settingKey(setting: Setting): string {
  return dimensions.map((dimension) => setting[dimension]).join('/');
}

/** In how many dimensions two settings differ. */
export function distance(a: Setting, b: Setting): number {
  return dimensions.filter((dimension) => a[dimension] !== b[dimension]).length;
}

/** A value as people read it: `64 MiB`, `2`, `never`. */
export function shownValue(dimension: Dimension, value: number): string {
  if (dimension === 'workers') return String(value);
  if (dimension === 'recycleAfter') return value === 0 ? 'never' : String(value);
  return formatSize(value);
}

/** A value as flags and configuration files take it, exactly: `64MiB`, `1234567B`. */
export function flagValue(dimension: Dimension, value: number): string {
  if (dimension === 'workers' || dimension === 'recycleAfter') return String(value);
  for (const [unit, bytes] of units) if (value >= bytes && value % bytes === 0) return `${value / bytes}${unit}`;
  return `${value}B`;
}

const units = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
] as const;
