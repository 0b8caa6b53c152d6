import { describe, expect, it } from 'vitest';
import { allocateBatch, createTokenizer, inputPadding } from '../../src/execute/tokenizer.ts';
import { formats } from '../../src/formats/table.ts';
import { testArena } from '../support/arena.ts';

/** A read past the memory's end traps, so this says that no kernel reads further than the padding. */
describe.each(formats.map((format) => [format.name, format] as const))('%s at the end of memory', (_name, format) => {
  it('reads no further than the padding, wherever the input ends', () => {
    const good = format.samples.filter(({ fields }) => fields !== null).map(({ record }) => record);
    const text = Buffer.from(`${format.samples.map(({ record }) => record).join('\n')}\n${'x'.repeat(200)}`);
    const spec = format.describe(Buffer.from(good.join('\n')), format.sampleOptions ?? {});
    const needed = spec.columns.map(({ name }) => ({ name }));
    const arena = testArena(8 * 1024 * 1024);
    const batch = allocateBatch(arena, needed.length);
    const tokenizer = createTokenizer(arena, format.tokenizer(spec, needed), batch);
    const run = (length: number, final: boolean) => {
      const begin = arena.u8.length - inputPadding - length;
      arena.u8.fill(0x22, begin);
      arena.u8.set(text.subarray(0, length), begin);
      let rows = 0;
      let next = begin;
      for (;;) {
        const step = tokenizer.run(next, begin + length, 0xffffffff, final);
        rows += step.rows;
        if (step.next === next) return { rows, next };
        next = step.next;
      }
    };
    // room for unescaped text is made on first use, and must not move the memory's end later
    run(text.length, true);
    const bytes = arena.u8.length;
    for (let length = 0; length <= text.length; length++) {
      const partial = run(length, false);
      const final = run(length, true);
      expect(final.rows).toBeGreaterThanOrEqual(partial.rows);
      expect(final.next).toBe(bytes - inputPadding);
    }
    expect(arena.u8.length).toBe(bytes);
  });
});
