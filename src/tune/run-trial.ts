/**
 * What the process of a trial does: the run of `millrace query`, on a part of the input, its answer formatted and dropped.
 */
import { holdOptimizer } from '../coordinator/hold-optimizer.ts';
import { peakRssBytes } from '../coordinator/peak-rss.ts';
import { questionShape, sampleInput } from '../coordinator/predict-sample.ts';
import { prepareQuery } from '../coordinator/prepare-query.ts';
import { sizeOf } from '../coordinator/query-options.ts';
import { type QueryRun, runQuery } from '../coordinator/run-query.ts';
import { outputByName } from '../outputs/table.ts';
import type { Model } from './predict.ts';
import { sampleSplits } from './sample.ts';
import type { LookJob, TrialJob, TrialReport } from './trial.ts';

export async function runTrial({ sql, options, stretches }: TrialJob, signal: AbortSignal): Promise<TrialReport> {
  const prepared = await prepareQuery(sql, { ...options, signal });
  try {
    const start = async (): Promise<QueryRun> => {
      if (stretches === null) return prepared.start();
      const { maxRecord, maxDeaths, spillDir } = options;
      const { sources, splits } = sampleSplits({ stretches }, prepared.sources, prepared.run.splitBytes);
      return runQuery(prepared.plan, sources, await prepared.pool(), {
        splits,
        isSample: true,
        budget: prepared.run.budget,
        signal,
        ...(maxRecord === undefined ? {} : { maxRecordBytes: sizeOf(maxRecord) }),
        ...(maxDeaths === undefined ? {} : { maxDeaths }),
        ...(spillDir === undefined ? {} : { spillFolder: spillDir }),
      });
    };
    const run = await start();
    holdOptimizer(prepared.plan, run, await prepared.pool()); // as the command does
    const output = await outputByName('csv');
    const width = Number.POSITIVE_INFINITY;
    const writer = output.open(prepared.columns, async () => undefined, { width, color: false, csvSafe: false });
    let rows = 0;
    for await (const block of run.rows) {
      rows += block.length;
      await writer.rows(block);
    }
    await writer.end();
    return { stats: await run.stats, peakRssBytes: peakRssBytes(), rows };
  } finally {
    await prepared.close();
  }
}

/** Pieces of the input, on a pool like the trials'. */
export async function runLook({ sql, options }: LookJob, signal: AbortSignal): Promise<Model> {
  const prepared = await prepareQuery(sql, { ...options, signal });
  try {
    const { plan, sources, run } = prepared;
    const { maxRecord } = options;
    const figures = await sampleInput({
      ...{ plan, sources, pool: await prepared.pool(), budget: run.budget, splits: run.splits.length, signal },
      ...(maxRecord === undefined ? {} : { maxRecordBytes: sizeOf(maxRecord) }),
    });
    return { figures, shape: questionShape(plan) };
  } finally {
    await prepared.close();
  }
}
