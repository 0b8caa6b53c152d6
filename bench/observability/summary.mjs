// The rounds of a run as a page: medians of ratios, with the quartiles and an interval for the median by resampling.
import { median } from '../statistics.mjs';

const ways = {
  sampling: 'workers sample, nobody looks',
  metrics: 'and metrics are scraped once a second',
  everything: 'and event log, report and live view',
};

export function summarize(rounds, machine) {
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
  const control = (figure) => rounds.map(({ before, after }) => after[figure] / before[figure]);
  return `# Cost of looking at a run

${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.workers} workers. Rounds of bare, other, bare over ${(rounds[0].before.bytes / 1e9).toFixed(2)} GB of
access log (status, count, sum): ${speed.toFixed(2)} GB/s bare. Bare: workers that sample nothing, and nobody looks.

| against bare | | | median | 95 % interval of the median | middle half of the rounds |
| --- | --- | --- | --: | --: | --: |
${lines.join('\n')}
| bare again: what the method cannot tell apart | ${rounds.length} rounds | time | ${row(control('seconds'))} |
| | | processor | ${row(control('cpuSeconds'))} |
`;
}

function row(values) {
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
