import { describe, expect, test } from 'vitest';
import { render } from './render.ts';

const columns = { path: 'text', hits: 'integer', mean: 'double', at: 'timestamp', ok: 'boolean' } as const;
const rows = [
  ['/a "b"\n', 9_007_199_254_740_993n, 0.1, 1_431_857_103_000_000n, true],
  [null, null, null, null, null],
] as const;

describe('json', () => {
  test('is an array of objects with exact integers', async () => {
    expect(await render('json', columns, [rows])).toBe(
      '[\n' +
        '  {"path":"/a \\"b\\"\\n","hits":9007199254740993,"mean":0.1,"at":"2015-05-17 10:05:03","ok":true},\n' +
        '  {"path":null,"hits":null,"mean":null,"at":null,"ok":null}\n' +
        ']\n',
    );
  });

  test('is the same text however the rows are cut into blocks', async () => {
    expect(await render('json', columns, [[], [rows[0]], [], [rows[1]]])).toBe(await render('json', columns, [rows]));
  });

  test('is an empty array without rows', async () => {
    expect(await render('json', columns, [])).toBe('[]\n');
    expect(await render('json', columns, [[]])).toBe('[]\n');
  });

  test('can be parsed whatever the data holds', async () => {
    const odd = ['\0', '\u2028', '\ufffd', '__proto__', '\x1b[31m', '💧'];
    const text = await render('json', { '__proto__ "x"': 'text' }, [odd.map((value) => [value])]);
    const parsed: unknown = JSON.parse(text);
    expect(parsed).toEqual(odd.map((value) => ({ '__proto__ "x"': value })));
  });
});

describe('ndjson', () => {
  test('is one object per line', async () => {
    expect(await render('ndjson', { n: 'integer' }, [[[1n], [2n]], [], [[null]]])).toBe(
      '{"n":1}\n{"n":2}\n{"n":null}\n',
    );
  });

  test('is empty without rows', async () => {
    expect(await render('ndjson', { n: 'integer' }, [])).toBe('');
  });
});
