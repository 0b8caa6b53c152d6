/** What `millrace tune` says in the end: as text for people, as JSON for programs. Pure. */
import { formatDuration } from '../core/duration.ts';
import { printable } from '../core/printable.ts';
import { formatSize } from '../core/size.ts';
import { frontier, type Target } from './choose.ts';
import { type ConfigFacts, configText } from './config-text.ts';
import type { Measured } from './measurements.ts';
import { type Mark, plot } from './plot.ts';
import { groupsForetold } from './predict.ts';
import type { Recommendation } from './recommendation.ts';
import { dimensions, flagOfDimension, settingKey } from './setting.ts';
import { settingsTable, type TableRow } from './table.ts';
import type { TrialFigures } from './trial-figures.ts';
import type { TuneResult } from './tune.ts';
import type { Verification } from './verify.ts';

export interface TuneReport {
  readonly result: TuneResult;
  readonly recommendation: Recommendation | null;
  readonly target: Target;
  readonly facts: ConfigFacts;
  /** null: not asked for; a text: why there is none. */
  readonly verification: Verification | string | null;
  /** Where the configuration went. */
  readonly writtenTo: string | null;
}

export function tuneText(report: TuneReport, width: number): string {
  const { result, recommendation } = report;
  const rows = tableRows(result, recommendation);
  const points = rows.flatMap(({ figures, mark }) => (figures === null ? [] : [{ ...figures, mark }]));
  return [
    sampleLine(result),
    ...measureLines(result),
    '',
    'MB/s as measured, peak and time for all of the input:',
    ...settingsTable(rows),
    '',
    ...blankAfter(plot(points, width)),
    ...skippedLines(result),
    ...noiseLines(result),
    ...recommendationLines(report),
    '',
  ].join('\n');
}

