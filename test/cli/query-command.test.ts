/** The built command at work: outputs, rejects, statistics, pipes and signals. */
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { millrace, startMillrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { accessLog } from './access-log.ts';

const byStatus = 'SELECT status, count(*) AS hits, sum(bytes) AS bytes FROM logs GROUP BY status';

function logFolder(content = accessLog(1000)): string {
  const folder = tempFolder();
  writeFileSync(join(folder, 'access.log'), content);
  return folder;
}

describe.concurrent('the answer', () => {
  test('is CSV in a pipe, and one line on stderr says what it took', async () => {
    const { code, stdout, stderr } = await millrace(['query', byStatus, 'access.log'], { cwd: logFolder() });
    expect({ code, stdout: stdout.toString() }).toEqual({
      code: 0,
      stdout: 'status,hits,bytes\n200,900,450000\n404,100,49500\n',
    });
    expect(stderr).toMatch(
      /^1,000 records · [\d.]+ KiB in [^·]+ \([\d.]+ [MG]B\/s\) · 0 rejected · peak memory [\d.]+ [MG]iB of [\d.]+ [MG]iB · 1 worker, 0 recycled\n$/,
    );
  });

  test.each([
    ['table', 'status  hits    bytes\n──────  ────  ───────\n   200   900  450,000\n   404   100   49,500\n'],
    ['json', '[\n  {"status":200,"hits":900,"bytes":450000},\n  {"status":404,"hits":100,"bytes":49500}\n]\n'],
    ['ndjson', '{"status":200,"hits":900,"bytes":450000}\n{"status":404,"hits":100,"bytes":49500}\n'],
  ])('as %s where it is asked for', async (output, text) => {
    const { stdout } = await millrace(['query', byStatus, 'access.log', '-o', output], { cwd: logFolder() });
    expect(stdout.toString()).toBe(text);
  });

  test('needs no word "query", and reads patterns and stdin', async () => {
    const cwd = logFolder();
    const pattern = await millrace(["SELECT count(*) AS n FROM 'acc*.log'"], { cwd });
    expect(pattern.stdout.toString()).toBe('n\n1000\n');
    const input = readFileSync(join(cwd, 'access.log'));
    const piped = await millrace(['query', 'SELECT count(*) AS n FROM logs', '-'], { input });
    expect(piped.stdout.toString()).toBe('n\n1000\n');
  });
});

describe.concurrent('rejected records', () => {
  const broken = accessLog(300).replaceAll(/^10\.0\.0\.5.*$/gm, 'broken \x1b[31m "line"');

  test('are kept in the order of the file, whatever the number of workers', async () => {
    const cwd = logFolder(broken);
    const flags = ['--workers', '2', '--split', '1500B', '--rejects', 'bad.ndjson', '-q'];
    const { code } = await millrace(['query', byStatus, 'access.log', ...flags], { cwd });
    expect(code).toBe(0);
    const kept = readFileSync(join(cwd, 'bad.ndjson'), 'utf8').trimEnd().split('\n');
    const rejects: { offset: number }[] = kept.map((line) => JSON.parse(line));
    expect(rejects).toHaveLength(43);
    expect(rejects[0]).toEqual({
      file: 'access.log',
      offset: Buffer.from(broken).indexOf('broken'),
      reason: 'malformed record',
      record: 'broken \x1b[31m "line"',
    });
    const offsets = rejects.map((reject) => reject.offset);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });

  test('fail the query under --strict, with code 1', async () => {
    const { code, stdout, stderr } = await millrace(['query', byStatus, 'access.log', '--strict'], {
      cwd: logFolder(broken),
    });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `millrace: Cannot use the record at access.log:${Buffer.from(broken).indexOf('broken')}: malformed record: run without --strict to count such records and go on\n`,
    );
  });

  test('a file that cannot be written is found before the work starts', async () => {
    const flags = ['--rejects', join('nowhere', 'bad.ndjson')];
    const { code, stdout, stderr } = await millrace(['query', byStatus, 'access.log', ...flags], { cwd: logFolder() });
    expect({ code, stdout: stdout.toString() }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^millrace: Cannot write rejects to "nowhere\/bad.ndjson": ENOENT[^\n]*\n$/);
  });
});

