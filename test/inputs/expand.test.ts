import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { expandSources } from '../../src/inputs/expand.ts';

const folder = mkdtempSync(join(tmpdir(), 'millrace-expand-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const path of [
  'b.log',
  'a.log',
  'c.txt',
  '.hidden.log',
  '[a].log',
  'sub/d.log',
  'sub/deep/e.log',
  'sub/{x}.log',
]) {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), path);
}
writeFileSync(join(folder, 'z.gz'), gzipSync('x'));
writeFileSync(join(folder, 'not.gz'), 'plain');
writeFileSync(join(folder, 'empty.log.1'), '');
symlinkSync('nowhere', join(folder, 'broken.log'));
symlinkSync('.', join(folder, 'circle'));

const expand = (...names: string[]) =>
  expandSources(names.map((name) => (name === '-' ? name : join(folder, name)))).map(({ name }) =>
    name.replace(`${folder}/`, ''),
  );

describe('expandSources', () => {
  it.each([
    [
      ['b.log', 'a.log', 'b.log'],
      ['b.log', 'a.log', 'b.log'],
    ],
    [['*.log'], ['[a].log', 'a.log', 'b.log']],
    [['.*.log'], ['.hidden.log']],
    [['[a].log'], ['[a].log']],
    [['[ab].log'], ['a.log', 'b.log']],
    [['[!a].log'], ['b.log']],
    [['?.{txt,log}'], ['a.log', 'b.log', 'c.txt']],
    [['sub/{x}.log'], ['sub/{x}.log']],
    [['**/*.log'], ['[a].log', 'a.log', 'b.log', 'sub/d.log', 'sub/deep/e.log', 'sub/{x}.log']],
    [
      ['s*/**/e.log', '-'],
      ['sub/deep/e.log', '-'],
    ],
    [['{a,b,{c,sub/d}}.{log,txt}'], ['a.log', 'b.log', 'c.txt', 'sub/d.log']],
  ])('%j', (names, expected) => {
    expect(expand(...names)).toEqual(expected);
  });

  it('says what each source is', () => {
    expect(expandSources(['-', join(folder, 'z.gz'), join(folder, 'not.gz'), join(folder, 'empty.log.1')])).toEqual([
      { name: '-', path: '', input: 'stdin', sizeBytes: null },
      { name: join(folder, 'z.gz'), path: join(folder, 'z.gz'), input: 'gzip', sizeBytes: 21 },
      { name: join(folder, 'not.gz'), path: join(folder, 'not.gz'), input: 'file', sizeBytes: 5 },
      { name: join(folder, 'empty.log.1'), path: join(folder, 'empty.log.1'), input: 'file', sizeBytes: 0 },
    ]);
    expect(expandSources(['/dev/null'])).toEqual([
      { name: '/dev/null', path: '/dev/null', input: 'stdin', sizeBytes: null },
    ]);
  });

  it.each([
    ['gone.log', 'Cannot read "F/gone.log": no such file'],
    ['broken.log', 'Cannot read "F/broken.log": no such file'],
    ['a.log/x', 'Cannot read "F/a.log/x": no such file'],
    ['*.csv', 'Cannot read "F/*.csv": no file matches the pattern'],
    ['sub/', 'Cannot read "F/sub/": it is a directory: name its files, for example "F/sub/*"'],
  ])('%s', (name, message) => {
    expect(() => expandSources([`${folder}/${name}`])).toThrow(new UsageError(message.replaceAll('F/', `${folder}/`)));
  });

  it('reads standard input once', () => {
    expect(() => expandSources(['-', '-'])).toThrow(
      new UsageError('Cannot read "-" twice: standard input can be read only once'),
    );
  });

  it('says which file may not be read', ({ skip }) => {
    if (process.getuid?.() === 0) skip('root may read everything');
    const path = join(folder, 'secret.log');
    writeFileSync(path, 'x', { mode: 0o000 });
    expect(() => expandSources([path])).toThrow(new UsageError(`Cannot read "${path}": permission denied`));
  });
});
