import type { WorkerTask } from '../execute/messages.ts';

/** Bytes to merge leave with the task. */
export function transferListOf(task: WorkerTask): ArrayBuffer[] {
  if (task.type === 'scan') return [];
  const segments = task.type === 'merge' ? task.parts.flatMap((part) => part.segments) : task.segments;
  const buffers = segments.map((segment) => (segment.type === 'bytes' ? segment.bytes.buffer : null));
  return buffers.filter((buffer) => buffer instanceof ArrayBuffer);
}
