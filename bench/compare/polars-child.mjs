// Polars' process: `polars-child.mjs MODULE QUESTION FILE` prints `{ ms, rows }`.
import { createRequire } from 'node:module';

const [modulePath, question, path] = process.argv.slice(2);
const pl = createRequire(import.meta.url)(modulePath);
const { col } = pl;

/** Polars wants some quote character: one that does not occur. */
const noQuote = '\x01';

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
/** Cut at the quotes instead: an agent with an escaped quote is an error to the reader above as soon as it is needed. */
const quotedParts = () =>
  pl.scanCSV(path, {
    sep: '"',
    quoteChar: noQuote,
    hasHeader: false,
    truncateRaggedLines: true,
    schema: { head: pl.Utf8, request: pl.Utf8, numbers: pl.Utf8, referrer: pl.Utf8, gap: pl.Utf8, agent: pl.Utf8 },
  });
const hits = pl.len().alias('hits');
const topTen = (frame, key) => frame.groupBy(key).agg(hits).sort(['hits', key], [true, false]).limit(10);

const questions = {
  status: () =>
    log()
      .groupBy('status')
      .agg(hits, pl.when(col('bytes').count().gt(0)).then(col('bytes').sum()).otherwise(pl.lit(null)).alias('total'))
      .sort('status'),
  'top-paths': () => topTen(log().select(col('request').str.split(' ').lst.get(1).alias('path')), 'path'),
  'top-clients': () => topTen(log(), 'client'),
  'googlebot-errors': () =>
    quotedParts()
      .filter(
        col('agent').str.contains('Googlebot').and(col('numbers').str.split(' ').lst.get(1).cast(pl.Int32).gtEq(500)),
      )
      .select(hits),
  'distinct-clients': () => log().select(col('client').nUnique()),
  '1brc': () =>
    pl
      .scanCSV(path, {
        sep: ';',
        quoteChar: noQuote,
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
