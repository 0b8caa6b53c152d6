/** The long run that fuzz.mjs starts. */
import { expect, it } from 'vitest';
import { closeEngines, type Family, families, openEngines, playRound } from './round.ts';

it('agrees with DuckDB for as long as asked', async () => {
  const first = Number(process.env.MILLRACE_FUZZ_SEED);
  const end = performance.now() + Number(process.env.MILLRACE_FUZZ_MINUTES) * 60_000;
  expect(Number.isSafeInteger(first) && end > 0).toBe(true);
  const engines = await openEngines();
  let seed = first;
  for (; performance.now() < end; seed++) {
    for (const family of Object.keys(families) as Family[]) await playRound(family, seed, 60, engines);
  }
  process.stdout.write(`seeds ${first} to ${seed - 1} agree\n`);
  await closeEngines(engines);
});
