import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { detectFormat } from '../../src/formats/detect.ts';
import { formatByName, formatNames } from '../../src/formats/table.ts';
import { realData } from '../support/tokenize.ts';

const detect = (head: string | Buffer, name = 'app.log') => detectFormat(Buffer.from(head as string), name).name;
const common = '1.1.1.1 - - [01/Jul/1995:00:00:01 -0400] "GET / HTTP/1.0" 200 6245';

describe('detectFormat', () => {
  it.each([
    [`${common}\n`, 'common'],
    [`${common} "-" "curl"\r\n${common} "-" "curl"\r\n`, 'combined'],
    [common, 'common'],
    [`\ufeff{"a":1}\n{"a":2}\n`, 'json'],
    [`{"a":1}\nnoise\n{"a":2}\n{"a":`, 'json'],
    [`{"a":"${'x'.repeat(100_000)}"}\n`, 'json'],
    ['a,b\n1,2\n', 'csv'],
    ['a;b\n1;2\n', 'csv'],
    ['a\tb\n1\t2\n', 'tsv'],
    ['"a\nb",c\n1,2\n', 'csv'],
  ])('%j is %s', (head, format) => {
    expect(detect(head)).toBe(format);
  });

  it('goes by the name where the content does not tell', () => {
    expect(detect('a\n1\n', 'one.csv')).toBe('csv');
    expect(detect('a\n1\n', 'ONE.TSV')).toBe('tsv');
    expect(detect('a,b\n', 'head.csv')).toBe('csv');
  });

  it.each([
    [
      'Jun 14 15:16:01 combo sshd: \u001b[31mcheck',
      'Cannot tell the format of app.log: no format fits its first line "Jun 14 15:16:01 combo sshd: \\x1b[31mcheck": name one with --format',
    ],
    [
      `${'long '.repeat(100)}\n`,
      `Cannot tell the format of app.log: no format fits its first line "${'long '.repeat(24)}...": name one with --format`,
    ],
    [
      'abc\u0000def\n',
      'Cannot read app.log: it is a binary file (a zero byte at offset 3): name its format with --format to read it anyway',
    ],
    [
      Buffer.from('\ufeffa,b\n', 'utf16le'),
      'Cannot read app.log: it is UTF-16 text: convert it first, for example with iconv -f UTF-16 -t UTF-8',
    ],
    [
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 1, 2, 3]),
      'Cannot read app.log: it is compressed with zstd: decompress it first',
    ],
    [gzipSync('x'), 'Cannot read app.log: it is compressed with gzip: decompress it first'],
  ])('refuses %j', (head, message) => {
    expect(() => detect(head)).toThrow(new UsageError(message));
  });

  it.for([
    ['access/apache-combined-157k.log', 'combined'],
    ['access/elastic-apache_logs.log', 'combined'],
    ['access/nasa-50k.log', 'common'],
    ['access/rootly/apache/apache_access.log', 'combined'],
    ['access/netnea/labor-07-example-access.log', null],
    ['access/rootly/apache/apache_error.log', null],
    ['access/rootly/openssh/openssh.log', null],
    ['jsonl/gharchive.jsonl', 'json'],
    ['jsonl/windows-events.jsonl', 'json'],
    ['jsonl/zeek/dns.json', 'json'],
    ['csv/csv-spectrum/csvs/newlines_crlf.csv', 'csv'],
    ['csv/duckdb-real/ncvoter.csv', 'tsv'],
    ['csv/duckdb-real/voter.tsv', 'tsv'],
    ['csv/nezha/2022-08-22/log/05_19_log.csv', 'csv'],
    ['text/loghub/HDFS/HDFS_2k.log_structured.csv', 'csv'],
    ['text/loghub/Apache/Apache_2k.log', null],
  ] as const)('%s', ([path, format], { skip }) => {
    const bytes = realData(path);
    if (bytes === null) return skip(`no ../shared/data/${path}`);
    const head = bytes.subarray(0, 1 << 16);
    if (format === null) expect(() => detect(head)).toThrow(/^Cannot tell the format of app\.log: no format fits/);
    else expect(detect(head)).toBe(format);
  });
});

describe('formatByName', () => {
  it.each([
    ['jsonl', 'json'],
    ['NDJSON', 'json'],
    ['text', 'lines'],
    ['combined', 'combined'],
  ])('%s is %s', (name, format) => {
    expect(formatByName(name).name).toBe(format);
  });

  it.each([
    ['jsn', 'Cannot use format "jsn": unknown format: did you mean "json"?'],
    ['combind', 'Cannot use format "combind": unknown format: did you mean "combined"?'],
    ['parquet', `Cannot use format "parquet": unknown format: use one of auto, ${formatNames().join(', ')}`],
  ])('refuses %s', (name, message) => {
    expect(() => formatByName(name)).toThrow(new UsageError(message));
  });
});
