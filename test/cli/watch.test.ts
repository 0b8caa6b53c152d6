/** `--watch` on a real terminal: tmux runs it, presses the keys and tells what stands on the screen. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import { debianTool } from '../support/debian-tool.ts';
import { millrace, millracePath } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { accessLog } from './access-log.ts';

interface Terminal {
  readonly folder: string;
  type(...keys: string[]): void;
  screen(): string;
  /** Settings of the terminal, as `stty` tells them. */
  settings(): string;
}

const patience = { timeout: 25_000, interval: 50 };

/** Splits far too small and lives far too short: the run lasts until the test is done with it. */
const slow = '--split 4KB --recycle-after 5 --workers 2';
const query = `query "select status, count(*) from logs group by status" a.log ${slow}`;

async function terminal(context: TestContext): Promise<Terminal> {
  const tmux = debianTool(context, 'tmux');
  const folder = tempFolder();
  const socket = join(folder, 'tmux');
  const run = (...args: string[]) =>
    execFileSync(tmux, ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
  writeFileSync(join(folder, 'a.log'), accessLog(200_000));
  // a shell without the user's settings, whose prompt tells when a command has ended and how
  run('new-session', '-d', '-x', '110', '-y', '30', '-c', folder, 'env', 'PS1=ready $? ', 'sh');
  onTestFinished(() => {
    run('kill-server');
  });
  const screen = () => run('capture-pane', '-p');
  await expect.poll(screen, patience).toContain('ready 0'); // until then the terminal is being set up
  return {
    ...{ folder, screen },
    type: (...keys) => void run('send-keys', ...keys),
    settings: () =>
      execFileSync('stty', ['-a', '-F', run('display-message', '-p', '#{pane_tty}').trim()], { encoding: 'utf8' }),
  };
}

function start({ type }: Terminal, command: string): void {
  type(`clear; '${process.execPath}' '${millracePath}' ${command}`, 'Enter');
}

describe('on a terminal', { timeout: 60_000 }, () => {
  test('every worker has its line; p pauses and goes on, q quits and leaves the terminal as it was', async (context) => {
    const pane = await terminal(context);
    const before = pane.settings();
    start(pane, `${query} --watch`);
    await expect.poll(pane.screen, patience).toMatch(/^ 0 {2}(reading|waiting) .*━.* \d+%/m);
    expect(pane.screen()).toMatch(/^ # {2}state +speed +heap +arena +gc +tasks +last recycle/m);
    await expect.poll(pane.screen, patience).toMatch(/tasks, \d+ s ago/);

    pane.type('p');
    await expect.poll(pane.screen, patience).toMatch(/^PAUSED .* 0 running/m);
    const done = () => /splits ([\d,]+) done/.exec(pane.screen())?.[1];
    const clocks = () =>
      pane
        .screen()
        .match(/\d+ s ago/g)
        ?.join();
    const secondGoesBy = async () => {
      const before = clocks();
      await expect.poll(clocks, patience).not.toBe(before);
    };
    await secondGoesBy(); // what had ended is counted by now
    const atPause = done();
    await secondGoesBy();
    expect(done()).toBe(atPause);
    pane.type('p');
    await expect.poll(done, patience).not.toBe(atPause);
    expect(pane.screen()).not.toContain('PAUSED');

    pane.type('q');
    await expect.poll(pane.screen, patience).toContain('millrace: Interrupted');
    await expect.poll(pane.screen, patience).toContain('ready 130');
    expect(pane.screen()).not.toContain('p pauses');
    expect(pane.settings()).toBe(before);
  });

  test('a warning stands above the view, which stays in one piece', async (context) => {
    const pane = await terminal(context);
    start(pane, `${query} --watch`);
    await expect.poll(pane.screen, patience).toContain('Workers are replaced after');
    await expect.poll(pane.screen, patience).toMatch(/Workers are replaced[\s\S]*splits [\d,]+ done[\s\S]*p pauses/);
    expect(pane.screen().match(/splits [\d,]+ done/g)).toHaveLength(1);
    pane.type('q');
    await expect.poll(pane.screen, patience).toContain('ready 130');
    expect(pane.screen()).toContain('Workers are replaced after');
  });

  test('Ctrl-C ends a paused run', async (context) => {
    const pane = await terminal(context);
    const before = pane.settings();
    start(pane, `${query} --watch`);
    await expect.poll(pane.screen, patience).toMatch(/p pauses, q quits/);
    pane.type('p');
    await expect.poll(pane.screen, patience).toContain('PAUSED');
    pane.type('C-c');
    await expect.poll(pane.screen, patience).toContain('millrace: Interrupted');
    await expect.poll(pane.screen, patience).toContain('ready 130');
    expect(pane.settings()).toBe(before);
  });

  test('a failure gives the terminal back and stands below nothing else', async (context) => {
    const pane = await terminal(context);
    const before = pane.settings();
    const failing = `query "select status, count(*) from logs where not starts_with(path, '/page/2') or cast(path as integer) > 0 group by status"`;
    start(pane, `${failing} a.log ${slow} --strict --watch`);
    await expect.poll(pane.screen, patience).toContain('ready 1');
    expect(pane.screen()).toContain('Cannot use the record at a.log:');
    expect(pane.screen()).not.toContain('p pauses');
    expect(pane.settings()).toBe(before);
  });

  test('a short run leaves the answer and the summary', async (context) => {
    const pane = await terminal(context);
    start(pane, 'query "select count(*) as n from logs" a.log --watch');
    await expect.poll(pane.screen, patience).toMatch(/200,000 records .*\n(.*\n)*ready 0/);
    expect(pane.screen()).not.toContain('p pauses');
  });
});

test('in a pipe it writes no escape sequence, and the answer is the same', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'a.log'), accessLog(1000));
  const run = await millrace(['query', 'select count(*) as n from logs', 'a.log', '--watch'], { cwd: folder });
  expect([run.code, run.stdout.toString()]).toEqual([0, 'n\n1000\n']);
  expect(run.stderr).not.toContain('\x1b');
});
