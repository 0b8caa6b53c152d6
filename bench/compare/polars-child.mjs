// Polars' process: `polars-child.mjs MODULE QUESTION FILE` prints `{ ms, rows }`.
import { createRequire } from 'node:module';

const [modulePath, question, path] = process.argv.slice(2);
const pl = createRequire(import.meta.url)(modulePath);
const { col } = pl;

const log = () =>
  pl.scanCSV(path, {
    sep: ' ',
    quoteChar: '"',
    hasHeader: false,
    nullValues: '-',
    truncateRaggedLines: true,
    ignoreErrors: true,
    schema: {
      client: pl.Utf8,
      ident: pl.Utf8,
      user: pl.Utf8,
      time: pl.Utf8,
      zone: pl.Utf8,
      request: pl.Utf8,
      status: pl.Int32,
      bytes: pl.Int64,
      referrer: pl.Utf8,
      agent: pl.Utf8,
    },
  });
const hits = pl.len().alias('hits');
const topTen = (frame, key) => frame.groupBy(key).agg(hits).sort(['hits', key], [true, false]).limit(10);

const questions = {
  status: () => log().groupBy('status').agg(hits, col('bytes').sum().alias('total')).sort('status'),
  'top-paths': () => topTen(log().select(col('request').str.split(' ').lst.get(1).alias('path')), 'path'),
  'top-clients': () => topTen(log(), 'client'),
  'googlebot-errors': () =>
    log()
      .filter(col('status').gtEq(500).and(col('agent').str.contains('Googlebot')))
      .select(hits),
  'distinct-clients': () => log().select(col('client').nUnique()),
  '1brc': () =>
    pl
      .scanCSV(path, {
        sep: ';',
        quoteChar: '',
        hasHeader: false,
        schema: { station: pl.Utf8, temperature: pl.Float64 },
      })
      .groupBy('station')
      .agg(
        col('temperature').min().alias('low'),
        col('temperature').mean().alias('mean'),
        col('temperature').max().alias('high'),
      )
      .sort('station'),
  'json-services': () =>
    pl
      .scanJson(path, { inferSchemaLength: 1000 })
      .groupBy('service')
      .agg(hits, col('dur_ms').sum().alias('total'), col('dur_ms').quantile(0.99).alias('p99'))
      .sort('service', false, true),
};

const started = performance.now();
const frame = await questions[question]().collect();
const ms = performance.now() - started;
const replacer = (_key, value) => (typeof value === 'bigint' ? String(value) : value);
process.stdout.write(JSON.stringify({ ms, rows: frame.rows() }, replacer));
