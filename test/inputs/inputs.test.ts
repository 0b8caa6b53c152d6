import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { RunError } from '../../src/core/errors.ts';
import type { InputName, SourceFile } from '../../src/core/source.ts';
import type { Reader } from '../../src/inputs/input.ts';
import { inputByName } from '../../src/inputs/table.ts';

const inputs = { file: inputByName('file'), gzip: inputByName('gzip') };
const folder = mkdtempSync(join(tmpdir(), 'millrace-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function made(name: string, bytes: Uint8Array, input: InputName): SourceFile {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { name, path, input, sizeBytes: bytes.length };
}

async function readAll(reader: Reader, targetBytes = 1000): Promise<Buffer> {
  const parts: Buffer[] = [];
  const target = new Uint8Array(targetBytes);
  try {
    for (;;) {
      const got = await reader.read(target);
      if (got === 0) return Buffer.concat(parts);
      parts.push(Buffer.from(target.subarray(0, got)));
    }
  } finally {
    await reader.close();
  }
}

const text = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i} ${(i * 7919) % 10007}\n`).join(''));

/** By bytes: comparing large arrays element by element takes seconds. */
function expectSame(got: Buffer, wanted: Uint8Array): void {
  expect(got.length).toBe(wanted.length);
  expect(got.equals(wanted)).toBe(true);
}

describe('file', () => {
  it('reads from any start, and no further than the planned size', async () => {
    const source = made('grows.log', text, 'file');
    appendFileSync(source.path, 'appended later\n');
    expectSame(await readAll(inputs.file.open(source, 0)), text);
    expectSame(await readAll(inputs.file.open(source, 12_345), 77_777), text.subarray(12_345));
    expectSame(await readAll(inputs.file.open(source, text.length)), Buffer.alloc(0));
  });

  it('gives its head', async () => {
    const source = made('head.log', text, 'file');
    expect(await inputs.file.head(source, 100)).toEqual({ bytes: new Uint8Array(text.subarray(0, 100)), prefix: null });
    const short = made('short.log', Buffer.from('abc'), 'file');
    expect((await inputs.file.head(short, 100)).bytes).toEqual(new Uint8Array(Buffer.from('abc')));
  });

  it('says when a file became shorter', async () => {
    const source = made('shrinks.log', text, 'file');
    truncateSync(source.path, 5000);
    await expect(readAll(inputs.file.open(source, 0))).rejects.toEqual(
      new RunError(
        `Cannot read "shrinks.log": it ended at byte 5000, but had ${text.length} bytes when the run was planned: run again, on a file that nobody truncates`,
      ),
    );
  });

  it('says what cannot be opened', () => {
    expect(() =>
      inputs.file.open({ name: 'gone.log', path: join(folder, 'gone.log'), input: 'file', sizeBytes: 1 }, 0),
    ).toThrow(new RunError('Cannot open "gone.log": no such file'));
  });

  it('refuses an empty target, which would look like the end', () => {
    const reader = inputs.file.open(made('any.log', text, 'file'), 0);
    expect(() => reader.read(new Uint8Array(0))).toThrow(RangeError);
    void reader.close();
  });
});

describe('gzip', () => {
  it.each([1, 10, 4096, 1 << 20])('reads streams into targets of %i bytes', async (targetBytes) => {
    const part = targetBytes < 100 ? text.subarray(0, 5000) : text;
    expectSame(await readAll(inputs.gzip.open(made('a.gz', gzipSync(part), 'gzip'), 0), targetBytes), part);
  });

  it('reads members one after another, and zero bytes after them', async () => {
    const members = Array.from({ length: 50 }, (_, i) => gzipSync(text.subarray(i * 1000, (i + 1) * 1000)));
    const padded = Buffer.concat([...members, Buffer.alloc(512)]);
    expectSame(await readAll(inputs.gzip.open(made('members.gz', padded, 'gzip'), 0)), text.subarray(0, 50_000));
  });

  it('reads members that end where a chunk of compressed bytes ends', async () => {
    // stored without compression, so that the member is larger than any chunk
    const first = gzipSync(text.subarray(0, 131_072 - 30 - 5), { level: 0 });
    for (let filler = 0; filler < 12; filler++) {
      const body = text.subarray(0, 131_072 - (first.length - (131_072 - 35)) - filler);
      const bytes = Buffer.concat([gzipSync(body, { level: 0 }), gzipSync(text)]);
      expectSame(
        await readAll(inputs.gzip.open(made('edge.gz', bytes, 'gzip'), 0), 1 << 16),
        Buffer.concat([body, text]),
      );
    }
  });

  it('reads what expands a thousandfold in bounded memory', async () => {
    const source = made('zeros.gz', gzipSync(Buffer.alloc(200_000_000)), 'gzip');
    const reader = inputs.gzip.open(source, 0);
    const target = new Uint8Array(1 << 16);
    let total = 0;
    let peak = 0;
    const before = process.memoryUsage().external + process.memoryUsage().arrayBuffers;
    for (;;) {
      const got = await reader.read(target);
      if (got === 0) break;
      total += got;
      if (total % (1 << 22) < got)
        peak = Math.max(peak, process.memoryUsage().external + process.memoryUsage().arrayBuffers);
    }
    await reader.close();
    expect(total).toBe(200_000_000);
    expect(peak - before).toBeLessThan(64 << 20);
  });

  it('says where a cut off or damaged stream ends', async () => {
    const whole = gzipSync(text);
    const cut = made('cut.gz', whole.subarray(0, whole.length - 100), 'gzip');
    await expect(readAll(inputs.gzip.open(cut, 0))).rejects.toThrow(
      /^Cannot read "cut\.gz": its gzip stream is cut off after \d{5,} decompressed bytes: fetch the file again$/,
    );
    const garbage = made('garbage.gz', Buffer.concat([whole, Buffer.from('garbage')]), 'gzip');
    await expect(readAll(inputs.gzip.open(garbage, 0))).rejects.toThrow(
      /^Cannot read "garbage\.gz": its gzip stream is damaged after \d+ decompressed bytes \(incorrect header check\): fetch the file again$/,
    );
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 30_000, 30_100);
    await expect(readAll(inputs.gzip.open(made('bad.gz', damaged, 'gzip'), 0))).rejects.toThrow(
      /its gzip stream is damaged after \d+/,
    );
  });

  it('gives its head, and can be closed early', async () => {
    const source = made('early.gz', gzipSync(text), 'gzip');
    expect((await inputs.gzip.head(source, 100)).bytes).toEqual(new Uint8Array(text.subarray(0, 100)));
    const reader = inputs.gzip.open(source, 0);
    await reader.read(new Uint8Array(10));
    await reader.close();
  });
});

describe('stdin', () => {
  /** Reads standard input in a process of its own, by the built code: head first, then all. */
  async function throughStdin(bytes: Uint8Array): Promise<{ head: string; all: string }> {
    const table = new URL('../../dist/src/inputs/table.js', import.meta.url).href;
    const script = `
      const { inputByName } = await import(${JSON.stringify(table)});
      const stdin = inputByName('stdin');
      const source = { name: '-', path: '', input: 'stdin', sizeBytes: null };
      const head = await stdin.head(source, 1000);
      const reader = stdin.open(source, 0, head.prefix);
      const target = new Uint8Array(70000);
      const parts = [];
      for (;;) {
        const got = await reader.read(target);
        if (got === 0) break;
        parts.push(Buffer.from(target.subarray(0, got)));
      }
      const hash = (await import('node:crypto')).createHash('sha1');
      process.stdout.write(JSON.stringify({ head: Buffer.from(head.bytes).toString('latin1'), all: hash.update(Buffer.concat(parts)).digest('hex') }));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(bytes);
    const out: Buffer[] = [];
    for await (const part of child.stdout) out.push(part);
    return JSON.parse(Buffer.concat(out).toString());
  }

  const sha1 = async (bytes: Uint8Array) =>
    (await import('node:crypto')).createHash('sha1').update(bytes).digest('hex');

  it('loses no byte between head and reading', async () => {
    const { head, all } = await throughStdin(text);
    expect(head).toBe(text.subarray(0, 1000).toString('latin1'));
    expect(all).toBe(await sha1(text));
  });

  it('decompresses gzip', async () => {
    const { head, all } = await throughStdin(gzipSync(text));
    expect(text.toString('latin1').startsWith(head) && head.length > 500).toBe(true);
    expect(all).toBe(await sha1(text));
  });

  it('may be empty', async () => {
    expect(await throughStdin(Buffer.alloc(0))).toEqual({ head: '', all: await sha1(Buffer.alloc(0)) });
  });
});
