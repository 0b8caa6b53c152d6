/**
 * Every byte of a small file as the place of a cut: split sizes from one byte to the whole file, so that each boundary falls
 * before, inside and behind every line end, quote and escape. The rows, their offsets and the counts never change.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../support/engine.ts';
import { tempFolder } from '../support/temp-folder.ts';

const line = (agent: string, bytes: string) =>
  `10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 ${bytes} "-" "${agent}"`;

const files = {
  combined: {
    text: [line('plain', '12'), 'broken', line('say \\"hi\\" \\\\', '-'), '', line('ünï', '7')].join('\n'),
    options: { format: 'combined' },
    sql: 'SELECT _offset, bytes, user_agent FROM logs',
  },
  'combined with CRLF': {
    text: [line('plain', '12'), line('', '3'), '', line('last', '4'), ''].join('\r\n'),
    options: { format: 'combined' },
    sql: 'SELECT _offset, bytes, user_agent FROM logs',
  },
  common: {
    text: 'h - - [01/Jul/1995:00:00:01 -0400] "GET / HTTP/1.0" 200 1\n\n\nh - - [01/Jul/1995:00:00:01 -0400] "GET /x HTTP/1.0" 304 -\n',
    options: { format: 'common' },
    sql: 'SELECT _offset, path, bytes FROM logs',
  },
  csv: {
    text: 'a,b\n1,x\n2,"quoted, ""twice"""\n"3","two\nlines\n\nand ""more"""\n4,\n5,y,too many\n6,"z"',
    options: { format: 'csv' },
    sql: 'SELECT _offset, a, b FROM logs',
  },
  'csv with CRLF': {
    text: '\ufeffa;b\r\n1;"x\r\ny"\r\n2;"a;b"\r\n\r\n3;""""\r\n',
    options: { format: 'csv', delimiter: ';' },
    sql: 'SELECT _offset, a, b FROM logs',
  },
  'csv without header': {
    text: '"a\nb",1\n"c",2\n,3\n',
    options: { format: 'csv', header: false },
    sql: 'SELECT _offset, c1, c2 FROM logs',
  },
  tsv: {
    text: 'a\tb\n1\tone\n2\t\n3\tthree\r\n',
    options: { format: 'tsv' },
    sql: 'SELECT _offset, a, b FROM logs',
  },
  json: {
    text: '{"a":1,"b":"\\u00e9\\n"}\n\n{"b":"}{\\"","a":{"c":[1,"]"]}}\r\nnot json\n{"a":3}\n{"a":4,"b":null}',
    options: { format: 'json' },
    sql: 'SELECT _offset, a.c AS c, b FROM logs',
  },
} as const;

let engine: Engine;

beforeAll(async () => {
  engine = await Engine.open({ workers: 2, recycleAfter: 0 });
});

afterAll(() => engine.close());

describe.each(Object.entries(files))('%s', (_, { text, options, sql }) => {
  it('gives the same rows wherever it is cut', async () => {
    const path = join(tempFolder(), 'small.log');
    writeFileSync(path, text);
    const whole = await engine.ask(sql, { files: [path], ...options });
    expect(whole.rows.length).toBeGreaterThan(1);
    for (let split = 1; split <= Buffer.byteLength(text); split++) {
      const { rows, records, rejects } = await engine.ask(sql, { files: [path], split, ...options });
      expect({ split, rows, records, rejects }).toEqual({
        split,
        rows: whole.rows,
        records: whole.records,
        rejects: whole.rejects,
      });
    }
  });

  it('groups alike wherever it is cut', async () => {
    const path = join(tempFolder(), 'small.log');
    writeFileSync(path, text);
    const grouped =
      'SELECT length(_raw) % 3 AS k, count(*) AS n, sum(_offset) AS s, min(_raw) AS r FROM logs GROUP BY k';
    const whole = await engine.ask(grouped, { files: [path], ...options });
    for (let split = 1; split <= Buffer.byteLength(text); split += 3) {
      const { rows, records } = await engine.ask(grouped, { files: [path], split, ...options });
      expect({ split, rows, records }).toEqual({ split, rows: whole.rows, records: whole.records });
    }
  });
});
