/**
 * `--explain`: the plan, the splits and the division of the budget, as text.
 */
import { explainBudget } from '../coordinator/budget.ts';
import type { Prediction } from '../coordinator/predict-memory.ts';
import type { PreparedQuery } from '../coordinator/prepare-query.ts';
import { printable } from '../core/printable.ts';
import { formatSize } from '../core/size.ts';
import { describePlan } from '../query/describe-plan.ts';
import { explainPrediction } from './explain-prediction.ts';
import { counted, formatCount } from './rates.ts';

const shownFiles = 10;

export function explainQuery({ plan, sources, run }: PreparedQuery, prediction: Prediction | null): string {
  const files = sources.slice(0, shownFiles).map((source, index) => {
    const splits = run.splits.filter((split) => split.source === index).length;
    const size = source.sizeBytes === null ? 'unknown size' : formatSize(source.sizeBytes);
    return `  ${printable(source.name)}  ${size}, ${source.input}, ${counted(splits, 'split')}`;
  });
  if (sources.length > shownFiles) files.push(`  ... and ${formatCount(sources.length - shownFiles)} more`);
  const life = run.recycleAfter === 0 ? 'never recycled' : `recycled after ${counted(run.recycleAfter, 'task')}`;
  return [
    ...describePlan(plan).split('\n').map(printable),
    '',
    `${counted(sources.length, 'file')}`,
    ...files,
    '',
    `${counted(run.splits.length, 'split')} of up to ${formatSize(run.splitBytes)}, ${counted(run.budget.workers, 'worker')}, ${life}`,
    '',
    explainBudget(run.budget, run.budgetOrigin),
    '',
    ...(prediction === null ? [] : [explainPrediction(prediction, run.budget), '']),
  ].join('\n');
}
