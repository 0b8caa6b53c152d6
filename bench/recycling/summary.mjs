// The page of a recycling bench, from its raw records.
import { defaultRecycleAfter } from '../../dist/src/coordinator/plan-splits.js';
import { median } from '../statistics.mjs';

/** Tasks in a life where the cost of replacing is measured. */
export const frequentTasks = 15;
const defaultTasks = defaultRecycleAfter(32 * 2 ** 20);

const mib = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
const titles = {
  leak: 'A function that leaks until the heap is full',
  cache: 'A function that fills 55 % of the heap and keeps it',
};

export function summaryOf(records) {
  const lines = ['# Recycling', ''];
  for (const [name, title] of Object.entries(titles)) {
    const own = records.filter((record) => record.name === name);
    if (own.length > 0) lines.push(`## ${title}`, '', ...table(own), '', ...tracks(own), '');
  }
  const cost = records.filter(({ name }) => name === 'cost');
  if (cost.length > 0) lines.push('## What it costs where nothing leaks', '', ...costLines(cost), '');
  return lines.join('\n');
}

function table(records) {
  const rows = records.map((record) => {
    const { mode, failure, elapsedMs = 0, records: read = 0, splitMs = [], gcSeconds = 0, peakRssBytes = 0 } = record;
    const { recycles = {}, retries = 0, quarantined = 0, cpuMs = 0 } = record;
    const per = (ms) => Math.round((read / Math.max(1, ms)) * 1000).toLocaleString('en');
    const recycled = Object.values(recycles).reduce((sum, count) => sum + count, 0);
    const cells = [
      mode,
      failure === null
        ? quarantined > 0
          ? `finished, ${quarantined} records put aside`
          : 'finished'
        : `no: ${failure.slice(0, 100)}`,
      (elapsedMs / 1000).toFixed(1),
      per(elapsedMs),
      per(cpuMs),
      `${quantile(splitMs, 0.5)} / ${quantile(splitMs, 0.99)}`,
      gcSeconds.toFixed(1),
      mib(peakRssBytes),
      `${recycled} / ${retries}`,
    ];
    return `| ${cells.map((cell) => String(cell).replaceAll('|', '/')).join(' | ')} |`;
  });
  return [
    '| recycling | finished | seconds | records/s | per processor second | split p50 / p99, ms | collector, s | peak RSS | replaced / retried |',
    '| --- | --- | --: | --: | --: | --: | --: | --: | --: |',
    ...rows,
  ];
}

/** RSS and speed in ten steps of the first run of each mode. */
function tracks(records) {
  const lines = ['Over time, first run of each: resident memory (records/s since the step before).', ''];
  for (const mode of ['recycling', 'none']) {
    const { track } = records.find((record) => record.mode === mode && record.track !== undefined) ?? {};
    if (track === undefined) continue;
    const steps = Array.from({ length: 11 }, (_, i) => track[Math.round((i * (track.length - 1)) / 10)]);
    const texts = steps.slice(1).map((step, i) => {
      const before = steps[i];
      const speed = ((step.records - before.records) / Math.max(1, step.ms - before.ms)) * 1000;
      return `${mib(step.rssBytes)} (${Math.round(speed / 1000)}k)`;
    });
    lines.push(`- ${mode}: ${texts.join(', ')}`);
  }
  return lines;
}

function costLines(records) {
  const of = (mode, key) => records.filter((record) => record.mode === mode).map((record) => record[key]);
  const pairs = Math.min(of('frequent', 'cpuMs').length, of('none', 'cpuMs').length);
  const more = (key) =>
    median(Array.from({ length: pairs }, (_, i) => of('frequent', key)[i] / of('none', key)[i])) - 1;
  const percent = (share) => `${(share * 100).toFixed(2)} %`;
  const rows = records.map(({ mode, elapsedMs, cpuMs, bytesRead, recycles }) => {
    const count = Object.values(recycles).reduce((sum, number) => sum + number, 0);
    return `| ${mode} | ${(elapsedMs / 1000).toFixed(2)} | ${(cpuMs / 1000).toFixed(2)} | ${(bytesRead / 1e9).toFixed(1)} GB | ${count} |`;
  });
  const verdict = (what, share) =>
    `${percent(share)} more ${what}, so about ${percent((share * frequentTasks) / defaultTasks)} at the default`;
  return [
    `A new worker after ${frequentTasks} tasks of 32 MiB (the default is ${defaultTasks}) against none, in turns.`,
    '',
    '| recycling | seconds | processor, s | read | replaced |',
    '| --- | --: | --: | --: | --: |',
    ...rows,
    '',
    pairs === 0
      ? 'No pair is complete.'
      : `Medians of ${pairs} pairs: ${verdict('processor time', more('cpuMs'))}; ${verdict('time', more('elapsedMs'))}.`,
  ];
}

function quantile(values, q) {
  if (values.length === 0) return '';
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]);
}
