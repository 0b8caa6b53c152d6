// The questions of the bench. Each is said in SQL for Millrace, in SQL for DuckDB (the fastest formulation with the same
// answer that we found, see README.md), as a program for whoever else can answer it, and once more as the `reference`,
// which is exact and not timed. Every answer comes in a defined order, ties included.

/** The combined log as DuckDB reads it fastest: typed where numbers are needed, `-` as NULL, larger buffers. */
const combinedLog = `read_csv($file, delim=' ', quote='"', escape='\\', header=false, auto_detect=false, nullstr='-',
  buffer_size=8388608, columns={'client':'VARCHAR','ident':'VARCHAR','usr':'VARCHAR','t':'VARCHAR','zone':'VARCHAR',
  'request':'VARCHAR','status':'SMALLINT','bytes':'BIGINT','referrer':'VARCHAR','agent':'VARCHAR'})`;

const rawLines = `read_csv($file, delim='\x01', quote='', escape='', header=false, auto_detect=false,
  columns={'line':'VARCHAR'})`;

const rows1brc = `read_csv($file, delim=';', quote='', escape='', header=false, auto_detect=false,
  columns={'station':'VARCHAR','temperature':'DECIMAL(4,1)'})`;

const jsonLines = `read_json($file, format='newline_delimited', columns={'service':'VARCHAR','dur_ms':'DOUBLE'})`;

/** The values at the two ranks around the 99th percentile, as `low..high`. */
const p99Range = (column) => `CASE WHEN count(${column}) > 0 THEN
  (list_sort(list(${column}) FILTER (${column} IS NOT NULL)))[CAST(floor(0.99 * (count(${column}) - 1)) AS BIGINT) + 1] || '..' ||
  (list_sort(list(${column}) FILTER (${column} IS NOT NULL)))[CAST(ceil(0.99 * (count(${column}) - 1)) AS BIGINT) + 1] END`;

const hits = { name: 'hits', kind: 'integer', counts: true };

