import { describe, expect, it } from 'vitest';
import { formats } from '../../src/formats/table.ts';
import { testArena } from '../support/arena.ts';
import { tokenize } from '../support/tokenize.ts';

/** Memory as other tasks leave it: addresses that are taken out of it are beyond its end. */
function usedArena() {
  const arena = testArena();
  for (let blocks = 0; blocks < 8; blocks++) {
    const at = arena.alloc(1 << 19);
    arena.u8.fill(0xff, at, at + (1 << 19));
  }
  arena.reset();
  return arena;
}

const odd = ['x', '"', '""', '" "', '{', '[', ',', 'a b c d', '\\', '\r', ' ', 'x"y"z', '', '""""""'];

describe.each(formats.map((format) => [format.name, format] as const))('%s in used memory', (_name, format) => {
  const samples = format.samples.map(({ record }) => record);
  const good = format.samples.filter(({ fields }) => fields !== null).map(({ record }) => record);
  const spec = format.describe(Buffer.from(good.join('\n')), format.sampleOptions ?? {});
  const columns = spec.columns.map(({ name }) => ({ name }));

  it('takes odd and good records as in new memory', () => {
    const inputs = [
      ...odd.flatMap((line) => [line, `${line}\n`.repeat(3), `${line}\n`.repeat(500)]),
      `${odd.join('\n')}\n${samples.join('\n')}\n${odd.join('\n')}`,
      `${samples.join('\n')}\n`.repeat(40),
    ];
    for (const input of inputs) {
      const take = (arena: ReturnType<typeof testArena>) =>
        tokenize(arena, format.tokenizer(spec, columns), columns.length, Buffer.from(input));
      expect(take(usedArena()), JSON.stringify(input)).toEqual(take(testArena()));
    }
  });
});
