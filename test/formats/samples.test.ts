import { describe, expect, it } from 'vitest';
import { formats } from '../../src/formats/table.ts';
import { testArena } from '../support/arena.ts';
import { tokenize } from '../support/tokenize.ts';

/** Every format's samples document what it reads; this holds it to them. */
describe.each(formats.map((format) => [format.name, format] as const))('samples of %s', (_name, format) => {
  const arena = testArena();
  const good = format.samples.filter(({ fields }) => fields !== null).map(({ record }) => record);
  const latin1 = (text: string | null) => (text === null ? null : Buffer.from(text).toString('latin1'));

  it.each(format.samples.map((sample) => [sample.record, sample.fields] as const))('%s', (record, fields) => {
    const names = Object.keys(fields ?? {});
    const spec = format.tokenizer(
      format.describe(Buffer.from(good.join('\n')), format.sampleOptions ?? {}),
      names.map((name) => ({ name })),
    );
    for (const lineEnd of ['\n', '\r\n', '']) {
      const records = tokenize(arena, spec, names.length, Buffer.from(record + lineEnd));
      expect(records).toHaveLength(1);
      expect(records[0]?.record).toBe(latin1(record));
      expect(records[0]?.fields).toEqual(fields && names.map((name) => latin1(fields[name] ?? null)));
    }
  });

  it('are recognised', () => {
    const bad = format.samples.filter(({ fields }) => fields === null).map(({ record }) => record);
    if (format.name !== 'lines') expect(format.detect(Buffer.from(good.join('\n')))).toBe(1);
    if (bad.length > 0) expect(format.detect(Buffer.from(bad.join('\n')))).toBeLessThan(1);
  });
});
