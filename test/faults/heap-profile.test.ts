/** `--heap-profile` on workers that really leak and really die: files for DevTools, and the functions that keep the memory. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { HeapProfiled, RunLogEntry } from '../../src/coordinator/run-log.ts';
import { millrace } from '../support/millrace.ts';
import { tempFolder } from '../support/temp-folder.ts';

const troublesome = fileURLToPath(new URL('../fixtures/functions/troublesome.js', import.meta.url));
const count = 20_000;

function folderWith(word: (i: number) => string): string {
  const folder = tempFolder();
  const lines = Array.from({ length: count }, (_, i) => `${i},${word(i)}`);
  writeFileSync(join(folder, 'w.csv'), `i,w\n${lines.join('\n')}\n`);
  return folder;
}

async function ask(sql: string, folder: string, ...flags: string[]) {
  const small = ['--workers', '2', '--worker-heap', '48MiB', '--split', '20KB', '--functions', troublesome];
  const out = ['--heap-profile', 'heaps', '--events', 'e.ndjson', '--report', 'r.html'];
  const run = await millrace(['query', sql, 'w.csv', ...small, ...out, ...flags], { cwd: folder });
  const log: RunLogEntry[] = readFileSync(join(folder, 'e.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const found = log.find((entry): entry is RunLogEntry & HeapProfiled => entry.type === 'heapProfile');
  return { ...run, log, found, files: readdirSync(join(folder, 'heaps')) };
}

describe('a function that leaks', { timeout: 60_000 }, () => {
  it('is named with file, line and what it keeps, and every life has its profile', async () => {
    const folder = folderWith((i) => `word${i % 5}`);
    const run = await ask('SELECT count(leaks(w)) AS n FROM logs', folder, '--heap-snapshots', '1');
    expect([run.code, run.stdout.toString()]).toEqual([0, `n\n${count}\n`]);
    const [first] = run.found?.retainers ?? [];
    expect(first).toMatchObject({ name: 'call', isYours: true });
    expect(first?.bytes).toBeGreaterThan(8 << 20);
    expect(run.stderr).toMatch(
      /^ {2}call \(troublesome\.js:\d+\) keeps \d+(\.\d+)? MiB, \d+ % of the heap of worker \d in life \d$/m,
    );
    expect(readFileSync(join(folder, 'r.html'), 'utf8')).toMatch(/troublesome\.js:\d+<\/td><td>yours<\/td>/);

    const worked = run.log.flatMap((entry) =>
      entry.type === 'workerRetired' && entry.tasks > 0 ? `worker-${entry.worker}-life-${entry.life}.heapprofile` : [],
    );
    expect(worked.length).toBeGreaterThan(1);
    for (const name of worked) expect(run.files.some((file) => file.endsWith(name))).toBe(true);
    for (const name of run.files.filter((file) => file.endsWith('.heapprofile'))) {
      expect(name).toMatch(/^\d{8}-\d{6}-[0-9a-f]{4}-worker-\d+-life-\d+\.heapprofile$/);
      const profile = JSON.parse(readFileSync(join(folder, 'heaps', name), 'utf8'));
      expect(Object.keys(profile).sort()).toEqual(['head', 'samples']); // the form that DevTools load
      expect(profile.head.callFrame.functionName).toBe('(root)');
    }
    // the worker that left because its heap was full wrote a snapshot before it did
    expect(run.files.filter((name) => name.endsWith('.heapsnapshot'))).toHaveLength(1);
  });
});

describe('a worker that dies of its heap', { timeout: 60_000 }, () => {
  it('leaves the profile of its last look and a snapshot, and the answer is that of the other records', async () => {
    const folder = folderWith((i) => (i === 12_345 ? 'huge' : `word${i % 5}`));
    const run = await ask('SELECT sum(swells(w)) AS n FROM logs', folder, '--heap-snapshots', '1');
    expect([run.code, run.stdout.toString()]).toEqual([0, `n\n${count - 1}\n`]);
    const died = run.log.flatMap((entry) => (entry.type === 'workerRetired' && entry.reason === 'died' ? entry : []));
    expect(died.length).toBeGreaterThan(1);
    for (const { worker, life, tasks } of died) {
      if (tasks === 0) continue;
      expect(run.files.some((name) => name.endsWith(`-worker-${worker}-life-${life}.heapprofile`))).toBe(true);
    }
    const [snapshot, ...more] = run.files.filter((name) => name.endsWith('.heapsnapshot'));
    expect(more).toEqual([]);
    const lives = died.map(({ worker, life }) => `worker-${worker}-life-${life}`);
    expect(lives.some((life) => snapshot?.includes(life))).toBe(true);
    expect(run.files.filter((name) => name.endsWith('.tmp') || name.startsWith('Heap.'))).toEqual([]);
  });
});

describe('without functions of the user', () => {
  it('the engine’s own are named, and the report says that none is theirs', async () => {
    const folder = folderWith(() => 'word');
    const args = ['query', 'SELECT w, count(*) FROM logs GROUP BY w', 'w.csv', '--heap-profile', 'heaps'];
    const { code, stderr } = await millrace([...args, '--report', 'r.html', '--split', '20KB'], { cwd: folder });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^\d heap profiles? in .*heaps: open them in Chrome DevTools/m),
    ]);
    expect(readFileSync(join(folder, 'r.html'), 'utf8')).toContain('No function of yours keeps any');
  });

  it('snapshots want a folder', async () => {
    const args = ['query', 'SELECT count(*) FROM logs', 'w.csv', '--heap-snapshots', '2'];
    const { code, stderr } = await millrace(args, { cwd: folderWith(() => 'word') });
    expect(code).toBe(2);
    expect(stderr).toContain('Cannot write heap snapshots: name the folder for them with --heap-profile DIR');
  });
});
