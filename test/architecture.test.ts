/** The house rules that a reader relies on: which folder may import which, and where to find what. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf, kernelImportsOf } from './support/import-graph.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Tracked files and new ones that are not ignored; deleted ones are left out. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((name) => name !== '' && existsSync(join(root, name)));

/** What each part may import beside itself. `src/index.ts` is the part `index`, `src/cli/...` the part `cli`. */
const below = {
  core: [],
  formats: ['core'],
  inputs: ['core'],
  outputs: ['core'],
  aggregates: ['core'],
  query: ['core', 'formats', 'inputs', 'outputs', 'aggregates'],
  execute: ['core', 'formats', 'inputs', 'outputs', 'aggregates', 'query'],
  workers: ['core', 'formats', 'inputs', 'outputs', 'aggregates', 'query', 'execute'],
  coordinator: ['core', 'formats', 'inputs', 'outputs', 'aggregates', 'query', 'execute'],
  metrics: ['core', 'formats', 'inputs', 'outputs', 'aggregates', 'query', 'execute', 'coordinator'],
  report: ['core', 'formats', 'inputs', 'outputs', 'aggregates', 'query', 'execute', 'coordinator'],
  tune: ['core', 'formats', 'inputs', 'outputs', 'aggregates', 'query', 'execute', 'coordinator'],
  index: ['core', 'formats', 'inputs', 'outputs', 'aggregates', 'query', 'execute', 'coordinator'],
  cli: [
    ...['core', 'formats', 'inputs', 'outputs', 'aggregates', 'query', 'execute', 'coordinator', 'metrics', 'report'],
    ...['tune', 'index'],
  ],
  kernels: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Packages that only one place may know, so that they can be replaced there. */
const packageOwners: Readonly<Record<string, string>> = {
  piscina: 'src/coordinator/pool.ts',
  'prom-client': 'src/metrics/',
  'libpg-query': 'src/query/',
  uplot: 'src/report/',
};

const sources = files.filter((name) => /^(src|workers)\/.*\.ts$/.test(name));

describe('the top level', () => {
  /** What is measured, profiled or tried out here leaves files behind, and `git add` takes them along. */
  it('holds what the project is made of, and nothing else', () => {
    const names = new Set(files.map((name) => name.split('/')[0]));
    const folders = ['.ci', '.github', 'bench', 'config', 'src', 'test', 'workers'];
    const documents = ['ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE', 'README.md'];
    const settings = [
      '.gitignore',
      'biome.json',
      'package-lock.json',
      'package.json',
      'tsconfig.json',
      'vitest.config.ts',
    ];
    const known = new Set([...folders, ...documents, ...settings]);
    expect([...names].filter((name) => name !== undefined && !known.has(name))).toEqual([]);
  });
});

describe('import arrows', () => {
  it.each(sources)('%s', (name) => {
    const part = partOf(name);
    const imports = (part === 'kernels' ? kernelImportsOf : importsOf)(join(root, name));
    for (const specifier of imports) {
      if (specifier.startsWith('.')) {
        const target = relative(root, join(root, dirname(name), specifier));
        const targetPart = partOf(target);
        const allowed: readonly string[] = [part, ...below[part]];
        expect(allowed, `${name} imports ${target}`).toContain(targetPart);
        if (part !== 'kernels') expect(files, `${name} imports ${target}`).toContain(target);
      } else {
        const owner = packageOwners[specifier.split('/')[0] ?? ''];
        if (owner !== undefined) expect(name.startsWith(owner), `${name} imports ${specifier}`).toBe(true);
      }
    }
  });

  it('sees every kind of import', () => {
    expect(importsOf(join(root, 'test/support/import-kinds.ts'))).toEqual([
      './import-graph.ts',
      './skip-reporter.ts',
      './import-graph.ts',
      './global-setup.ts',
      'node:fs',
    ]);
  });
});

describe('folders and files', () => {
  it.each(['src', 'workers', 'test', 'bench', 'config'])('%s has a README', (folder) => {
    expect(existsSync(join(root, folder, 'README.md'))).toBe(true);
  });

  it('the top level holds what the design names and what tools demand', () => {
    const folders = new Set(files.filter((name) => name.includes('/')).map((name) => name.split('/')[0]));
    expect([...folders].sort()).toEqual(['.ci', 'bench', 'config', 'src', 'test', 'workers']);
  });

  it('no code file is longer than 500 lines', () => {
    const long = files
      .filter((name) => /\.(ts|mjs|js)$/.test(name))
      .map((name) => [name, readFileSync(join(root, name), 'utf8').split('\n').length - 1] as const)
      .filter(([, lines]) => lines > 500);
    expect(long).toEqual([]);
  });

  it('names no path of the machine it was written on', () => {
    const machinePath = new RegExp(`(?<![\\w.])/(?:${['work', 'home', 'Users'].join('|')})/[a-z]`);
    const guilty = files
      .filter((name) => /\.(ts|mjs|js|json|md|ya?ml)$|^\.ci\//.test(name) && !/^(test\/cases|bench\/runs)\//.test(name))
      .filter((name) => machinePath.test(readFileSync(join(root, name), 'utf8')));
    expect(guilty).toEqual([]);
  });
});

function partOf(name: string): keyof typeof below {
  const [top = '', second = ''] = name.split('/');
  const part =
    top === 'workers' ? (second === 'kernels' ? 'kernels' : 'workers') : second === 'index.ts' ? 'index' : second;
  if (part in below) return part as keyof typeof below; // the line's own test
  throw new Error(`${name} belongs to no part of the design`);
}
