/** How the bench runs and measures other programs. */
import { describe, expect, it } from 'vitest';
import { runProcess } from '../../bench/compare/process.mjs';

describe('a command', () => {
  it('is measured from outside', async () => {
    const script = 'const block = Buffer.alloc(150e6, 1); console.log(block.length); console.error("aside")';
    const { ms, peakRssBytes, stdout, stderr } = await runProcess(process.execPath, ['-e', script]);
    expect([stdout, stderr]).toEqual(['150000000\n', 'aside\n']);
    expect(ms).toBeGreaterThan(20);
    expect(peakRssBytes).toBeGreaterThan(150e6);
  });

  it('that fails is an error with what it said', async () => {
    await expect(runProcess('sh', ['-c', 'echo no such column >&2; exit 3'])).rejects.toThrow(
      'sh ended with code 3: no such column',
    );
  });

  it('may end with other codes where those are answers', async () => {
    expect(await runProcess('sh', ['-c', 'echo 0; exit 1'], { allowedExitCodes: [0, 1] })).toMatchObject({
      stdout: '0\n',
    });
  });

  it('that hangs is stopped with its children', async () => {
    await expect(runProcess('sh', ['-c', 'sleep 600 | cat'], { timeoutMs: 100 })).rejects.toThrow(
      'sh was stopped after 0.1 s without an end',
    );
  });
});
