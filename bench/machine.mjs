// What machine a run was made on, without its name: the label is `<cores>c-<hash of processor, cores and memory>`.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';

/**
 * What a machine's administration may set and no run should measure: with extra certificates Node.js 20 reads them all at every
 * start, used or not (37 ms here, of 59 for `node -e 0`). Taken from this process's environment, and so from those of whatever it starts.
 */
const notMeasured = ['NODE_EXTRA_CA_CERTS'];
const removed = notMeasured.filter((name) => process.env[name] !== undefined);
for (const name of removed) delete process.env[name];

/** `{ label, cpu, cores, memoryBytes, kernel, loadAverage, removedVariables }`. */
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
    removedVariables: removed,
  };
}

function kernelRelease() {
  try {
    return readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
  } catch {
    return process.platform;
  }
}
