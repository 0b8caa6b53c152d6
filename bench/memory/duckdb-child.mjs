// DuckDB's process: `duckdb-child.mjs SQL BYTES` runs the question under a memory_limit and streams the rows away.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [sql, bytes] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'millrace-duckdb-'));
try {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`SET memory_limit = '${bytes}B'`);
  await connection.run(`SET temp_directory = '${folder}'`);
  await connection.run('SET threads = 2');
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
