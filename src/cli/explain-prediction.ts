/** What `--explain --sample` says of a run that a sample has foretold. */
import type { Budget } from '../coordinator/budget.ts';
import type { Prediction } from '../coordinator/predict-memory.ts';
import { formatDuration } from '../core/duration.ts';
import { formatSize } from '../core/size.ts';
import { counted, formatCount } from './rates.ts';

export function explainPrediction(prediction: Prediction, { totalBytes }: Pick<Budget, 'totalBytes'>): string {
  const { records, matched, spilledBytes, peakRssBytes, seconds } = prediction;
  const isWhole = prediction.sampledBytes >= prediction.inputBytes;
  const about = isWhole ? '' : 'about ';
  const rows: [string, string][] = [
    [
      'records',
      `${about}${formatCount(round(records, isWhole))}, of which ${formatCount(round(matched, isWhole))} match`,
    ],
    ['state', stateOf(prediction, about, isWhole)],
    ['spills', spilledBytes === 0 ? 'nothing' : `about ${formatSize(spilledBytes)}`],
    ['peak memory', `about ${formatSize(peakRssBytes)} of ${formatSize(totalBytes)}`],
    ['time', `about ${formatDuration(seconds * 1000)}`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `foretold from ${sampleOf(prediction, isWhole)}`,
    ...rows.map(([name, what]) => `  ${name.padEnd(width)}  ${what}`),
  ].join('\n');
}

function sampleOf({ pieces, failed, sampledBytes, inputBytes }: Prediction, isWhole: boolean): string {
  const lost = failed === 0 ? '' : ` (workers failed at ${formatCount(failed)} more)`;
  if (isWhole) return `all ${formatSize(inputBytes)}${lost}`;
  return `${counted(pieces, 'piece')}, ${formatSize(sampledBytes)} of ${formatSize(inputBytes)}${lost}`;
}

function stateOf({ groups, bytesPerGroup, bytesPerRecord, stateBytes }: Prediction, about: string, isWhole: boolean) {
  const perRecord = bytesPerRecord === null ? '' : `, ${sizePer(bytesPerRecord)} a record on the way`;
  if (groups === null) return `${formatSize(stateBytes)} of rows${perRecord}`;
  const perGroup = bytesPerGroup === null ? '' : ` of ${formatSize(bytesPerGroup)}`;
  return `${about}${counted(round(groups, isWhole), 'group')}${perGroup}${perRecord}, ${formatSize(stateBytes)} in all`;
}

function sizePer(bytes: number): string {
  return bytes >= 10 ? formatSize(Math.round(bytes)) : `${Number(bytes.toPrecision(2))} B`;
}

/** Two digits are all that an estimate is worth. */
function round(count: number, isExact: boolean): number {
  return isExact ? count : Number(count.toPrecision(2));
}
