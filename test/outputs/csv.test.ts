import { parseString } from 'fast-csv';
import { expect, test } from 'vitest';
import { render } from './render.ts';

test('has a header row, and quotes only what needs it', async () => {
  const columns = { 'a,b': 'text', n: 'integer', x: 'double', at: 'timestamp', ok: 'boolean' } as const;
  const rows = [
    ['plain', 1_234_567n, 0.5, 0n, false],
    ['comma, "quote"\r\nline', null, null, null, null],
    ['', -1n, 1e-7, 1n, true],
  ];
  expect(await render('csv', columns, [rows.slice(0, 1), [], rows.slice(1)])).toBe(
    '"a,b",n,x,at,ok\n' +
      'plain,1234567,0.5,1970-01-01 00:00:00,false\n' +
      '"comma, ""quote""\r\nline",,,,\n' +
      ',-1,1e-7,1970-01-01 00:00:00.000001,true\n',
  );
});

test('rows that need quotes and rows that do not keep their order', async () => {
  const rows = ['a', 'b,c', 'd', 'e', '"', 'f\ng', 'h|i', '', '\0,\ue000', '\0'].map((text, i) => [text, BigInt(i)]);
  expect(await render('csv', { t: 'text', n: 'integer' }, [rows.slice(0, 4), rows.slice(4)])).toBe(
    't,n\na,0\n"b,c",1\nd,2\ne,3\n"""",4\n"f\ng",5\n"h|i",6\n,7\n"\0,\ue000",8\n\0,9\n',
  );
});

test('without rows there is still the header', async () => {
  expect(await render('csv', { status: 'integer', hits: 'integer' }, [])).toBe('status,hits\n');
});

test('formulas are data and stay as they are', async () => {
  expect(await render('csv', { formula: 'text' }, [[['=1+1'], ['-x']]])).toBe('formula\n=1+1\n-x\n');
});

test('csvSafe puts an apostrophe before text that a spreadsheet would run, headers included, and leaves numbers alone', async () => {
  const rows = [
    ['=1+1', -5n],
    ['@SUM(A1)', 0n],
    ['+1', 1n],
    ['-1', 2n],
    ['\tx', 3n],
    ['a=b', 4n],
  ] as const;
  expect(await render('csv', { '=cmd': 'text', n: 'integer' }, [rows], { csvSafe: true })).toBe(
    "'=cmd,n\n'=1+1,-5\n'@SUM(A1),0\n'+1,1\n'-1,2\n'\tx,3\na=b,4\n",
  );
});

test('NUL and private-use characters survive', async () => {
  const odd = 'a\0b\ue000c\ue0000d\ue0001e\0';
  expect(await render('csv', { raw: 'text' }, [[[odd]]])).toBe(`raw\n${odd}\n`);
});

test('reads back as the same fields', async () => {
  const fields = ['a"b', 'c,d', 'e\nf', 'g\rh', ' i ', "'", '|', '💧', '""', '\\'];
  const text = await render('csv', { one: 'text', two: 'text' }, [fields.map((field) => [field, field])]);
  const parsed: string[][] = [];
  await new Promise<void>((resolve, reject) => {
    parseString<string[], string[]>(text, { headers: false })
      .on('data', (row: string[]) => parsed.push(row))
      .on('error', reject)
      .on('end', () => resolve());
  });
  expect(parsed.slice(1)).toEqual(fields.map((field) => [field, field]));
});
