// `npm run fuzz -- --seed 1000 --minutes 30`: rounds of the differential test from a seed on, until a difference or the end.
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1000' }, minutes: { type: 'string', default: '5' } },
});
process.env.MILLRACE_FUZZ_SEED = values.seed;
process.env.MILLRACE_FUZZ_MINUTES = values.minutes;
const file = 'test/differential/fuzz.ts';
const vitest = await startVitest('test', [file], { include: [file], watch: false, testTimeout: 0 });
await vitest.close();
