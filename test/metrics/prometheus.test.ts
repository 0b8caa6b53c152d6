/** The metrics, rules and alerts against the real Prometheus, its promtool and the real Pushgateway, on the loopback. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { accessLog } from '../cli/access-log.ts';
import { debianTool, freePort, startServer, untilReady } from '../support/debian-tool.ts';
import { millrace, startMillrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const config = fileURLToPath(new URL('../../config/', import.meta.url));
const query = 'SELECT status, count(*) FROM logs GROUP BY status';

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly { metric: Record<string, string>; value: [number, string] }[] };
}

describe('promtool', () => {
  test('check metrics has nothing to say about what a run writes', async (context) => {
    const promtool = debianTool(context, 'promtool', 'prometheus');
    const folder = tempFolder();
    writeFileSync(join(folder, 'a.log'), accessLog(5000));
    const args = ['query', query, 'a.log', '--split', '50KB', '--metrics-textfile', 'm.prom', '--quiet'];
    expect((await millrace([...args, '--recycle-after', '2', '--workers', '2'], { cwd: folder })).code).toBe(0);
    const text = readFileSync(join(folder, 'm.prom'));
    expect(text.toString()).toContain('\nmillrace_records_total{outcome="matched"} 5000\n');
    const check = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect([check.stdout, check.stderr, check.status]).toEqual(['', '', 0]);
  });

  test('accepts the scrape configuration and the rules, and the alerts fire when they should', (context) => {
    const promtool = debianTool(context, 'promtool', 'prometheus');
    const run = (...args: string[]) => execFileSync(promtool, args, { cwd: config, encoding: 'utf8', stdio: 'pipe' });
    expect(run('check', 'config', 'prometheus.yml')).toContain('SUCCESS: prometheus.yml is valid');
    expect(run('check', 'rules', 'recording-rules.yml', 'alerts.yml')).toContain('SUCCESS: 7 rules found');
    expect(run('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  });
});

test('Prometheus sees every worker while a job runs, in series that outlive recycling', async (context) => {
  const prometheus = debianTool(context, 'prometheus');
  const folder = tempFolder();
  const [metricsPort, port] = [await freePort(), await freePort()];
  writeFileSync(join(folder, 'a.log'), accessLog(400_000));
  for (const name of ['recording-rules.yml', 'alerts.yml']) {
    const rules = readFileSync(join(config, name), 'utf8').replace('interval: 15s', 'interval: 200ms');
    writeFileSync(join(folder, name), rules);
  }
  const scraping = readFileSync(join(config, 'prometheus.yml'), 'utf8')
    .replaceAll('127.0.0.1:9464', `127.0.0.1:${metricsPort}`)
    .replace('scrape_interval: 5s', 'scrape_interval: 200ms')
    .replace('evaluation_interval: 15s', 'evaluation_interval: 200ms');
  writeFileSync(join(folder, 'prometheus.yml'), scraping);
  const listen = `--web.listen-address=127.0.0.1:${port}`;
  startServer(prometheus, [listen, '--config.file=prometheus.yml', '--storage.tsdb.path=data'], folder);
  const ask = async (expression: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const answer = (await response.json()) as Answer; // the documented form of one
    if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error}`);
    return answer.data.result;
  };
  await untilReady(`http://127.0.0.1:${port}/-/ready`);

  // splits far too small and lives far too short: the job recycles again and again and lasts as long as we look
  const shortLives = ['--split', '4KB', '--recycle-after', '50', '--workers', '2', '--quiet'];
  const args = ['query', query, 'a.log', ...shortLives, '--metrics-port', `${metricsPort}`];
  const job = startMillrace(args, { cwd: folder });
  const ended = new Promise((resolve) => job.once('exit', resolve));
  onTestFinished(async () => {
    job.kill('SIGKILL');
    await ended;
  });
  const recycled = async () => Number((await ask('sum(millrace_worker_recycles_total{reason="tasks"})'))[0]?.value[1]);
  await expect.poll(recycled, { timeout: 25_000 }).toBeGreaterThan(8);

  const heaps = () => ask('max_over_time(millrace_worker_heap_used_bytes[1m])');
  // two and the spare, after many lives; a slot whose worker is just being replaced is not seen by every scrape
  const slots = async () => (await heaps()).map(({ metric }) => metric.worker).sort();
  await expect.poll(slots, { timeout: 25_000 }).toEqual(['0', '1', '2']);
  for (const { metric, value } of await heaps()) {
    expect(metric).toEqual({ instance: `127.0.0.1:${metricsPort}`, job: 'millrace', worker: metric.worker });
    expect(Number(value[1])).toBeGreaterThan(1e6);
  }
  expect(Number((await ask('sum(millrace_splits{state="queued"})'))[0]?.value[1])).toBeGreaterThan(0); // still running

  // one series for each slot over all lives: the number of threads that have been there does not show
  const series = await ask('count(max_over_time(millrace_worker_heap_used_bytes[5m]))');
  expect(series).toMatchObject([{ value: [expect.anything(), '3'] }]);
  const heapShare = async () => (await ask('max(millrace:worker_heap:share)'))[0]?.value[1];
  await expect.poll(async () => Number(await heapShare()), { timeout: 25_000 }).toBeGreaterThan(0);
  for (const { title, expression } of boardQueries()) {
    const found = async () => ((await ask(expression)).length > 0 ? title : `${title}: nothing yet`);
    await expect.poll(found, { timeout: 25_000 }).toBe(title); // a worker may just be being replaced
  }
  job.kill('SIGINT');
  await ended;
}, 60_000);

/** Every query of the Grafana board, its variables filled in. */
function boardQueries(): { readonly title: string; readonly expression: string }[] {
  const board = JSON.parse(readFileSync(join(config, 'grafana-dashboard.json'), 'utf8'));
  return board.panels.flatMap(({ title, targets = [] }: { title: string; targets?: { expr: string }[] }) =>
    targets.map(({ expr }) => ({
      title,
      expression: expr
        .replaceAll('$__rate_interval', '1m')
        .replaceAll('$worker', '0')
        .replaceAll(/\$(job|instance)/g, '.*'),
    })),
  );
}

