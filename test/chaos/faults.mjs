// What can go wrong, one function each. A fault gets a seeded run and gives `same`, `refused: message` or `skipped: why`;
// it throws where the contract is violated. `run.hit(n)` counts what was really injected: a kill that comes after the end is none.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linesOf } from './corpora.mjs';
import { descendants, finish, kill, sleep, start } from './processes.mjs';

const dyingWorkers = fileURLToPath(new URL('./run-on-dying-workers.mjs', import.meta.url));
const shortReads = fileURLToPath(new URL('./short-reads.c', import.meta.url));

export const faults = {
  /** kill -9 of the whole process, up to three times, then --resume. */
  async kill(run) {
    const files = [run.corpus.path];
    await killed(run, files, 1 + run.random.below(3));
    return same(run, await resumed(run, files), files);
  },

  /** kill -9 of the engine under --supervise. */
  async supervise(run) {
    const files = [run.corpus.path];
    const most = await run.duration();
    const process = start([...run.args, ...files, '--supervise'], run);
    for (let times = 1 + run.random.below(3); times > 0; times--) {
      await Promise.race([process.ended, sleep(100 + run.random.below(most))]);
      for (const pid of descendants(process.child.pid)) run.hit(kill(pid, 'SIGKILL'));
    }
    const result = await finish(process);
    // on a busy machine all lives may end before the first split
    return /third time without getting further/.test(result.stderr) ? refused(result) : same(run, result, files);
  },

  /** An engine that is stopped, as by a livelock: the parent kills it. */
  async freeze(run) {
    const files = [run.corpus.path];
    const environment = { ...run.environment, MILLRACE_SILENCE_MS: '4000' };
    const most = await run.duration();
    const process = start([...run.args, ...files, '--supervise'], { environment });
    await Promise.race([process.ended, sleep(100 + run.random.below(most))]);
    for (const pid of descendants(process.child.pid)) run.hit(kill(pid, 'SIGSTOP'));
    return same(run, await finish(process), files);
  },

  /** A function of the user's that aborts the process at one record: it is put aside, and everything else counted. */
  async abort(run) {
    const victim = run.random.below(run.corpus.lines);
    const module = join(run.folder, 'touchy.mjs');
    const call = `(k) { if (k === ${victim}n) { process.kill(process.pid, 'SIGABRT'); for (;;); } return k; }`;
    writeFileSync(
      module,
      `export const functions = { touchy: { args: ['integer'], result: 'integer', call${call} } };\n`,
    );
    const ask = (condition) => `SELECT k % 5 AS k, count(*) AS n, sum(d) AS d FROM logs WHERE ${condition} GROUP BY 1`;
    const args = ['query', ask('touchy(k) >= 0'), run.corpus.path, ...run.args.slice(2), '--functions', module];
    const result = await finish(start(args, run));
    run.hit(/· [1-9]\d* rejected/.test(result.stderr) ? 1 : 0);
    return same({ reference: (files) => run.reference(files, ask(`k <> ${victim}`)) }, result, [run.corpus.path]);
  },

  /** A function of the user's that keeps memory until the heap is full: workers leave or die, and nothing is lost. */
  async leak(run) {
    const key = { combined: 'path', json: '"user"' }[run.corpus.name] ?? 'name';
    const module = join(run.folder, 'leaking.mjs');
    const kept = 1000 + run.random.below(30_000);
    // a chain of small objects: one array that grows by push can abort the whole process (nodejs/node#47224)
    const call = `(text) { for (let i = 0; i < ${run.random.pick([8, 24])}; i++) kept = { kept, text: text + calls++ % ${kept} }; return text; }`;
    writeFileSync(
      module,
      `let kept = null;\nlet calls = 0;\nexport const functions = { leaking: { args: ['text'], result: 'text', call${call} } };\n`,
    );
    const ask = (value) => `SELECT ${value} AS k, count(*) AS n FROM logs GROUP BY 1`;
    const stats = join(run.folder, 'stats.json');
    const files = [run.corpus.path];
    const supervise = run.random.pick(['--supervise', '--no-supervise']);
    const args = ['query', ask(`leaking(${key})`), ...files, ...run.args.slice(2), '--functions', module];
    const result = await finish(start([...args, '--worker-heap', '24MiB', '--stats', stats, supervise], run));
    if (existsSync(stats)) {
      const { recycles, retriesByReason } = JSON.parse(readFileSync(stats, 'utf8'));
      run.hit((recycles.heap ?? 0) + (retriesByReason.heap ?? 0));
    }
    return same({ reference: () => run.reference(files, ask(key)) }, result, files);
  },

  /** kill -9 of the parent under --supervise: the engine must not go on alone. */
  async orphan(run) {
    const files = [run.corpus.path];
    const most = await run.duration();
    const process = start([...run.args, ...files, '--supervise'], run);
    await Promise.race([process.ended, sleep(100 + run.random.below(most))]);
    const engines = descendants(process.child.pid);
    run.hit(kill(process.child.pid, 'SIGKILL'));
    await finish(process);
    for (let waited = 0; engines.some((pid) => existsSync(`/proc/${pid}`)); waited += 50) {
      if (waited > 10_000) throw new Error('the engine outlives its parent by 10 s');
      await sleep(50);
    }
    return same(run, await finish(start([...run.args, ...files], run)), files);
  },

  /** Ctrl-C or SIGTERM, then --resume. */
  async interrupt(run) {
    const files = [run.corpus.path];
    const state = join(run.folder, 'state');
    const extra = run.random.below(2) === 0 ? ['--supervise'] : [];
    const most = await run.duration();
    const process = start([...run.args, ...files, '--state', state, ...extra], run);
    await Promise.race([process.ended, sleep(100 + run.random.below(most))]);
    const at = Date.now();
    run.hit(kill(process.child.pid, run.random.pick(['SIGINT', 'SIGTERM'])));
    const { code, signal, stderr } = await finish(process);
    const took = Date.now() - at;
    if (took > 5000) throw new Error(`took ${took} ms to stop`);
    // before the run has begun there is nothing to stop cleanly
    const isStopped = code === 0 || code === 130 || code === 143 || signal === 'SIGINT' || signal === 'SIGTERM';
    if (!isStopped) throw new Error(`ended with code ${code}, signal ${signal}: ${stderr}`);
    return same(run, await resumed(run, files), files);
  },

  /** A ledger that was cut or damaged at any byte. */
  async tear(run) {
    const files = [run.corpus.path];
    await killed(run, files, 1);
    const ledger = join(run.folder, 'state', 'ledger');
    const size = statSync(ledger, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 0) {
      run.hit();
      const at = run.random.below(size);
      if (run.random.below(2) === 0) truncateSync(ledger, at);
      else {
        const bytes = readFileSync(ledger);
        bytes[at] ^= 1 << run.random.below(8);
        writeFileSync(ledger, bytes);
      }
    }
    const result = await resumed(run, files);
    return result.code === 0 ? same(run, result, files) : refused(result);
  },

  /** A file that grows between death and resumption, also by a piece of a line, several times. */
  async grow(run) {
    const path = join(run.folder, run.corpus.file);
    const bytes = readFileSync(run.corpus.path);
    const cuts = [
      run.random.below(bytes.length - 5000) + 4000,
      run.random.below(bytes.length - 5000) + 4000,
      bytes.length,
    ];
    cuts.sort((a, b) => a - b);
    writeFileSync(path, bytes.subarray(0, cuts[0]));
    let reached = cuts[0];
    for (const cut of cuts.slice(1)) {
      await killed(run, [path], 1);
      appendFileSync(path, bytes.subarray(reached, cut));
      run.hit(cut > reached ? 1 : 0);
      reached = cut;
    }
    const result = await resumed(run, [path]);
    // from the head of a short file a format may have been told that does not fit the long one
    return result.code === 0 ? same(run, result, [path]) : refused(result);
  },

  /** A file that grows while it is read: what counts is its size when the run was planned. */
  async append(run) {
    const path = join(run.folder, run.corpus.file);
    const snapshot = join(run.folder, `before-${run.corpus.file}`);
    copyFileSync(run.corpus.path, path);
    copyFileSync(path, snapshot);
    const state = join(run.folder, 'state');
    const process = start([...run.args, path, '--state', state], run);
    await ledgerAppears(process, state);
    appendFileSync(path, linesOf(run.corpus, 2000, run.random));
    run.hit(process.child.exitCode === null ? 1 : 0);
    const result = await finish(process);
    if (result.code !== 0) throw new Error(`ended with code ${result.code}: ${result.stderr}`);
    const expected = (await run.reference([snapshot])).toString().replaceAll(snapshot, path);
    if (result.stdout.toString() !== expected) throw new Error('another answer than for the file as it was');
    return same(run, await resumed(run, [path]), [path]);
  },

  /** A file that is truncated or rewritten while it is read, or before it is resumed. */
  async truncate(run) {
    const path = join(run.folder, run.corpus.file);
    copyFileSync(run.corpus.path, path);
    const state = join(run.folder, 'state');
    const expected = await run.reference([run.corpus.path]);
    const process = start([...run.args, path, '--state', state], run);
    await ledgerAppears(process, state);
    const { size } = statSync(path);
    if (run.random.below(2) === 0) kill(process.child.pid, 'SIGKILL');
    truncateSync(path, run.random.below(size));
    run.hit();
    const result = await finish(process);
    if (result.code === 0 && !result.stdout.equals(expected)) throw new Error('another answer, and no failure');
    const again = await finish(start([...run.args, path, '--state', state, '--resume'], run));
    if (again.code === 0) throw new Error('went on from the state of a file that was truncated');
    refused(again);
    // what a killed process has left is removed by the next run, and one that was refused was none
    const next = await finish(start([...run.args, run.corpus.path], run));
    if (!next.stdout.equals(expected)) throw new Error('another answer from the next run');
    return result.code === 2 ? refused(result) : refused(again);
  },

  /** No room for the ledger; then room, and --resume. */
  async fullState(run) {
    const files = [run.corpus.path];
    const disk = join(run.folder, 'disk');
    if (!mount(disk, 8 + run.random.below(run.random.pick([40, 1500])))) return 'skipped: no tmpfs can be mounted';
    try {
      const state = join(disk, 'state');
      const result = await finish(start([...run.args, ...files, '--state', state], run));
      if (result.code === 0) return await same(run, result, files);
      refused(result);
      run.hit();
      execFileSync('mount', ['-o', 'remount,size=1g', disk]);
      const again = await finish(start([...run.args, ...files, '--state', state, '--resume'], run));
      await same(run, again, files);
      return refused(result);
    } finally {
      execFileSync('umount', [disk]);
    }
  },

  /** No room for what is spilled: more groups than the memory holds, on a disk that they may not fit on either. */
  async fullSpill(run) {
    const disk = join(run.folder, 'disk');
    if (!mount(disk, 16 + run.random.below(80_000))) return 'skipped: no tmpfs can be mounted';
    try {
      const path = join(run.folder, 'many.log');
      const content = readFileSync(run.corpus.path);
      for (let times = 0; times < 8; times++) appendFileSync(path, content);
      const sql = 'SELECT _offset, _raw, count(*) AS n FROM logs GROUP BY 1, 2 ORDER BY n DESC, 1 LIMIT 100';
      const args = ['query', sql, path, '--format', 'lines', '-o', 'csv', '--memory', '256MiB', '--workers', '2'];
      const result = await finish(start([...args, '--split', '1MiB'], { environment: { TMPDIR: disk } }));
      const left = readdirSync(disk);
      if (left.length > 0) throw new Error(`left ${left.join(', ')} on the full disk`);
      if (result.code !== 0) run.hit();
      if (result.code !== 0) return refused(result);
      const expected = await finish(start([...args.slice(0, 7), '-q'], run));
      if (!result.stdout.equals(expected.stdout)) throw new Error('another answer');
      return 'same';
    } finally {
      execFileSync('umount', [disk]);
    }
  },

  /** Workers that exit or run out of heap on random splits. */
  async workers(run) {
    const count = Math.ceil(statSync(run.corpus.path).size / 256_000);
    const deaths = {};
    for (let i = 0; i < 1 + run.random.below(4); i++)
      deaths[run.random.below(count)] = run.random.pick(['exit', 'heap']);
    const ask = (faulty) => {
      return finish(start([JSON.stringify(faulty), run.sql, run.corpus.path], { ...run, script: dyingWorkers }));
    };
    const [expected, result] = [await ask({}), await ask(deaths)];
    if (result.code !== 0) throw new Error(`ended with code ${result.code}: ${result.stderr}`);
    if (!result.stdout.equals(expected.stdout)) throw new Error('another answer');
    run.hit(Number(/^retries (\d+)$/m.exec(result.stderr)?.[1] ?? 0));
    return 'same';
  },

  /** A pipe that gives a few bytes at a time. */
  async trickle(run) {
    const bytes = readFileSync(run.corpus.path);
    const input = async (stdin) => {
      for (let at = 0; at < bytes.length; ) {
        const size = run.random.pick([1, 100, 4096, 65_536, 300_000]);
        run.hit();
        if (!stdin.write(bytes.subarray(at, at + size))) await new Promise((resolve) => stdin.once('drain', resolve));
        at += size;
      }
      stdin.end();
    };
    const format = run.corpus.name === 'quoted' ? 'csv' : run.corpus.name;
    const result = await finish(start([...run.args, '-', '--format', format], { ...run, input }));
    return same(run, result, [run.corpus.path]);
  },

  /** Reads of files that give less than was asked for, and now and then EIO. */
  async reads(run) {
    const library = join(run.home, 'short-reads.so');
    if (!existsSync(library)) {
      const { status } = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, shortReads, '-ldl']);
      if (status !== 0) return 'skipped: no C compiler';
    }
    const files = [run.corpus.path];
    const failures = run.random.pick([0, 0, 500, 50]);
    const environment = {
      ...run.environment,
      ...{
        LD_PRELOAD: library,
        SHORT_READS_SEED: String(run.random.below(1e9)),
        SHORT_READS_EIO: String(failures),
        SHORT_READS_IN: run.home,
        SHORT_READS_COUNT: join(run.folder, 'injected'),
      },
    };
    const result = await finish(start([...run.args, ...files], { environment }));
    const injected = existsSync(environment.SHORT_READS_COUNT) ? readFileSync(environment.SHORT_READS_COUNT) : '';
    run.hit(injected.length);
    return result.code === 0 || failures === 0 ? same(run, result, files) : refused(result);
  },
};

