// What a run of the tuning bench came to, as a page.
import { median } from '../statistics.mjs';

const mib = 2 ** 20;
const timeGoal = 0.1;
const peakGoal = 0.15;

/** `{ text, misses }`: a miss is a goal that was not reached by a job that was measured to its end. */
export function summarize(records, jobs, machine) {
  const rows = [];
  const details = [];
  let misses = 0;
  for (const job of jobs) {
    const found = judge(records.filter((record) => record.job === job.name));
    if (found === null) continue;
    const { tuning, finals, best, recommended, slower, peakError, timeError, cells } = found;
    const isFast = slower <= timeGoal;
    const isForetold = Math.abs(peakError) <= peakGoal;
    misses += (isFast ? 0 : 1) + (isForetold ? 0 : 1);
    const { predicted } = tuning.recommendation;
    rows.push(
      `| ${job.name} | ${ms(recommended.ms)} | ${ms(best.ms)} (of ${cells.length}) | ${percent(slower)}${isFast ? '' : ' **missed**'} | ${size(predicted.peakRssBytes)} | ${size(recommended.peak)} | ${percent(peakError)}${isForetold ? '' : ' **missed**'} | ${ms(predicted.seconds * 1000)} | ${percent(timeError)} |`,
    );
    details.push(
      `## ${job.name}`,
      '',
      `${job.what}. \`${job.sql}\``,
      '',
      `${tuning.trials} trials in ${ms(tuning.ms)} on ${size(tuning.sample.bytes)} of ${size(tuning.input.bytes)}, target ${tuning.target}, ended: ${tuning.ended}; noise ${(tuning.noise * 100).toFixed(1)} %.`,
      `Recommended: ${settingText(tuning.recommendation.setting)}. ${tuning.recommendation.reason}.`,
      '',
      '| on all of the input | median ms | spread | peak |',
      '| --- | --: | --: | --: |',
      ...finals.map(
        ({ name, cell, ms: time, spread, peak }) =>
          `| ${name}${
            cell === undefined
              ? ''
              : ` (${Object.entries(cell)
                  .map(([flag, value]) => `${flag} ${value}`)
                  .join(', ')})`
          } | ${Math.round(time)} | ${percent(spread)} | ${size(peak)} |`,
      ),
      '',
      `The grid: ${cells.length} cells, one run each, from ${ms(Math.min(...cells.map((cell) => cell.ms)))} to ${ms(Math.max(...cells.map((cell) => cell.ms)))}, peaks from ${size(Math.min(...cells.map(({ peakRssBytes }) => peakRssBytes)))} to ${size(Math.max(...cells.map(({ peakRssBytes }) => peakRssBytes)))}.`,
      '',
    );
  }
  const text = [
    '# Tuning against a full grid',
    '',
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}. Trials of \`tune\` see a part of the input; the runs below read all of it.`,
    ...(machine.note === undefined ? [] : [`${machine.note}.`]),
    'Every cell of the grid ran once; its three best, the recommendation and the defaults then ran in turns, and their medians count.',
    'Times are of the whole process, peaks those of the engine (VmHWM).',
    '',
    '| job | recommended | best of the grid | slower | peak foretold | true peak | off by | time foretold | off by |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...rows,
    '',
    `Goals: at most ${timeGoal * 100} % slower than the best of the grid, the peak within ${peakGoal * 100} %. Missed: ${misses}.`,
    '',
    ...details,
  ].join('\n');
  return { text, misses };
}

/** null until there is something to compare. */
function judge(records) {
  const tuning = records.find(({ step }) => step === 'tune');
  const cells = records.filter(({ step, ms: time }) => step === 'grid' && time !== undefined);
  const names = [...new Set(records.filter(({ step }) => step === 'final').map(({ name }) => name))];
  const finals = names.flatMap((name) => {
    const runs = records.filter((record) => record.step === 'final' && record.name === name && record.ms !== undefined);
    if (runs.length === 0) return [];
    const times = runs.map((run) => run.ms);
    const spread = Math.max(...times) / Math.min(...times) - 1;
    return [{ name, cell: runs[0].cell, ms: median(times), spread, peak: median(runs.map((run) => run.peakRssBytes)) }];
  });
  const recommended = finals.find(({ name }) => name === 'recommended');
  const inGrid = finals.filter(({ name }) => name.startsWith('grid'));
  if (tuning === undefined || recommended === undefined || inGrid.length === 0) return null;
  const best = inGrid.reduce((a, b) => (a.ms <= b.ms ? a : b));
  const { predicted } = tuning.recommendation;
  return {
    ...{ tuning, cells, finals, best, recommended, slower: recommended.ms / best.ms - 1 },
    peakError: predicted.peakRssBytes / recommended.peak - 1,
    timeError: (predicted.seconds * 1000) / recommended.ms - 1,
  };
}

function ms(time) {
  return time < 10_000 ? `${Math.round(time)} ms` : `${(time / 1000).toFixed(1)} s`;
}

function size(bytes) {
  return `${Math.round(bytes / mib)} MiB`;
}

function percent(share) {
  return `${share < 0 ? '-' : '+'}${Math.abs(share * 100).toFixed(1)} %`;
}

function settingText({ workers, memoryBytes, heapBytes, arenaBytes, splitBytes, recycleAfter }) {
  return `${workers} workers, memory ${size(memoryBytes)}, heap ${size(heapBytes)}, arena ${size(arenaBytes)}, split ${size(splitBytes)}, recycled after ${recycleAfter}`;
}
