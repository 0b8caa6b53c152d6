/**
 * The pool of capped and recycled worker threads: the only file that knows Piscina.
 *
 * Piscina starts threads, carries messages and replaces threads that end; it recycles nothing and its own queue hands a
 * worker its next task before anybody can take the worker out of service. So tasks wait here, and each is given to
 * Piscina for one chosen worker when that worker is free. Invariants: a task settles exactly once, whatever happens to
 * its worker; at most `workers` tasks run at a time; a slot belongs to one living thread.
 *
 * There is one thread more than tasks may run, so that the replacement of a retired worker is warm before it is needed.
 */
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { BulkResult } from '../execute/bulk.ts';
import type { Suspect, TaskFailure, WorkerEnvelope, WorkerResult, WorkerTask } from '../execute/messages.ts';
import { allocateSlots, Slots, suspectOf } from '../execute/slots.ts';
import { AnswerMailbox } from './answer-mailbox.ts';
import { codeOf, deathKind } from './death-kind.ts';
import { Emitter } from './emitter.ts';
import { HeapFiles } from './heap-files.ts';
import { loadKernels } from './load-kernels.ts';
import type { PoolEvents, PoolOptions, Retirement, WorkerStart } from './pool-options.ts';
import { noWorkerMessage, PoolWarnings } from './pool-warnings.ts';
import type { RecyclePolicy, RecycleReason } from './recycle-policy.ts';
import { abortError, TaskError } from './task-error.ts';
import { threadOptions } from './thread-options.ts';
import { isTicket, type Job, type Ticket } from './ticket.ts';
import { transferListOf } from './transfer-list.ts';
import { withResolvers } from './with-resolvers.ts';
import { isHopeful, noteLastFigures, retirementOf, type WorkerLife, WorkerLives } from './worker-lives.ts';

export type { PoolEvents, PoolOptions, Retirement, WorkerStart } from './pool-options.ts';
export type { Job } from './ticket.ts';

type Reply = WorkerResult | BulkResult | TaskFailure;

/** How long a terminated thread may take to end before its task is given up as lost. */
const terminateGraceMs = 3000;
/** How long a task that was called off may go on before its worker is ended. */
const abortGraceMs = 250;
const bootDeadlineMs = 60_000;

export async function openWorkerPool(options: PoolOptions): Promise<WorkerPool> {
  const pool = new WorkerPool(options, Piscina);
  try {
    pool.loadKernels(); // while the threads boot
  } catch (error) {
    await pool.close();
    throw error;
  }
  return pool;
}

/** Made by {@link openWorkerPool}. */
export class WorkerPool {
  readonly options: PoolOptions;
  readonly slots: Slots;
  readonly events = new Emitter<PoolEvents>();
  /** Null where heaps are not profiled. */
  readonly heapFiles: HeapFiles | null;
  readonly #piscina: Piscina;
  readonly #queueOptions: symbol;
  #kernels: WebAssembly.Module | null = null;
  readonly #lives: WorkerLives;
  readonly #threads = new Map<number, Worker>();
  readonly #mailbox = new AnswerMailbox();
  readonly #seen = new WeakSet<Worker>();
  readonly #waiting: Ticket[] = [];
  readonly #running = new Set<Ticket>();
  readonly #retirements: Retirement[] = [];
  #watchdog: NodeJS.Timeout | null = null;
  #broken: TaskError | null = null;
  #closing: Promise<void> | null = null;
  readonly #warnings: PoolWarnings;
  #isPaused = false;
  #resting = 0;
  #onIdle: () => void = () => undefined;
  readonly #onRest: (() => void)[] = [];

