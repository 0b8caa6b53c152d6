import type { WorkerTask } from '../execute/messages.ts';

/** Bytes to merge leave with the task. */
export function transferListOf(task: WorkerTask): ArrayBuffer[] {
  if (task.type === 'scan') return [];
  const buffers = task.segments.map((segment) => (segment.type === 'bytes' ? segment.bytes.buffer : null));
  return buffers.filter((buffer) => buffer instanceof ArrayBuffer);
}
