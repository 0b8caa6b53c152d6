/** Runs the built command line in a process of its own, as a user does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const millracePath = fileURLToPath(new URL('../../dist/src/cli/millrace.cjs', import.meta.url));

export interface Finished {
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly input?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

export function startMillrace(args: readonly string[], { cwd, env }: Surroundings = {}): ChildProcess {
  const { MILLRACE_WORKERS: _, NO_COLOR: __, FORCE_COLOR: ___, ...inherited } = process.env;
  return spawn(process.execPath, [millracePath, ...args], { cwd, env: { ...inherited, ...env } });
}

export async function millrace(args: readonly string[], surroundings: Surroundings = {}): Promise<Finished> {
  const child = startMillrace(args, surroundings);
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin?.on('error', () => undefined); // a run that fails early does not read its stdin
  child.stdin?.end(surroundings.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString(), code };
}

/** The least budget in which a file can be asked about on so many workers, as the command says it. */
export async function leastMemory(file: string, cwd: string, workers: number): Promise<string> {
  const args = ['query', 'SELECT count(*) FROM logs', file, '-q', '-m', '16MiB', '-w', String(workers)];
  const { stderr } = await millrace(args, { cwd });
  const least = /the least that works is (\d+) (\w+)/.exec(stderr);
  if (least === null) throw new Error(`The command did not say how much memory it needs: ${stderr}`);
  return `${least[1]}${least[2]}`;
}
