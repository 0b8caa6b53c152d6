/**
 * Large results travel beside the answer, by transfer: cloned, every partial would stand in memory three times (in the
 * worker, in the message, in the coordinator), outside of every cap.
 */
import type { WorkerResult } from './messages.ts';

/** Sent before the answer that announces it. */
export interface BulkMessage {
  readonly type: 'bulk';
  readonly partials: readonly Uint8Array[];
  readonly rows: readonly Uint8Array[];
  readonly spent: readonly Uint8Array[];
}

/** A result whose partials and rows are in a BulkMessage. */
export type BulkResult = WorkerResult & { readonly bulk: true };

/** Below this a clone costs nothing worth a second message. */
export const leastBulkBytes = 64 * 1024;

/** Takes the large parts out of a result; null where there are none. The result must not be used any more. */
export function splitBulk(
  result: WorkerResult,
): { readonly rest: BulkResult; readonly bulk: BulkMessage; readonly transfer: ArrayBuffer[] } | null {
  const partials = (result.type === 'merge' ? [] : result.partials).map(ownBuffer);
  const rows = result.rows.map(ownBuffer);
  const spent = result.type === 'merge' ? result.spent : [];
  const blocks = [...partials, ...rows, ...spent.map(ownBuffer)];
  if (blocks.reduce((sum, block) => sum + block.byteLength, 0) < leastBulkBytes) return null;
  const rest: BulkResult =
    result.type === 'merge'
      ? { ...result, rows: [], spent: [], bulk: true }
      : { ...result, partials: [], rows: [], bulk: true };
  const transfer = [...new Set(blocks.map((block) => block.buffer))];
  return { rest, bulk: { type: 'bulk', partials, rows, spent }, transfer };
}

export function joinBulk(rest: BulkResult, { partials, rows, spent }: BulkMessage): WorkerResult {
  return rest.type === 'merge' ? { ...rest, rows, spent } : { ...rest, partials, rows };
}

/** A view that is alone in its buffer can be transferred; others (pooled or shared ones) are copied. */
function ownBuffer(block: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = block;
  if (buffer instanceof ArrayBuffer && block.byteLength === buffer.byteLength) return new Uint8Array(buffer);
  return Uint8Array.from(block);
}
