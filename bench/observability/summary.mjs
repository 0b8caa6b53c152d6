// The rounds of a run as a page: medians of ratios, with the quartiles and an interval for the median by resampling.
import { median } from '../statistics.mjs';

const ways = {
  sampling: 'workers sample, nobody looks',
  metrics: 'and metrics are scraped once a second',
  everything: 'and event log, report and live view',
};

/** `rounds`, `sampling`: lines of raw.ndjson and sampling.ndjson. */
export function summarize(rounds, sampling, machine) {
  const speed = median(rounds.map(({ before }) => before.bytes / before.seconds)) / 1e9;
  const lines = Object.entries(ways).flatMap(([way, title]) => {
    const mine = rounds.filter((round) => round.way === way);
    const ratios = (figure) =>
      mine.map(({ before, observed, after }) => (2 * observed[figure]) / (before[figure] + after[figure]));
    const scrapes = mine.reduce((sum, { observed }) => sum + observed.scrapes, 0);
    return [
      `| ${title} | ${mine.length} rounds, ${scrapes} scrapes | time | ${row(ratios('seconds'))} |`,
      `| | | processor | ${row(ratios('cpuSeconds'))} |`,
    ];
  });
  const accounted = Object.keys(ways).flatMap((way) => {
    if (way === 'sampling') return [];
    const mine = rounds.filter((round) => round.way === way);
    const shares = mine.map(
      ({ before, observed, after }) =>
        (observed.mainSeconds - (before.mainSeconds + after.mainSeconds) / 2) /
        ((before.cpuSeconds + after.cpuSeconds) / 2),
    );
    return [`| main thread, ${ways[way].replace(/^and /, '')} | ${row(shares.map((share) => 1 + share))} |`];
  });
  const samplingRow = row(sampling.map(({ share }) => 1 + share));
  const control = (figure) => rounds.map(({ before, after }) => after[figure] / before[figure]);
  return `# Cost of looking at a run

${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.workers} workers. Rounds of bare, other, bare over ${(rounds[0].before.bytes / 1e9).toFixed(2)} GB of
access log (status, count, sum): ${speed.toFixed(2)} GB/s bare. Bare: workers that sample nothing, and nobody looks.

## Accounted

Who looks does so on the main thread, whose processor time is counted apart, and samples are taken at the ends of chunks, which
can be timed call by call. Shares of the processor time of the bare run.

| what | median | 95 % interval of the median | middle half |
| --- | --: | --: | --: |
| sampling, of a worker's time | ${samplingRow} |
${accounted.join('\n')}

## Side by side

The whole, as time and as processor time of the process. What differs by less than the last row does is not told apart.

| against bare | | | median | 95 % interval of the median | middle half of the rounds |
| --- | --- | --- | --: | --: | --: |
${lines.join('\n')}
| bare again: what the method cannot tell apart | ${rounds.length} rounds | time | ${row(control('seconds'))} |
| | | processor | ${row(control('cpuSeconds'))} |
`;
}

function row(values) {
  if (values.length === 0) return 'none | | ';
  const sorted = [...values].sort((a, b) => a - b);
  const at = (list, share) => list[Math.min(list.length - 1, Math.floor(list.length * share))];
  const medians = resampledMedians(values);
  const percent = (ratio) => `${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(2)} %`;
  const range = (list, low, high) => `${percent(at(list, low))} to ${percent(at(list, high))}`;
  return [percent(median(values)), range(medians, 0.025, 0.975), range(sorted, 0.25, 0.75)].join(' | ');
}

/** Bootstrap with a fixed seed. */
function resampledMedians(values) {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const medians = Array.from({ length: 2000 }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)])),
  );
  return medians.sort((a, b) => a - b);
}