  constructor(options: PoolOptions, Pool: typeof Piscina) {
    this.options = options;
    this.#lives = new WorkerLives(options.recycle);
    this.#warnings = new PoolWarnings(options, (message) => this.events.emit('warning', { message }));
    this.heapFiles = options.heapProfile === undefined ? null : new HeapFiles(options.heapProfile);
    const threads = options.workers + (options.spare ? 1 : 0);
    const buffer = allocateSlots(threads);
    this.slots = new Slots(buffer);
    for (let slot = 0; slot < threads; slot++) this.slots.set(slot, 'splitIndex', -1);
    const setup = {
      arenaLimitBytes: options.arenaLimitBytes,
      slots: buffer,
      slotCount: threads,
      ...this.heapFiles?.setup,
    };
    this.#queueOptions = Pool.queueOptionsSymbol;
    this.#piscina = new Pool({
      ...threadOptions(options, setup),
      ...this.heapFiles?.threadOptions,
      loadBalancer: (task, workers) => {
        const ticket: unknown = Reflect.get(task, Pool.queueOptionsSymbol);
        if (!isTicket(ticket)) return null;
        // a thread that has just ended has no id; its task waits in Piscina's queue for the next that is free
        if (ticket.life === null || !workers.some((worker) => worker.id === ticket.life?.threadId))
          this.#reassign(ticket);
        return workers.find((worker) => worker.id >= 0 && worker.id === ticket.life?.threadId) ?? null;
      },
    });
    this.#piscina.on('error', () => this.#adoptThreads()); // an idle thread's end: its exit is dealt with in #exited
    this.#piscina.on('workerCreate', (worker: { readonly id: number }) => {
      this.#adoptThreads();
      const life = this.#lives.get(worker.id);
      if (life?.state === 'starting') life.state = 'free';
      if (life !== undefined) this.#announce(life);
      queueMicrotask(() => this.#pump());
    });
    this.#adoptThreads();
  }

  /** Compiled once for all workers, and for an arena on the coordinator's side. */
  get kernels(): WebAssembly.Module {
    return this.loadKernels();
  }

  loadKernels(): WebAssembly.Module {
    this.#kernels ??= loadKernels();
    return this.#kernels;
  }

  /** Every worker that left service so far, in order. */
  get retirements(): readonly Retirement[] {
    return this.#retirements;
  }

  /** Workers that are ready or at work. */
  get workers(): WorkerStart[] {
    for (const life of this.#lives) this.#announce(life);
    const ready = [...this.#lives].filter((life) => life.bootMs !== null && life.leaving === null);
    return ready.map((life) => ({ worker: this.#slotOf(life), startedAtMs: life.startedAtMs, ms: life.bootMs ?? 0 }));
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Hands out no more tasks until {@link resume}; those that run end. Closing and calling off work as ever. */
  pause(): void {
    if (this.#isPaused || this.#closing !== null) return;
    this.#isPaused = true;
    this.events.emit('paused', {});
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.events.emit('resumed', {});
    this.#pump();
  }

  /** From here on another policy decides: the one of the options is a guess where threads start before the query is read. */
  recycleBy(policy: RecyclePolicy): void {
    this.#lives.recycleBy(policy);
  }

  /** Lets running tasks end, hands out no more until {@link wake}, and gives the memory of used workers back. */
  async rest(): Promise<void> {
    this.#resting++;
    while (this.#running.size > 0) await new Promise<void>((resolve) => this.#onRest.push(resolve));
    for (const life of this.#lives) if (life.state === 'free' && life.assigned > 0) this.#retire(life, 'isolation');
  }

  wake(): void {
    this.#resting--;
    this.#pump();
  }

  /**
   * Runs a task. Rejects with TaskError. An abort rejects at once; a task that runs then may still end by itself, and
   * after a moment it is ended together with its worker. `onStart` is called when a worker gets the task, with its slot. `fresh`: only
   * a worker that has had no task yet will do.
   */
  submit(
    task: WorkerTask,
    signal?: AbortSignal,
    onStart: (worker: number) => void = () => undefined,
    fresh = false,
  ): Job {
    const { promise, resolve, reject } = withResolvers<WorkerResult>();
    const ticket: Ticket = {
      task,
      onStart,
      resolve,
      reject,
      fresh,
      life: null,
      startedAtMs: 0,
      settled: false,
    };
    const job: Job = { result: promise, slot: () => this.#slotOfRunning(ticket) };
    if (this.#broken !== null) reject(this.#broken);
    else if (signal?.aborted || this.#closing !== null) reject(abortError(signal));
    else {
      const abort = () => this.#abort(ticket, signal);
      signal?.addEventListener('abort', abort, { once: true });
      const unsubscribe = () => signal?.removeEventListener('abort', abort);
      promise.then(unsubscribe, unsubscribe);
      if (fresh) this.#waiting.unshift(ticket);
      else this.#waiting.push(ticket);
      this.#pump();
    }
    return job;
  }

  /** Lets running tasks end, calls off those that wait, ends the threads. */
  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #drain(): Promise<void> {
    for (const ticket of this.#waiting.splice(0)) this.#reject(ticket, abortError(undefined));
    const { promise: whenIdle, resolve } = withResolvers<void>();
    this.#onIdle = resolve;
    if (!this.#isIdle()) await whenIdle;
    this.#stopWatchdog();
    // a thread that cannot be terminated (a known V8 livelock) must not hold the caller
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, terminateGraceMs);
    });
    await Promise.race([this.#piscina.destroy(), grace]);
    clearTimeout(timer);
  }

  #pump(): void {
    const isOpen = this.#broken === null && !this.#isPaused && this.#resting === 0;
    while (isOpen && this.#running.size < this.options.workers) {
      const next = this.#takeNext();
      if (next === null) break;
      this.#start(next.ticket, next.life);
    }
    if (this.#waiting.length > 0 || this.#running.size > 0) this.#startWatchdog();
    else this.#stopWatchdog();
    if (this.#isIdle()) this.#onIdle();
    if (this.#running.size === 0) for (const wake of this.#onRest.splice(0)) wake();
  }

  /** The first task that waits and has a worker; one that wants a fresh worker gets one made. */
  #takeNext(): { readonly ticket: Ticket; readonly life: WorkerLife } | null {
    for (const [place, ticket] of this.#waiting.entries()) {
      const life = this.#lives.choose(ticket.fresh);
      if (life !== null) {
        this.#waiting.splice(place, 1);
        return { ticket, life };
      }
      if (!ticket.fresh) return null;
      const used = this.#lives.toReplace(Date.now());
      if (used !== null) this.#retire(used, 'isolation');
    }
    return null;
  }

  /** Whether nobody waits for a result; tasks that were called off may still be running. */
  #isIdle(): boolean {
    for (const ticket of this.#running) if (!ticket.settled) return false;
    return true;
  }

  #start(ticket: Ticket, life: WorkerLife): void {
    ticket.life = life;
    ticket.startedAtMs = Date.now();
    this.#lives.assign(life);
    this.#running.add(ticket);
    const envelope: WorkerEnvelope = { ...ticket.task, kernels: this.kernels, [this.#queueOptions]: ticket };
    this.#piscina.run(envelope, { transferList: transferListOf(ticket.task) }).then(
      (reply: Reply) => this.#answered(ticket, reply),
      (error: unknown) => this.#failed(ticket, error),
    );
    this.#adoptThreads();
    ticket.onStart(this.#slotOf(life));
  }

  /** Tells of a life once its thread runs our code: Piscina calls the first threads ready when they have not begun to load. */
  #announce(life: WorkerLife): void {
    const worker = this.#slotOf(life);
    if (life.bootMs !== null || worker < 0) return;
    life.bootMs = Math.max(0, this.slots.get(worker, 'startedAtMs') - life.startedAtMs);
    this.events.emit('started', { worker, startedAtMs: life.startedAtMs, ms: life.bootMs });
  }

  #reassign(ticket: Ticket): void {
    ticket.life = this.#lives.choose();
    if (ticket.life !== null) this.#lives.assign(ticket.life);
  }

  #answered(ticket: Ticket, reply: Reply): void {
    const threadId = ticket.life?.threadId ?? -1;
    if (!('bulk' in reply)) {
      this.#replied(ticket, reply);
    } else if (this.#lives.get(threadId) === undefined) {
      this.#failed(ticket, new Error('its answer was lost'));
    } else {
      const result = this.#mailbox.addRest(threadId, reply);
      if (result !== null) this.#replied(ticket, result);
    }
  }

  #received(threadId: number, message: unknown): void {
    const result = this.#mailbox.addMessage(threadId, message);
    const ticket = this.#ticketOf(threadId);
    if (result !== null && ticket !== undefined) this.#replied(ticket, result);
  }

  #ticketOf(threadId: number): Ticket | undefined {
    for (const ticket of this.#running) if (ticket.life?.threadId === threadId) return ticket;
    return undefined;
  }

  #replied(ticket: Ticket, reply: WorkerResult | TaskFailure): void {
    this.#running.delete(ticket);
    const life = ticket.life;
    if (life === null) return; // the balancer gave it to a worker, or there would be no reply
    this.#lives.complete(life);
    this.#announce(life);
    const memory = reply.type === 'failure' ? null : reply.memory;
    if (memory !== null) {
      this.#warnings.sampled(memory);
      life.peakHeapBytes = memory.peakHeapBytes;
      life.peakArenaBytes = memory.peakArenaBytes;
    }
    const reason = this.#lives.reasonToLeave(life, memory, Date.now());
    if (reason !== null && life.state === 'free') this.#retire(life, reason);
    const worker = this.#slotOf(life);
    if (reply.type === 'failure') {
      const cause = reply.stack ?? undefined;
      this.#reject(ticket, new TaskError(reply.message, { ...reply, worker, cause }));
    } else if (!ticket.settled) {
      ticket.settled = true;
      ticket.resolve(reply);
    }
    this.#pump();
  }

  #failed(ticket: Ticket, error: unknown): void {
    this.#running.delete(ticket);
    const life = ticket.life;
    const message = error instanceof Error ? error.message : String(error);
    const suspect = life === null ? null : this.#suspectOf(life);
    const details = { worker: life === null ? -1 : this.#slotOf(life), code: codeOf(error), cause: error, suspect };
    if (life !== null && error instanceof Error && error.name === 'DataCloneError') {
      this.#lives.complete(life); // the task never left: its worker is well
      this.#reject(ticket, new TaskError(message, { ...details, kind: 'bug' }));
    } else {
      if (life !== null) this.#lives.leave(life, 'died', Date.now());
      this.#reject(ticket, new TaskError(message, { ...details, kind: deathKind(life, details.code) }));
    }
    this.#pump();
  }

  #reject(ticket: Ticket, error: TaskError): void {
    if (ticket.settled) return;
    ticket.settled = true;
    ticket.reject(error);
  }

  #abort(ticket: Ticket, signal: AbortSignal | undefined): void {
    const place = this.#waiting.indexOf(ticket);
    if (place >= 0) this.#waiting.splice(place, 1);
    else setTimeout(() => this.#endAborted(ticket), abortGraceMs).unref(); // most tasks are shorter than a new thread's start
    this.#reject(ticket, abortError(signal));
    this.#pump();
  }

  #endAborted(ticket: Ticket): void {
    const runs = this.#running.has(ticket) && this.#closing === null;
    if (runs && ticket.life !== null && ticket.life.state === 'busy') this.#retire(ticket.life, 'aborted');
  }

  #retire(life: WorkerLife, reason: RecycleReason | 'aborted'): void {
    this.#lives.leave(life, reason, Date.now());
    void this.#threads.get(life.threadId)?.terminate();
  }

  /** Takes note of threads that Piscina has started since the last look. */
  #adoptThreads(): void {
    for (const thread of this.#piscina.threads) {
      if (this.#seen.has(thread)) continue;
      this.#seen.add(thread);
      const threadId = thread.threadId; // -1 once it has exited
      this.#threads.set(threadId, thread);
      this.#lives.add(threadId, Date.now());
      let cause: unknown;
      thread.on('error', (reason) => {
        cause = reason;
        this.#adoptThreads();
      });
      thread.on('message', (message: unknown) => this.#received(threadId, message));
      thread.on('exit', (code) => this.#exited(threadId, code, cause));
    }
  }

  #exited(threadId: number, code: number, cause: unknown): void {
    const life = this.#lives.get(threadId);
    if (life === undefined) return;
    const booted = this.#slotOf(life) >= 0;
    if (booted) noteLastFigures(life, this.slots);
    this.slots.release(threadId);
    this.#threads.delete(threadId);
    this.#lives.forget(threadId);
    const unanswered = this.#mailbox.forget(threadId) ? this.#ticketOf(threadId) : undefined;
    if (unanswered !== undefined) this.#failed(unanswered, new Error('its answer was lost'));
    if (this.#closing === null || life.leaving !== null) {
      const now = Date.now();
      this.#lives.leave(life, 'died', now); // unless it has left already
      const retirement = retirementOf(life, now);
      this.#retirements.push(retirement);
      this.heapFiles?.lifeEnded(threadId, retirement);
      this.events.emit('retired', retirement);
      this.#warnings.retired(this.#retirements);
      // Piscina stops replacing threads once one has failed to start, so waiting would be for ever
      if (!booted && retirement.reason === 'died') {
        const said = cause instanceof Error ? cause.message : `it exited with code ${code}`;
        this.#break(`Cannot start a worker thread: ${said}`, cause);
      }
    }
    this.#adoptThreads();
    queueMicrotask(() => this.#pump());
  }

  /** No worker can be had any more: fails everything, now and later. */
  #break(message: string, cause: unknown): void {
    this.#broken ??= new TaskError(message, { kind: 'pool', worker: -1, code: codeOf(cause), cause });
    for (const ticket of this.#waiting.splice(0)) this.#reject(ticket, this.#broken);
    for (const ticket of this.#running) this.#reject(ticket, this.#broken);
  }

  #slotOfRunning(ticket: Ticket): number {
    return this.#running.has(ticket) && ticket.life !== null ? this.#slotOf(ticket.life) : -1;
  }

  /** What the life's thread is working on, or was when it ended. */
  #suspectOf(life: WorkerLife): Suspect | null {
    if (life.suspect !== undefined) return life.suspect;
    const slot = this.slots.slotOf(life.threadId);
    return slot < 0 ? null : suspectOf(this.slots, slot);
  }

  #slotOf(life: WorkerLife): number {
    if (life.slot < 0) life.slot = this.slots.slotOf(life.threadId);
    return life.slot;
  }

  /** Runs while there is work, and then holds the process: an idle pool's threads do not. */
  #startWatchdog(): void {
    this.#watchdog ??= setInterval(() => this.#look(), Math.min(1000, this.options.deadlineMs / 4));
  }

  #stopWatchdog(): void {
    if (this.#watchdog !== null) clearInterval(this.#watchdog);
    this.#watchdog = null;
  }

  #look(): void {
    const now = Date.now();
    for (const ticket of this.#running) {
      const life = ticket.life;
      if (life === null) continue;
      if (life.state !== 'leaving' && this.#isStuck(ticket, life, now)) this.#retire(life, 'deadline');
      else if (life.state === 'leaving' && now - life.leftAtMs > terminateGraceMs) this.#abandon(ticket, life);
    }
    const [idle, lives] = [this.#running.size === 0 && this.#waiting.length > 0, [...this.#lives]];
    const hopeless = idle && !lives.some((life) => isHopeful(life, now, bootDeadlineMs));
    if (hopeless) this.#break(noWorkerMessage(lives), undefined);
  }

  /** A thread that has not claimed a slot is still starting: that may take long on a busy machine. */
  #isStuck(ticket: Ticket, life: WorkerLife, now: number): boolean {
    const slot = this.#slotOf(life);
    if (slot < 0) return now - ticket.startedAtMs > Math.max(bootDeadlineMs, this.options.deadlineMs);
    const signs = [this.slots.get(slot, 'progressAtMs'), this.slots.get(slot, 'startedAtMs')];
    return now - Math.max(ticket.startedAtMs, ...signs) > this.options.deadlineMs;
  }

  /** The thread does not end although it was terminated: its task goes elsewhere, the thread stays behind. */
  #abandon(ticket: Ticket, life: WorkerLife): void {
    this.#running.delete(ticket);
    const kind = life.leaving === 'aborted' ? 'aborted' : 'deadline';
    const [worker, suspect] = [this.#slotOf(life), this.#suspectOf(life)];
    this.#reject(ticket, new TaskError('the thread did not end', { kind, worker, code: null, suspect }));
    if (kind === 'deadline') this.events.emit('stuck', { worker });
    this.#pump();
  }
}
