/**
 * Several hundred random questions over random files of every family, each answered as DuckDB answers it, and a quarter of
 * them again on several workers with tiny splits: the same bytes. `npm run fuzz` goes on with other seeds.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Engine } from '../support/engine.ts';
import { type Engines, type Family, families, playRound } from './round.ts';

const rounds = 12;
const questions = 30;
let engines: Engines;

beforeAll(async () => {
  const [single, several] = await Promise.all([
    Engine.open({ workers: 1, recycleAfter: 0 }),
    Engine.open({ workers: 3, recycleAfter: 3 }),
  ]);
  engines = { single, several };
});

afterAll(async () => {
  await Promise.all([engines.single.close(), engines.several.close()]);
});

describe.each(Object.keys(families) as Family[])('%s', (family) => {
  it.each(Array.from({ length: rounds }, (_, i) => i + 1))('answers as DuckDB does, seed %i', async (seed) => {
    await playRound(family, seed, questions, engines);
  });
});