describe('the Pushgateway', () => {
  test('holds the last figures of a run that was too short to be scraped', async (context) => {
    const gateway = debianTool(context, 'prometheus-pushgateway');
    const folder = tempFolder();
    const port = await freePort();
    startServer(gateway, [`--web.listen-address=127.0.0.1:${port}`], folder);
    await untilReady(`http://127.0.0.1:${port}/-/ready`);
    writeFileSync(join(folder, 'a.log'), accessLog(1000));
    const args = ['query', query, 'a.log', '--quiet', '--push-gateway', `http://127.0.0.1:${port}`];
    const run = await millrace(args, { cwd: folder });
    expect([run.code, run.stderr]).toEqual([0, '']);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text).toMatch(/^millrace_records_total\{instance="[^"]+",job="millrace",outcome="matched"\} 1000$/m);
  }, 60_000);

  test('that is not there costs a warning and not the answer', async () => {
    const folder = tempFolder();
    const port = await freePort();
    writeFileSync(join(folder, 'a.log'), accessLog(10));
    const address = `http://user:secret@127.0.0.1:${port}`;
    const run = await millrace(['query', query, 'a.log', '--push-gateway', address], { cwd: folder });
    expect([run.code, run.stdout.toString()]).toEqual([0, 'status,count(*)\n200,9\n404,1\n']);
    const warning = new RegExp(
      `^Cannot push metrics to http://127\\.0\\.0\\.1:${port}/metrics/job/millrace/instance/[^ ]+: connect ECONNREFUSED`,
      'm',
    );
    expect(run.stderr).toMatch(warning);
    expect(run.stderr).not.toContain('secret');
  });

  test('that answers nothing is given up after five seconds', async () => {
    const folder = tempFolder();
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo; // a TCP server that listens has one
    writeFileSync(join(folder, 'a.log'), accessLog(10));
    const args = ['query', query, 'a.log', '--push-gateway', `http://127.0.0.1:${port}/metrics/job/night`];
    const run = await millrace(args, { cwd: folder });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain(
      `Cannot push metrics to http://127.0.0.1:${port}/metrics/job/night: no answer within 5 s`,
    );
  });

  test('needs an address of the web', async () => {
    const run = await millrace(['query', query, 'a.log', '--push-gateway', 'localhost:9091']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(
      'Cannot use --push-gateway "localhost:9091": write an address that begins with http:// or https://',
    );
  });
});
