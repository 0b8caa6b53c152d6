/**
 * Joins an answer with its large part. They travel through different ports of the same thread, so either may come first;
 * a thread has one task at a time, so the thread tells which belong together.
 */
import { type BulkMessage, type BulkResult, joinBulk } from '../execute/bulk.ts';
import type { WorkerResult } from '../execute/messages.ts';

export class AnswerMailbox {
  readonly #bulks = new Map<number, BulkMessage>();
  readonly #rests = new Map<number, BulkResult>();

  /** The whole answer, or null when its large part is still to come. */
  addRest(threadId: number, rest: BulkResult): WorkerResult | null {
    const bulk = this.#bulks.get(threadId);
    this.#bulks.delete(threadId);
    if (bulk !== undefined) return joinBulk(rest, bulk);
    this.#rests.set(threadId, rest);
    return null;
  }

  /** The whole answer, or null when the rest of it is still to come, or where the message is not ours. */
  addMessage(threadId: number, message: unknown): WorkerResult | null {
    if (!isBulk(message)) return null; // Piscina's own
    const rest = this.#rests.get(threadId);
    this.#rests.delete(threadId);
    if (rest !== undefined) return joinBulk(rest, message);
    this.#bulks.set(threadId, message);
    return null;
  }

  /** The thread has ended: nothing more comes. Whether an answer was left without its large part. */
  forget(threadId: number): boolean {
    this.#bulks.delete(threadId);
    return this.#rests.delete(threadId);
  }
}

function isBulk(message: unknown): message is BulkMessage {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'bulk';
}
