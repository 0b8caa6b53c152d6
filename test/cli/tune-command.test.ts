/** `millrace tune` at work: real trials on a small log, in processes of their own. */
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { millrace, startMillrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { accessLog } from './access-log.ts';

const sql = 'SELECT status, count(*) AS hits FROM logs GROUP BY status';
const records = 30_000;

function logFolder(content = accessLog(records)): string {
  const folder = tempFolder();
  writeFileSync(join(folder, 'access.log'), content);
  return folder;
}

/** Few settings to try, and time for them however slow the machine is: time decides nothing here. */
const few = ['--max-time', '120', '--workers', '1', '--worker-heap', '64MiB', '--split', '1MiB'];
const short = [...few, '--memory', '512MiB'];

describe.concurrent('what it says', () => {
  test('as JSON: every trial with the figures of its run, and a configuration that query takes', async () => {
    const cwd = logFolder();
    const args = ['tune', sql, 'access.log', '-o', 'json', '--write', 't.yaml', '--verify', '-q', ...short];
    const { code, stdout, stderr } = await millrace(args, { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const told = JSON.parse(stdout.toString());
    const bytes = Buffer.byteLength(accessLog(records));
    expect(told).toMatchObject({
      question: sql,
      target: { type: 'knee' },
      input: { files: 1, bytes },
      sample: { bytes, isWhole: true },
      ended: 'complete',
      recommendation: {
        setting: { workers: 1, memoryBytes: 512 * 2 ** 20, heapBytes: 64 * 2 ** 20 },
        writtenTo: 't.yaml',
      },
    });

    // the same run by hand
    const statsArgs = ['query', sql, 'access.log', '--config', 't.yaml', '--stats', 's.json'];
    const query = await millrace(statsArgs, { cwd });
    const stats = JSON.parse(readFileSync(join(cwd, 's.json'), 'utf8'));
    expect(query.stdout.toString()).toBe(`status,hits\n200,${records * 0.9}\n404,${records * 0.1}\n`);
    expect(told.trials.length).toBeGreaterThanOrEqual(3);
    for (const { result, size, setting } of told.trials) {
      expect({ size, setting }).toMatchObject({ size: 'sample', setting: { workers: 1, splitBytes: 2 ** 20 } });
      expect(result).toMatchObject({
        ...{ bytes: stats.bytesRead, records: stats.records.read, rejected: stats.records.rejected, rows: 2 },
        ...{ spilledBytes: stats.spilledBytes, bytesPerGroup: stats.memory.bytesPerGroup, retries: 0, recycles: {} },
      });
      expect(result.ms).toBeGreaterThan(0);
      expect(result.peakHeapBytes).toBeLessThan(64 * 2 ** 20);
      expect(result.peakRssBytes).toBeGreaterThan(result.heapBytes + result.arenaBytes);
    }
    const recommended = told.settings.find(({ isRecommended }: { isRecommended: boolean }) => isRecommended);
    expect(recommended.setting).toEqual(told.recommendation.setting);
    expect(told.settings.filter(({ isDefault }: { isDefault: boolean }) => isDefault)).toHaveLength(1);
    expect(stats).toMatchObject({ workers: 1, memory: { budgetBytes: 512 * 2 ** 20 } });

    const { predicted } = told.recommendation;
    expect(predicted).toMatchObject({ isMeasured: true });
    expect(told.verified.timeError).toBeCloseTo(predicted.seconds / told.verified.seconds - 1, 1);
    expect(told.verified.peakError).toBeCloseTo(predicted.peakRssBytes / told.verified.peakRssBytes - 1, 6);
    expect(readFileSync(join(cwd, 't.yaml'), 'utf8')).toBe(told.recommendation.config);
    expect(readdirSync(cwd).sort()).toEqual(['access.log', 's.json', 't.yaml']);
  });

  test('as text: a table, what was not varied, a recommendation, and the configuration to be copied', async () => {
    const cwd = logFolder();
    const ofQueries = ['--rejects', 'r.ndjson', '--stats', 's.json', '--strict'];
    const { code, stdout, stderr } = await millrace(['tune', sql, 'access.log', ...short, ...ofQueries], { cwd });
    expect(code).toBe(0);
    expect(readdirSync(cwd)).toEqual(['access.log']);
    const text = stdout.toString();
    expect(text).toMatch(/^\d+ trials in [^\n]+ on all of the input \([\d.]+ MiB\)\n/);
    expect(text).toMatch(/^ +workers +memory +heap +arena +split +recycle +MB\/s +peak +time +runs$/m);
    expect(text).toMatch(/^ {2}--workers: said by you$/m);
    expect(text).toMatch(/^recommended: /m);
    expect(text).toMatch(
      /^measured for all of the input, from the page cache: [^,]+, peak memory [\d.]+ MiB \(default: /m,
    );
    // a line for every trial where nobody looks at a terminal
    expect(stderr.split('\n')[0]).toBe('not used by tune: --stats, --rejects, --strict');
    expect(stderr).toMatch(/^trial 1: workers 1, memory 512 MiB, worker-heap 64 MiB, worker-arena [^:]+: \d[^\n]+$/m);
    expect(stderr).not.toContain('\r');
    const yaml = text.slice(text.indexOf('# Settings for'));
    writeFileSync(join(cwd, 'copied.yaml'), yaml);
    const printed = await millrace(['query', '--config', 'copied.yaml', '--print-config'], { cwd });
    expect(printed.stdout.toString()).toMatch(/^workers: 1 +# copied\.yaml: workers$/m);
    expect(printed.stdout.toString()).toMatch(/^memory: 512MiB +# copied\.yaml: memory$/m);
    expect(printed.stdout.toString()).toMatch(/^worker-heap: 64MiB +# copied\.yaml: worker-heap$/m);
  });

  test('within a target of memory every trial has that budget', async () => {
    const args = ['tune', sql, 'access.log', '--target', 'memory=300MiB', '-o', 'json', '-q', ...few];
    const { code, stdout } = await millrace(args, { cwd: logFolder() });
    expect(code).toBe(0);
    const told = JSON.parse(stdout.toString());
    expect(told.target).toEqual({ type: 'memory', bytes: 300 * 2 ** 20 });
    for (const { setting } of told.trials) expect(setting.memoryBytes).toBe(300 * 2 ** 20);
    expect(told.recommendation.config).toMatch(/^memory: 300MiB$/m);
  });

  test('a sample of a log is read in trials, and less of it to tell what is fixed', async () => {
    const args = ['tune', sql, 'access.log', '--sample-size', '1MiB', '-o', 'json', '-q', ...short];
    const { stdout } = await millrace(args, { cwd: logFolder() });
    const told = JSON.parse(stdout.toString());
    expect(told.sample.isWhole).toBe(false);
    expect(told.sample.bytes).toBeLessThanOrEqual(2 ** 20);
    expect(told.trials[1]).toMatchObject({ size: 'part', result: { bytes: told.sample.bytes / 4 } });
    expect(told.recommendation.predicted.isMeasured).toBe(false);
  });

  test('with functions of the user that keep memory, and quoted CSV, it goes its way', async () => {
    const functions = join(import.meta.dirname, '../fixtures/functions/text-tools.js');
    const rows = Array.from({ length: 3000 }, (_, i) => `${i},"line\nof ${i % 3}"\n`).join('');
    const cwd = tempFolder();
    writeFileSync(join(cwd, 'a.csv'), `id,text\n${rows}`);
    const question = 'SELECT text, count(*) AS n FROM logs GROUP BY text';
    const args = [
      'tune',
      question,
      'a.csv',
      '--functions',
      functions,
      '--sample-size',
      '10k',
      '-o',
      'json',
      '-q',
      ...short,
    ];
    const { code, stdout } = await millrace(args, { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout.toString()).recommendation).not.toBeNull();
  });
});

describe.concurrent('small inputs', () => {
  test('one record is enough', async () => {
    const { code, stdout } = await millrace(['tune', sql, 'access.log', '-o', 'json', '-q', ...short], {
      cwd: logFolder(accessLog(1)),
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout.toString()).trials[0].result).toMatchObject({ records: 1, rows: 1 });
  });

  test('none is not', async () => {
    const { code, stdout, stderr } = await millrace(['tune', sql, 'access.log'], { cwd: logFolder('') });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('millrace: Cannot tune on empty files: name files like those that the query is for\n');
  });
});

describe.concurrent('mistakes', () => {
  test.each([
    [['tune'], 'No query given: write millrace tune "SELECT ..." FILE'],
    [['tune', sql, '-'], 'Cannot tune on "-": it can be read only once: name files'],
    [['tune', sql, 'missing.log'], 'Cannot read "missing.log": no such file'],
    [['tune', sql, 'access.log', '-o', 'csv'], 'Cannot tune with --output csv: use table or json'],
    [['tune', sql, 'access.log', '--target', 'fast'], 'Cannot use --target "fast": use one of knee, time, memory=SIZE'],
    [['tune', sql, 'access.log', '--target', 'memory=8MiB'], /^Cannot use --target "memory=8MiB": /],
    [
      ['tune', sql, 'access.log', '--target', 'memory=64MiB'],
      /^Cannot run .* in 64 MiB of memory: the least that works is /,
    ],
    [
      ['tune', sql, 'access.log', '--write', 'no/where.yaml'],
      /^Cannot write the configuration to "no\/where\.yaml": ENOENT/,
    ],
    [['query', sql, 'access.log', '--max-time', '5'], 'Cannot use --max-time here: it belongs to millrace tune'],
    [['tune', 'SELECT statsu FROM logs', 'access.log'], /unknown column "statsu"/],
    [['tuen', sql], 'Unknown command "tuen": did you mean "tune"?'],
    [['tune-trial'], 'Unknown command "tune-trial": use one of query, tune, replay, formats, help'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await millrace(args, { cwd: logFolder(accessLog(100)) });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' });
    const said = stderr.split('\n').find((line) => line.startsWith('millrace: ')) ?? '';
    if (typeof message === 'string') expect(said).toBe(`millrace: ${message}`);
    else expect(said.slice('millrace: '.length)).toMatch(message);
  });
});

describe.concurrent('Ctrl-C', () => {
  test('after a trial prints what was learned, with code 130 and nothing left behind', async () => {
    const cwd = logFolder(accessLog(200_000));
    const args = ['tune', sql, 'access.log', '--max-time', '600', '--functions'];
    const functions = join(import.meta.dirname, '../fixtures/functions/text-tools.js');
    const child = startMillrace([...args, functions], { cwd, env: { TMPDIR: cwd } });
    const [stdout, stderr]: [string[], string[]] = [[], []];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk.toString()));
    let asked = false;
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr.push(chunk.toString());
      if (asked || !/^trial 3: /m.test(stderr.join(''))) return;
      asked = true;
      child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(stdout.join('')).toMatch(/^\d+ trials in .* interrupted\n/);
    expect(stdout.join('')).toMatch(/^recommended: /m);
    expect(stderr.join('')).toMatch(/^millrace: Interrupted: this is what was learned until then\n/m);
    expect(readdirSync(cwd)).toEqual(['access.log']);
  });
});
