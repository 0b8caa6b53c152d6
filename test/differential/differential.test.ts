/**
 * Some 270 random questions over random files of every family, each answered as DuckDB answers it, and a third of
 * them again on several workers with tiny splits: the same bytes. `npm run fuzz` goes on with other seeds.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { closeEngines, type Engines, type Family, families, openEngines, playRound } from './round.ts';

const rounds = 3;
const questions = 30;
let engines: Engines;

beforeAll(async () => {
  engines = await openEngines();
});

afterAll(() => closeEngines(engines));

describe.each(Object.keys(families) as Family[])('%s', (family) => {
  it.each(Array.from({ length: rounds }, (_, i) => i + 1))('answers as DuckDB does, seed %i', async (seed) => {
    await playRound(family, seed, questions, engines);
  });
});
