/**
 * Gives a buffer's memory back now. The collector takes its time with buffers (tens of MiB of them may wait in every
 * thread), and a budget cannot wait.
 */
import { MessageChannel } from 'node:worker_threads';

/** Less is not worth the channel that it takes. */
const leastBytes = 1 << 16;

/** The bytes must not be used afterwards: the view may be empty. */
export function release(bytes: Uint8Array): void {
  if (bytes.byteLength < leastBytes) return;
  if (!(bytes.buffer instanceof ArrayBuffer)) return;
  // sent to nobody, which frees it; ArrayBuffer.transfer(0) does the same from Node.js 21 on
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(null, [bytes.buffer]);
  port1.close();
}
