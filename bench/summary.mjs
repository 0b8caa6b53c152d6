// From raw records of runs to tables. A record is one line of raw.ndjson: `{ question, corpus, corpusBytes, peer, timing,
// threads, pass: 'warm-up' | 'measured', ms, peakRssBytes, found, problem? }`. Pure: the runner and the report share it.
import { geometricMean, median } from './statistics.mjs';

/** One entry per question, peer and thread count, in order of appearance, with the median of its measured runs. */
export function summarize(records) {
  const entries = new Map();
  for (const record of records) {
    if (record.pass !== 'measured') continue;
    const key = `${record.question}\0${record.peer}\0${record.threads}`;
    const entry = entries.get(key) ?? { ...record, times: [], cpuTimes: [], peaks: [], problems: [] };
    entries.set(key, entry);
    if (record.ms !== undefined) entry.times.push(record.ms);
    if (record.cpuMs !== undefined) entry.cpuTimes.push(record.cpuMs);
    if (record.peakRssBytes !== undefined) entry.peaks.push(record.peakRssBytes);
    if (record.problem !== undefined) entry.problems.push(record.problem);
  }
  return [...entries.values()].map(({ times, cpuTimes, peaks, problems, ...record }) => ({
    question: record.question,
    corpus: record.corpus,
    corpusBytes: record.corpusBytes,
    peer: record.peer,
    title: record.title,
    timing: record.timing,
    floor: record.floor === true,
    threads: record.threads,
    runs: times.length,
    ms: times.length > 0 ? median(times) : undefined,
    fastestMs: times.length > 0 ? Math.min(...times) : undefined,
    slowestMs: times.length > 0 ? Math.max(...times) : undefined,
    cpuMs: cpuTimes.length > 0 ? median(cpuTimes) : undefined,
    peakRssBytes: peaks.length > 0 ? Math.max(...peaks) : undefined,
    found: record.found,
    problem: problems[0],
  }));
}

/** The whole summary.md of a run. */
export function renderSummary({ machine, versions, options, questions, entries, skipped, startup }) {
  const lines = [
    `# Bench of ${options.date}, ${machine.label}`,
    '',
    `${machine.cpu}, ${machine.cores} cores, ${gibibytes(machine.memoryBytes)}, Linux ${machine.kernel}, Node ${versions.node}.`,
    `Load average at the start: ${machine.loadAverage[0].toFixed(2)}. Corpora: ${options.sizeText}, seed ${options.seed}, ${options.distribution}.`,
    `Medians of ${options.runs} alternating runs after one unmeasured pass.`,
    '',
    ...overview(questions, entries),
    '',
  ];
  for (const question of questions) {
    const own = entries.filter((entry) => entry.question === question.id);
    if (own.length > 0) lines.push(`## ${question.title}`, '', ...detail(own), '');
  }
  if (startup !== undefined) lines.push('## Start-up', '', startup, '');
  if (skipped.length > 0)
    lines.push('## Skipped', '', ...skipped.map(({ peer, reason }) => `- ${peer}: ${reason}`), '');
  return lines.join('\n');
}

/** One line per question: ours and DuckDB on the same threads, the floor, memory, whether the answers agree. */
export function overview(questions, entries) {
  const lines = [
    '| question | found | Millrace 1 worker, ms | 2 workers, ms | DuckDB 1 thread, ms | 2 threads, ms | times DuckDB (2) | goal | share of read floor (2) | peak memory, ours / DuckDB | answers |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|',
  ];
  const ratios = [];
  for (const question of questions) {
    const own = entries.filter((entry) => entry.question === question.id);
    if (own.length === 0) continue;
    const at = (peer, threads) => own.find((entry) => entry.peer === peer && entry.threads === threads);
    const [ours, theirs, floor] = [at('millrace', 2), at('duckdb', 2), at('read-floor', 2)];
    const ratio = quotient(theirs, ours);
    if (ratio !== undefined && ours.problem === undefined) ratios.push(ratio);
    lines.push(
      row([
        question.title.replaceAll('|', '\\|'),
        foundText((ours ?? theirs ?? own[0]).found),
        time(at('millrace', 1)),
        time(ours),
        time(at('duckdb', 1)),
        time(theirs),
        ratio === undefined ? '' : `${ratio.toFixed(2)}x`,
        `${question.reach}x`,
        percent(quotient(floor, ours)),
        `${mebibytes(ours?.peakRssBytes)} / ${mebibytes(theirs?.peakRssBytes)}`,
        agreement(own),
      ]),
    );
  }
  if (ratios.length > 0)
    lines.push(
      '',
      `Geometric mean against DuckDB on 2 threads over ${ratios.length} questions: ${geometricMean(ratios).toFixed(2)}x.`,
    );
  return lines;
}

function detail(entries) {
  const ours = entries.find((entry) => entry.peer === 'millrace' && entry.threads === 2);
  const lines = [
    '| who | threads | what is timed | median, ms | fastest to slowest | processor, ms | runs | MB/s | peak memory | found | against ours (2) | answer |',
    '|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---|',
  ];
  for (const entry of entries) {
    const ratio = quotient(entry, ours);
    const isSmaller = ours !== undefined && entry.corpusBytes < ours.corpusBytes;
    lines.push(
      row([
        isSmaller ? `${entry.title}, of ${megabytes(entry)}` : entry.title,
        entry.threads,
        entry.timing === 'process' ? 'whole process' : 'query alone',
        time(entry),
        entry.ms === undefined ? '' : `${entry.fastestMs.toFixed(0)} to ${entry.slowestMs.toFixed(0)}`,
        entry.cpuMs?.toFixed(0) ?? '',
        entry.runs,
        entry.ms === undefined ? '' : (entry.corpusBytes / entry.ms / 1e3).toFixed(0),
        mebibytes(entry.peakRssBytes),
        foundText(entry.found),
        ratio === undefined ? '' : `${ratio.toFixed(2)}x`,
        entry.problem?.replaceAll('|', '\\|').replaceAll('\n', ' ') ?? (entry.floor ? 'none asked' : 'agrees'),
      ]),
    );
  }
  return lines;
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const time = (entry) => (entry?.ms === undefined ? '' : entry.ms.toFixed(0));
const percent = (share) => (share === undefined ? '' : `${(share * 100).toFixed(0)} %`);
const mebibytes = (bytes) => (bytes === undefined ? '' : `${(bytes / 2 ** 20).toFixed(0)} MiB`);
const gibibytes = (bytes) => `${(bytes / 2 ** 30).toFixed(0)} GiB`;

/** How many times as long as `faster` `slower` takes for a byte: a slow peer may have been asked of a smaller corpus. */
export function quotient(slower, faster) {
  if (slower?.ms === undefined || faster?.ms === undefined) return undefined;
  return slower.ms / slower.corpusBytes / (faster.ms / faster.corpusBytes);
}

export const megabytes = ({ corpusBytes }) => `${Math.round(corpusBytes / 1e6)} MB`;

function foundText(found) {
  if (found === undefined) return '';
  if (found.records === undefined) return found.rows === 1 ? found.first : `${found.rows} rows`;
  return found.rows === 1 ? `${found.records} records` : `${found.records} records in ${found.rows} rows`;
}

function agreement(entries) {
  const answered = entries.filter((entry) => !entry.floor);
  const odd = answered.filter((entry) => entry.problem !== undefined);
  if (odd.length === 0) return `${answered.length} agree`;
  return `differs: ${[...new Set(odd.map((entry) => entry.title))].join(', ')}`;
}