export const questions = [
  {
    id: 'status',
    title: 'status, count, sum(bytes)',
    corpus: 'combined',
    reach: 3,
    columns: [{ name: 'status', kind: 'integer' }, hits, { name: 'total', kind: 'integer' }],
    millrace: 'SELECT status, count(*) AS hits, sum(bytes) AS total FROM logs GROUP BY status ORDER BY status',
    duckdb: `SELECT status, count(*), sum(bytes) FROM ${combinedLog} GROUP BY status ORDER BY status`,
    awk: `awk '{ hits[$9]++; if ($10 != "-") { total[$9] += $10; sized[$9] = 1 } }
      END { for (s in hits) printf "%s,%d,%s\\n", s, hits[s], s in sized ? sprintf("%.0f", total[s]) : "" }' "$1" | sort`,
    miller: `mlr --inidx --ifs ' ' --ocsv --headerless-csv-output put -q '
      @hits[$9] += 1;
      if (is_numeric($10)) { @total[$9] += $10 } elif (is_absent(@total[$9])) { @total[$9] = "" }
      end { emit (@hits, @total), "status" }' "$1" | sort`,
    goaccess: 'status',
    python: 'status',
    polars: 'status',
  },
  {
    id: 'top-paths',
    title: 'top 10 paths',
    corpus: 'combined',
    reach: 3,
    columns: [{ name: 'path', kind: 'text' }, hits],
    millrace: 'SELECT path, count(*) AS hits FROM logs GROUP BY path ORDER BY hits DESC, path LIMIT 10',
    duckdb: `SELECT split_part(request, ' ', 2) AS path, CAST(sum(n) AS BIGINT) AS hits
      FROM (SELECT request, count(*) AS n FROM ${combinedLog} GROUP BY request) GROUP BY path ORDER BY hits DESC, path LIMIT 10`,
    awk: `awk '{ hits[$7]++ } END { for (p in hits) printf "%s,%d\\n", p, hits[p] }' "$1" | sort -t, -k2,2nr -k1,1 | head -10`,
    miller: `mlr --inidx --ifs ' ' --ocsv --headerless-csv-output count -g 7 then sort -nr count -f 7 then head -n 10 "$1"`,
    python: 'top-paths',
    polars: 'top-paths',
  },
  {
    id: 'top-clients',
    title: 'top 10 of many clients',
    corpus: 'combined-many-clients',
    reach: 3,
    columns: [{ name: 'client', kind: 'text' }, hits],
    millrace: 'SELECT client, count(*) AS hits FROM logs GROUP BY client ORDER BY hits DESC, client LIMIT 10',
    duckdb: `SELECT client, count(*) AS hits FROM ${combinedLog} GROUP BY client ORDER BY hits DESC, client LIMIT 10`,
    awk: `awk '{ hits[$1]++ } END { for (c in hits) printf "%s,%d\\n", c, hits[c] }' "$1" | sort -t, -k2,2nr -k1,1 | head -10`,
    python: 'top-clients',
    polars: 'top-clients',
  },
  {
    id: 'hourly-p99',
    title: 'per hour: count, p99(bytes)',
    corpus: 'combined',
    reach: 4,
    columns: [{ name: 'hour', kind: 'text' }, hits, { name: 'p99', kind: 'quantile' }],
    millrace: `SELECT date_trunc('hour', time) AS hour, count(*) AS hits, p99(bytes) AS p99 FROM logs GROUP BY hour ORDER BY hour`,
    // quantile_disc is exact and was no slower here than approx_quantile; the text of the hour is a cheaper key than a timestamp.
    duckdb: `SELECT CAST(strptime(h, '%d/%b/%Y:%H') AS VARCHAR), hits, p99 FROM (SELECT t[2:15] AS h, count(*) AS hits,
      quantile_disc(bytes, 0.99) AS p99 FROM ${combinedLog} GROUP BY h) ORDER BY strptime(h, '%d/%b/%Y:%H')`,
    reference: `SELECT CAST(h AS VARCHAR), hits, p99 FROM (SELECT date_trunc('hour', strptime(t, '[%d/%b/%Y:%H:%M:%S')) AS h,
      count(*) AS hits, ${p99Range('bytes')} AS p99 FROM ${combinedLog} GROUP BY h) ORDER BY h`,
    python: 'hourly-p99',
    polars: 'hourly-p99',
  },
  {
    id: 'googlebot-errors',
    title: "LIKE '%Googlebot%' and status >= 500",
    corpus: 'combined',
    reach: 3,
    columns: [hits],
    millrace: "SELECT count(*) AS hits FROM logs WHERE user_agent LIKE '%Googlebot%' AND status >= 500",
    duckdb: `SELECT count(*) FROM ${combinedLog} WHERE agent LIKE '%Googlebot%' AND status >= 500`,
    // Not the same question (any field may hold the name) but the same answer on this corpus, and faster: shown for fairness.
    duckdbLines: `SELECT count(*) FROM ${rawLines} WHERE line LIKE '%Googlebot%'
      AND CAST(split_part(split_part(line, '"', 3), ' ', 2) AS INTEGER) >= 500`,
    awk: `awk -F'"' '/Googlebot/ { split($3, size, " "); if (size[1] >= 500) hits++ } END { print hits + 0 }' "$1"`,
    ripgrep: `" 5[0-9][0-9] [0-9-]+ .*Googlebot`,
    python: 'googlebot-errors',
    polars: 'googlebot-errors',
  },
  {
    id: 'distinct-clients',
    title: 'approximate distinct clients',
    corpus: 'combined-many-clients',
    reach: 3,
    columns: [{ name: 'clients', kind: 'distinct' }],
    millrace: 'SELECT approx_count_distinct(client) AS clients FROM logs',
    duckdb: `SELECT approx_count_distinct(client) FROM ${combinedLog}`,
    reference: `SELECT count(DISTINCT client) FROM ${combinedLog}`,
    awk: `awk '!seen[$1]++ { clients++ } END { print clients + 0 }' "$1"`,
    python: 'distinct-clients',
    polars: 'distinct-clients',
  },
  {
    id: '1brc',
    title: '1BRC: min, avg, max per station',
    corpus: 'brc',
    reach: 3,
    columns: [
      { name: 'station', kind: 'text' },
      { name: 'low', kind: 'double' },
      { name: 'mean', kind: 'double' },
      { name: 'high', kind: 'double' },
    ],
    millrace:
      'SELECT station, min(temperature) AS low, avg(temperature) AS mean, max(temperature) AS high FROM logs GROUP BY station ORDER BY station',
    millraceFlags: ['--format', 'csv', '--delimiter', ';', '--no-header', '--columns', 'station,temperature:double'],
    duckdb: `SELECT station, min(temperature), avg(temperature), max(temperature) FROM ${rows1brc} GROUP BY station ORDER BY station`,
    awk: `awk -F';' '{ n[$1]++; sum[$1] += $2; if (n[$1] == 1 || $2 < low[$1]) low[$1] = $2; if (n[$1] == 1 || $2 > high[$1]) high[$1] = $2 }
      END { for (s in n) printf "%s,%.1f,%.12g,%.1f\\n", s, low[s], sum[s] / n[s], high[s] }' "$1" | sort -t, -k1,1`,
    miller: `mlr --icsv --ifs ';' --implicit-csv-header --ocsv --headerless-csv-output stats1 -a min,mean,max -f 2 -g 1 then sort -f 1 "$1"`,
    python: '1brc',
    polars: '1brc',
  },
  {
    id: 'json-services',
    title: 'JSON lines: per service count, sum, p99',
    corpus: 'jsonl',
    reach: 2,
    columns: [
      { name: 'service', kind: 'text' },
      hits,
      { name: 'total', kind: 'double' },
      { name: 'p99', kind: 'quantile' },
    ],
    millrace:
      'SELECT service, count(*) AS hits, sum(dur_ms) AS total, p99(dur_ms) AS p99 FROM logs GROUP BY service ORDER BY service',
    millraceFlags: ['--format', 'json'],
    duckdb: `SELECT service, count(*), sum(dur_ms), quantile_disc(dur_ms, 0.99) FROM ${jsonLines} GROUP BY service ORDER BY service`,
    reference: `SELECT service, count(*), sum(dur_ms), ${p99Range('dur_ms')} FROM ${jsonLines} GROUP BY service ORDER BY service`,
    python: 'json-services',
    polars: 'json-services',
  },
];

/** Asked of every distribution, but no part of the comparison. */
export const furtherQuestions = [
  {
    id: 'json-requests',
    title: 'JSON lines: per nested req.status count',
    corpus: 'jsonl',
    columns: [{ name: 'status', kind: 'integer' }, hits],
    millrace: 'SELECT req.status AS status, count(*) AS hits FROM logs GROUP BY status ORDER BY status',
    millraceFlags: ['--format', 'json'],
    duckdb: `SELECT req.status, count(*) FROM read_json($file, format='newline_delimited',
      columns={'req':'STRUCT("status" BIGINT)'}) GROUP BY req.status ORDER BY req.status`,
  },
];

/** The questions whose id is in `ids` (all without ids); an unknown id is the caller's mistake. */
export function selectQuestions(ids) {
  if (ids === undefined) return questions;
  const all = [...questions, ...furtherQuestions];
  return ids.map((id) => {
    const question = all.find((candidate) => candidate.id === id);
    if (question === undefined)
      throw new Error(`Unknown question "${id}": one of ${all.map((known) => known.id).join(', ')}`);
    return question;
  });
}
