// What machine a run was made on, without its name: the label is `<cores>c-<hash of processor, cores and memory>`.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/** `{ label, cpu, cores, memoryBytes, kernel, loadAverage }`. */
export function describeMachine() {
  const [first] = cpus();
  const cpu = first?.model ?? 'unknown';
  const cores = cpus().length;
  const memoryBytes = totalmem();
  const hash = createHash('sha256')
    .update(`${cpu}/${cores}/${Math.round(memoryBytes / 2 ** 30)}`)
    .digest('hex');
  return {
    label: `${cores}c-${hash.slice(0, 6)}`,
    cpu,
    cores,
    memoryBytes,
    kernel: kernelRelease(),
    loadAverage: loadavg(),
  };
}

function kernelRelease() {
  try {
    return readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
  } catch {
    return process.platform;
  }
}
