import { describe, expect, test } from 'vitest';
import type { Value } from '../../src/core/value.ts';
import { render } from './render.ts';

describe('alignment', () => {
  test('numbers stand to the right with thousands separators, text to the left, nothing trails', async () => {
    const rows = [
      ['/index.html', 1_234_567n, 0.5, true],
      ['/', -999n, 12.25, false],
    ];
    expect(await render('table', { path: 'text', hits: 'integer', mean: 'double', ok: 'boolean' }, [rows])).toBe(
      [
        'path              hits   mean  ok',
        '───────────  ─────────  ─────  ─────',
        '/index.html  1,234,567    0.5  true',
        '/                 -999  12.25  false',
        '',
      ].join('\n'),
    );
  });

  test('without rows there are still the headings', async () => {
    expect(await render('table', { path: 'text', hits: 'integer' }, [])).toBe('path  hits\n────  ────\n');
  });

  test('integers beyond 2^53 keep every digit', async () => {
    const text = await render('table', { n: 'integer' }, [[[170_141_183_460_469_231_731_687_303_715_884_105_727n]]]);
    expect(text).toContain('170,141,183,460,469,231,731,687,303,715,884,105,727');
  });

  test('wide and combining characters are measured as the terminal shows them', async () => {
    const rows = [['日本語'], ['e\u0301te\u0301'], ['👩‍🚀'], ['ascii']].map(([text = '']) => [text, 1n]);
    expect(await render('table', { text: 'text', n: 'integer' }, [rows])).toBe(
      ['text    n', '──────  ─', '日本語  1', 'e\u0301te\u0301     1', '👩‍🚀      1', 'ascii   1', ''].join('\n'),
    );
  });
});

describe('NULL', () => {
  test('is not mistaken for text', async () => {
    expect(
      await render('table', { t: 'text', n: 'integer' }, [
        [
          [null, null],
          ['NULL', 0n],
          ['', 1n],
        ],
      ]),
    ).toBe(['t          n', '──────  ────', 'NULL    NULL', "'NULL'     0", '           1', ''].join('\n'));
  });

  test('is dim and headings are bold where colours are wanted', async () => {
    expect(await render('table', { n: 'integer' }, [[[null]]], { color: true })).toBe(
      '   \x1b[1mn\x1b[0m\n\x1b[2m────\x1b[0m\n\x1b[2mNULL\x1b[0m\n',
    );
  });
});

describe('on a terminal', () => {
  const columns = { path: 'text', agent: 'text', hits: 'integer' } as const;
  const row = ['/a/rather/long/path/for/a/table', 'Mozilla/5.0 (X11; Linux x86_64)', 12_345n];

  test('the widest text gives way and ends in an ellipsis, numbers never', async () => {
    const text = await render('table', columns, [[row]], { width: 40 });
    expect(text).toBe(
      [
        'path             agent              hits',
        '───────────────  ───────────────  ──────',
        '/a/rather/long…  Mozilla/5.0 (X…  12,345',
        '',
      ].join('\n'),
    );
  });

  test('nothing is cut where lines may be as long as they like', async () => {
    expect(await render('table', columns, [[row]])).toContain('/a/rather/long/path/for/a/table');
  });

  test('a wide character is not cut in half', async () => {
    const text = await render('table', { t: 'text' }, [[['日本語日本語']]], { width: 8 });
    expect(text.split('\n')[2]).toBe('日本語…');
  });
});

describe('many rows', () => {
  test('rows beyond the measured ones stream, and numbers that outgrow their column stay whole', async () => {
    const block = (from: number, count: number): Value[][] =>
      Array.from({ length: count }, (_, i) => [BigInt(from + i), 'x']);
    const text = await render('table', { n: 'integer', t: 'text' }, [block(0, 1000), block(1_000_000, 2)]);
    const lines = text.split('\n');
    expect(lines.slice(0, 3)).toEqual(['  n  t', '───  ─', '  0  x']);
    expect(lines.slice(1001, 1004)).toEqual(['999  x', '1,000,000  x', '1,000,001  x']);
    expect(lines).toHaveLength(1005);
  });
});

describe('hostile text', () => {
  test('escape sequences and line ends reach the terminal as visible text', async () => {
    const text = await render('table', { 'na\x1b[2Jme': 'text' }, [
      [['\x1b]0;owned\x07'], ['two\nlines\r\t\x9b31m'], ['\u202egnp.exe']],
    ]);
    // Nothing but printable characters and the table's own line ends.
    expect(text).toMatch(/^[\x20-\x7e\n─…\p{L}\p{S}]*$/u);
    expect(text.split('\n')).toHaveLength(6);
  });
});