/** Runs with --state, and kills what runs, so many times. */
async function killed(run, files, times) {
  const state = join(run.folder, 'state');
  const most = await run.duration();
  for (let i = 0; i < times; i++) {
    const process = start([...run.args, ...files, '--state', state, '--resume'], run);
    if (run.random.below(3) > 0) await ledgerAppears(process, state);
    await Promise.race([process.ended, sleep(run.random.below(most))]);
    run.hit(kill(process.child.pid, 'SIGKILL'));
    await finish(process);
  }
}

/** Answers differ in workers, memory and splits, which must not matter. */
async function resumed(run, files) {
  const args = ['query', run.sql, '--workers', '2', '-o', 'csv', '--memory', '512MiB'];
  return finish(start([...args, ...files, '--state', join(run.folder, 'state'), '--resume'], run));
}

async function ledgerAppears(process, state) {
  let isOver = false;
  void process.ended.then(() => {
    isOver = true;
  });
  while (!isOver && !existsSync(join(state, 'ledger'))) await sleep(5);
}

async function same(run, { code, signal, stdout, stderr }, files) {
  if (code !== 0) throw new Error(`ended with code ${code}, signal ${signal}: ${stderr}`);
  const expected = await run.reference(files);
  if (!stdout.equals(expected)) throw new Error(`another answer: ${stdout.length} bytes instead of ${expected.length}`);
  return 'same';
}

function refused({ code, signal, stderr }) {
  const message = /^millrace: (Cannot .*)$/m.exec(stderr)?.[1];
  if (code !== 2 || message === undefined)
    throw new Error(`no clear failure: code ${code}, signal ${signal}: ${stderr}`);
  return `refused: ${message
    .replaceAll(/"[^"]*\//g, '"')
    .replaceAll(/millrace-[\w-]+/g, 'millrace-...')
    .replaceAll(/\d[\d.]*( [KMG]i?B)?/g, 'N')}`;
}

function mount(folder, kibibytes) {
  mkdirSync(folder);
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder]).status === 0;
}