export function tuneJson(report: TuneReport): string {
  const { result, recommendation, target, facts, verification, writtenTo } = report;
  const best = new Set(frontier(result.measured).map(({ setting }) => settingKey(setting)));
  const keys = Object.fromEntries(dimensions.map((dimension) => [dimension, flagOfDimension[dimension]]));
  const document = {
    question: facts.sql,
    target: target.type === 'memory' ? { type: 'memory', bytes: target.bytes } : { type: target.type },
    input: { files: facts.files, bytes: result.input.wholeBytes, cores: facts.cores },
    sample: { bytes: result.sample.bytes, stretches: result.sample.stretches.length, isWhole: result.sample.isWhole },
    elapsedSeconds: seconds(result.elapsedMs),
    ended: result.isInterrupted ? 'interrupted' : result.isCut ? 'time' : 'complete',
    noise: result.noise,
    fixedSeconds: seconds(result.question.fixedMs),
    measures: measuresOf(result),
    keys,
    settings: result.measured.map((measured) => ({
      setting: measured.setting,
      said: measured.choice,
      isFrontier: best.has(settingKey(measured.setting)),
      isDefault: measured.choice === result.initial?.choice,
      isRecommended: measured.choice === recommendation?.measured.choice,
      wholeSeconds: seconds(measured.wholeMs),
      peakRssBytes: measured.peakRssBytes,
      samplePeakRssBytes: Math.max(...measured.onSample.map(({ peakRssBytes }) => peakRssBytes)),
    })),
    trials: result.trials,
    skipped: result.skipped,
    recommendation:
      recommendation === null
        ? null
        : {
            setting: recommendation.measured.setting,
            reason: recommendation.reason,
            predicted: prediction(recommendation.predicted),
            default: recommendation.initial === null ? null : prediction(recommendation.initial),
            config: configText(recommendation, facts),
            writtenTo,
          },
    verified: verification === null || typeof verification === 'string' ? verification : verified(verification),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function prediction({ ms, peakRssBytes, isMeasured, parts }: Recommendation['predicted']) {
  return { seconds: seconds(ms), peakRssBytes, isMeasured, parts };
}

function verified({ ms, peakRssBytes, timeError, peakError }: Verification) {
  return { seconds: seconds(ms), peakRssBytes, timeError, peakError };
}

function sampleLine({ sample, input: { wholeBytes }, trials, elapsedMs, isInterrupted, isCut }: TuneResult): string {
  const part = sample.isWhole
    ? `all of the input (${formatSize(wholeBytes)})`
    : `a sample of ${formatSize(sample.bytes)} of ${formatSize(wholeBytes)}, in ${count(sample.stretches.length, 'stretch', 'stretches')} from its beginning to its end`;
  const ended = isInterrupted ? ', interrupted' : isCut ? '; no time for more: --max-time gives it' : '';
  return `${count(trials.length, 'trial')} in ${formatDuration(elapsedMs)} on ${part}${ended}`;
}

/** What the question takes per megabyte and per group, from the runs of the default. */
function measuresOf({ initial, question, input }: TuneResult) {
  if (initial === null) return null;
  const sizes = [...initial.runs].sort((a, b) => a.bytes - b.bytes);
  const [small, large] = [sizes[0], sizes.at(-1)];
  if (small === undefined || large === undefined) return null;
  const perMegabyte = (of: (run: TrialFigures) => number) => {
    if (small.bytes === large.bytes) return null; // one size tells of no growth
    return Math.round((of(large) - of(small)) / ((large.bytes - small.bytes) / 1e6));
  };
  return {
    fixedSeconds: seconds(question.fixedMs),
    heapBytesPerMegabyte: perMegabyte((run) => run.heapBytes),
    arenaBytesPerMegabyte: perMegabyte((run) => run.arenaBytes),
    peakBytesPerMegabyte: perMegabyte((run) => run.peakRssBytes),
    stateBytesPerMegabyte: perMegabyte((run) => run.stateBytes),
    bytesPerGroup: large.bytesPerGroup,
    groupsForetold: groupsForetold(input, initial.resolved),
    peakHeapBytes: large.peakHeapBytes,
    peakArenaBytes: large.peakArenaBytes,
  };
}

function measureLines(result: TuneResult): string[] {
  const measures = measuresOf(result);
  if (measures === null) return [];
  const { peakHeapBytes, peakArenaBytes, bytesPerGroup, groupsForetold } = measures;
  const { heapBytesPerMegabyte: heaps, arenaBytesPerMegabyte: arenas, peakBytesPerMegabyte: process } = measures;
  const per = (bytes: number) => `${bytes < 0 ? '-' : '+'}${formatSize(Math.abs(bytes))}`;
  const many = groupsForetold === null ? '' : `, about ${count(groupsForetold, 'group')} in all`;
  const group = bytesPerGroup === null ? '' : `; a group's state takes ${bytesPerGroup} bytes${many}`;
  return [
    `a worker reaches ${formatSize(peakHeapBytes)} of heap and ${formatSize(peakArenaBytes)} of arena${group}`,
    ...(heaps === null || arenas === null || process === null
      ? []
      : [`with every MB of input: heaps ${per(heaps)}, arenas ${per(arenas)}, process ${per(process)}`]),
  ];
}

function tableRows({ trials, measured, initial }: TuneResult, recommendation: Recommendation | null): TableRow[] {
  const best = new Set(frontier(measured).map(({ choice }) => choice));
  const rows = measured.map((entry): TableRow => {
    const { setting, choice, wholeMs, peakRssBytes, onSample } = entry;
    return {
      setting,
      mark: markOf(choice, initial, recommendation, best),
      figures: { bytesPerSecond: speedOf(entry), peakRssBytes, wholeMs },
      runs: onSample.length,
      failure: null,
    };
  });
  const known = new Set(measured.map(({ setting }) => settingKey(setting)));
  for (const { setting, result } of trials) {
    if (!('failure' in result) || known.has(settingKey(setting))) continue;
    known.add(settingKey(setting));
    rows.push({ setting, mark: 'other', figures: null, runs: 1, failure: printable(result.failure) });
  }
  return rows;
}

function markOf(
  choice: Measured['choice'],
  initial: Measured | null,
  recommendation: Recommendation | null,
  best: ReadonlySet<Measured['choice']>,
): Mark {
  if (choice === recommendation?.measured.choice) return 'recommended';
  if (choice === initial?.choice) return 'initial';
  return best.has(choice) ? 'frontier' : 'other';
}

function speedOf({ onSample }: Measured): number {
  const [first] = [...onSample].sort((a, b) => a.ms - b.ms);
  return first === undefined ? 0 : first.bytes / (first.ms / 1000);
}

function skippedLines({ skipped }: TuneResult): string[] {
  if (skipped.length === 0) return [];
  return ['not varied:', ...skipped.map(({ dimension, why }) => `  --${flagOfDimension[dimension]}: ${why}`), ''];
}

/** More than this, and the ranking of near ones is chance. */
const loudNoise = 0.1;

function noiseLines({ noise }: TuneResult): string[] {
  if (noise < loudNoise) return [];
  return [
    `runs of one setting differed by ${Math.round(noise * 100)} %: the machine was busy, and smaller differences say nothing`,
    '',
  ];
}

function recommendationLines(report: TuneReport): string[] {
  const { recommendation, facts, verification, writtenTo, target } = report;
  if (recommendation === null) {
    const why = target.type === 'memory' ? `no setting kept within ${formatSize(target.bytes)}` : 'no trial succeeded';
    return [`no recommendation: ${why}`];
  }
  const { predicted, initial, reason } = recommendation;
  const change =
    initial === null ? '' : ` (default: ${formatDuration(initial.ms)}, ${formatSize(initial.peakRssBytes)})`;
  return [
    `recommended: ${reason}`,
    `${predicted.isMeasured ? 'measured' : 'predicted'} for all of the input, from the page cache: ${formatDuration(predicted.ms)}, peak memory ${formatSize(predicted.peakRssBytes)}${change}`,
    ...verificationLines(verification),
    '',
    ...(writtenTo === null
      ? [configText(recommendation, facts).trimEnd()]
      : [`written to ${printable(writtenTo)}: millrace query --config ${printable(writtenTo)} ...`]),
  ];
}

function verificationLines(verification: TuneReport['verification']): string[] {
  if (verification === null) return [];
  if (typeof verification === 'string') return [`not verified: ${printable(verification)}`];
  const { ms, peakRssBytes, timeError, peakError } = verification;
  const signed = (error: number) => `${error < 0 ? '-' : '+'}${Math.round(Math.abs(error) * 100)} %`;
  return [
    `verified: ${formatDuration(ms)}, peak memory ${formatSize(peakRssBytes)}; the prediction was off by ${signed(timeError)} in time and ${signed(peakError)} in memory`,
  ];
}

function blankAfter(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? lines : [...lines, ''];
}

function count(number: number, singular: string, plural = `${singular}s`): string {
  const digits = String(number).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${digits} ${number === 1 ? singular : plural}`;
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