describe.concurrent('beside the answer', () => {
  test('statistics add up', async () => {
    const cwd = logFolder();
    await millrace(
      ['query', `${byStatus.replace('GROUP', 'WHERE status = 404 GROUP')}`, 'access.log', '--stats', 's.json'],
      { cwd },
    );
    const stats = JSON.parse(readFileSync(join(cwd, 's.json'), 'utf8'));
    expect(stats).toMatchObject({
      bytesRead: Buffer.byteLength(accessLog(1000)),
      records: { read: 1000, matched: 100, filtered: 900, rejected: 0 },
      workers: 1,
      splits: 1,
      retries: 0,
      recycles: {},
      memory: { perWorker: [{ worker: 0 }] },
    });
    expect(stats.elapsedSeconds).toBeGreaterThan(0);
    expect(stats.memory.peakRssBytes).toBeGreaterThan(0);
  });

  test('--explain runs nothing and shows plan, splits and budget', async () => {
    const flags = ['--explain', '--memory', '512MiB', '--workers', '2', '--split', '10k'];
    const { code, stdout, stderr } = await millrace(['query', byStatus, 'access.log', ...flags], { cwd: logFolder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.toString()).toMatch(/^group by .*status::integer$/m);
    expect(stdout.toString()).toMatch(/^ {2}access\.log {2}[\d.]+ KiB, file, 9 splits$/m);
    expect(stdout.toString()).toMatch(/^9 splits of up to 10 KiB, 2 workers, recycled after [\d,]+ tasks$/m);
    expect(stdout.toString()).toMatch(/^memory budget 512 MiB$/m);
  });

  test('--explain --sample foretells groups, spills, memory and time, and runs nothing else', async () => {
    const cwd = logFolder();
    const flags = ['--explain', '--sample', '--memory', '512MiB', '--workers', '2', '--state', 'kept'];
    const { code, stdout, stderr } = await millrace(['query', byStatus, 'access.log', ...flags], { cwd });
    expect({ code, stderr, kept: existsSync(join(cwd, 'kept')) }).toEqual({ code: 0, stderr: '', kept: false });
    const text = stdout.toString();
    expect(text).toMatch(/^memory budget 512 MiB$/m);
    expect(text).toMatch(/^foretold from all [\d.]+ KiB$/m);
    expect(text).toMatch(/^ {2}records {6}1,000, of which [\d,]+ match$/m);
    expect(text).toMatch(/^ {2}state {8}\d+ groups of \d+ B, /m);
    expect(text).toMatch(/^ {2}spills {7}nothing$/m);
    expect(text).toMatch(/^ {2}peak memory {2}about [\d.]+ MiB of 512 MiB$/m);
    expect(text).toMatch(/^ {2}time {9}about /m);
  });

  test('a run with --sample tells what was foretold and what came', async () => {
    const cwd = logFolder();
    const args = ['query', byStatus, 'access.log', '--sample', '--stats', 'stats.json', '--memory', '512MiB'];
    const { code, stdout, stderr } = await millrace(args, { cwd });
    const plain = await millrace(['query', byStatus, 'access.log', '-q'], { cwd });
    expect({ code, rows: stdout.toString() }).toEqual({ code: 0, rows: plain.stdout.toString() });
    expect(stderr).toMatch(/peak memory [\d.]+ MiB of 512 MiB \([\d.]+ MiB foretold\)/);
    const { memory, prediction, records } = JSON.parse(readFileSync(join(cwd, 'stats.json'), 'utf8'));
    expect(prediction).toMatchObject({ records: records.read, matched: records.matched, spilledBytes: 0, failed: 0 });
    expect(memory.predictedPeakRssBytes).toBe(prediction.peakRssBytes);
    expect(memory.predictedPeakRssBytes / memory.peakRssBytes).toBeGreaterThan(0.5);
    expect(memory.predictedPeakRssBytes / memory.peakRssBytes).toBeLessThan(2);
  });

  test('a pipe cannot be sampled', async () => {
    const args = ['query', byStatus, '-', '--format', 'combined', '--explain', '--sample'];
    const { code, stderr } = await millrace(args, { input: Buffer.from(accessLog(3)) });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'millrace: Cannot sample "-": what comes from a pipe cannot be read twice: run without --sample\n',
    });
  });

  test('--print-config shows values, origins, and reads back as itself', async () => {
    const cwd = logFolder();
    writeFileSync(join(cwd, 'c.yaml'), 'memory: 1GiB\nprogress: false\n');
    const flags = ['--config', 'c.yaml', '--print-config', '--delimiter', ';'];
    const first = (await millrace(['query', ...flags], { cwd, env: { MILLRACE_WORKERS: '3' } })).stdout.toString();
    expect(first).toMatch(/^memory: 1GiB +# c\.yaml: memory$/m);
    expect(first).toMatch(/^workers: 3 +# MILLRACE_WORKERS$/m);
    expect(first).toMatch(/^delimiter: ";" +# --delimiter$/m);
    expect(first).toMatch(/^progress: false +# c\.yaml: progress$/m);
    expect(first).toMatch(/^# split: +# default: from the input$/m);
    writeFileSync(join(cwd, 'again.yaml'), first);
    const second = (await millrace(['query', '--config', 'again.yaml', '--print-config'], { cwd })).stdout.toString();
    const settings = (text: string) => text.replaceAll(/ +#.*$/gm, '');
    expect(settings(second)).toBe(settings(first));
  });

  test('a wrong configuration says where', async () => {
    const cwd = logFolder();
    writeFileSync(join(cwd, 'c.yaml'), 'memori: 1GiB\n');
    const { code, stderr } = await millrace(['query', byStatus, 'access.log', '--config', 'c.yaml'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'millrace: Cannot use configuration "c.yaml": unknown setting "memori": did you mean "memory"?\n',
    });
  });

  test('progress is drawn where it is asked for, and taken away', async () => {
    const { code, stderr } = await millrace(['query', byStatus, 'access.log', '--progress', '-q'], {
      cwd: logFolder(),
    });
    expect(code).toBe(0);
    expect(stderr === '' || stderr.endsWith('\r\x1b[K')).toBe(true);
  });

  test('help lists every flag, formats and version print', async () => {
    const help = await millrace(['help']);
    expect(help.stdout.toString()).toMatch(/^ {6}--max-record SIZE /m);
    expect((await millrace(['--help'])).stdout.toString()).toBe(help.stdout.toString());
    expect((await millrace(['formats'])).stdout.toString()).toMatch(/^combined +\S/m);
    expect((await millrace(['--version'])).stdout.toString()).toMatch(/^millrace \d+\.\d+\.\d+\n$/);
  });
});

describe.concurrent('pipes and signals', () => {
  test('an answer does not wait for a pipe that stays open', async () => {
    const child = startMillrace(['query', 'SELECT client FROM logs LIMIT 2', '-', '-f', 'combined', '-q']);
    child.stdin?.on('error', () => undefined); // the pipe breaks when the command has ended
    child.stdin?.write(accessLog(5000));
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    const [code] = await once(child, 'close');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'client\n10.0.0.0\n10.0.0.1\n' });
  });

  test('a reader that goes away is no failure', async () => {
    const child = startMillrace(['query', 'SELECT * FROM logs', 'access.log', '-q'], {
      cwd: logFolder(accessLog(50_000)),
    });
    child.stdout?.once('data', () => child.stdout?.destroy());
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const [code] = await once(child, 'close');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('Ctrl-C ends a run within a second, with code 130 and nothing left behind', async () => {
    const cwd = logFolder();
    // Reads from a pipe that stays open: the query cannot end by itself.
    const child = startMillrace(['query', byStatus, '-', '-f', 'combined', '--progress'], {
      cwd,
      env: { TMPDIR: cwd },
    });
    child.stdin?.on('error', () => undefined); // the pipe breaks when the command has ended
    child.stdin?.write(accessLog(5000));
    await once(child.stderr ?? child, 'data'); // the progress bar: the run has begun
    const askedAtMs = Date.now();
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    expect(Date.now() - askedAtMs).toBeLessThan(1000);
    expect(readdirSync(cwd)).toEqual(['access.log']);
  });
});
