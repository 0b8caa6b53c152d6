// The same questions elsewhere: DuckDB with its memory_limit, pandas under a limit of its address space (RLIMIT_AS). Only whether they
// end, how long they take and how much memory they had is of interest here; that their answers are right is taken for granted.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';

const duckdbChild = fileURLToPath(new URL('./duckdb-child.mjs', import.meta.url));
const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import pandas']).status === 0);
const ended = { line: () => undefined, end: () => null };

export const peers = [
  {
    name: 'duckdb',
    missing: existsSync(fileURLToPath(new URL('../../node_modules/@duckdb/node-api', import.meta.url)))
      ? null
      : 'not installed',
    run: (cell, path, budgetBytes) =>
      measure(process.execPath, [duckdbChild, (cell.duckdb ?? cell.sql)(path), String(budgetBytes)], ended, false),
  },
  {
    name: 'pandas',
    missing: python === undefined ? 'python3-pandas is not installed' : null,
    run(cell, path, budgetBytes) {
      const program = [
        'import resource, sys',
        `resource.setrlimit(resource.RLIMIT_AS, (${budgetBytes}, ${budgetBytes}))`,
        'import pandas as pd',
        `path = ${JSON.stringify(path)}`,
        `print(${cell.pandas})`,
      ].join('\n');
      return measure(python, ['-c', program], ended, false);
    },
  },
];
