/**
 * The batches of a scan without JavaScript in between: workers/kernels/batch-loop.ts runs them. What a batch goes through is known
 * when the plan is, so it is written down once, as traces of its stages (trace.ts). A batch's calls would take a seventh of a short
 * scan: JavaScript is out of all caches whenever half a megabyte has passed through them.
 *
 * The loop only takes what goes as it should. Everything else it leaves to BatchProcessor, which needs no loop.
 */
import type { FunctionRegistry } from '../../query/functions/registry.ts';
import type { Expr, Plan } from '../../query/plan.ts';
import { type Arena, ArenaFullError } from '../arena.ts';
import type { GroupingParts, GroupSink } from '../group-sink.ts';
import type { InputWindow } from '../input-window.ts';
import type { Tokenizer } from '../tokenizer.ts';
import type { Batch, Vector } from '../vector.ts';
import type { ColumnStorage } from '../vectorize.ts';
import { LoopMemory } from './loop-memory.ts';
import { type Trace, type TracedStage, traceStage } from './trace.ts';

/** What a loop is made for. */
export interface LoopSetup {
  readonly plan: Plan;
  readonly arena: Arena;
  readonly batch: Batch;
  readonly tokenizer: Tokenizer;
  readonly sink: GroupSink;
  readonly columns: readonly ColumnStorage[];
  readonly functions: FunctionRegistry;
  /** Asked in front of the filter, while it pays. */
  readonly prefilter: Expr | null;
  readonly maxRecordBytes: number;
  /** Room for a row number per record each. */
  readonly selections: readonly [number, number];
  readonly chosen: number;
}

/** What the loop has done since it was asked last. */
export interface Looped {
  readonly read: number;
  readonly matched: number;
  readonly filtered: number;
  /** Records that the prefilter was asked of, and how many it left. */
  readonly prefiltered: number;
  readonly prefilterLeft: number;
}

/** u32 fields, in the kernel's order. */
const fields = [
  'tokenizer',
  'program',
  'batch',
  'scratch',
  'scratchEnd',
  'maxRecordBytes',
  'prefilter',
  'filter',
  'selectedFilter',
  'project',
  'selectedProject',
  'table',
  'keyMode',
  'mostGroups',
  'mostBytes',
  'emptyBytes',
  'rows',
  'filteredRows',
  'filteredFlags',
  'zeroFlags',
  'firstSelection',
  'secondSelection',
  'chosen',
  'at',
  'read',
  'matched',
  'filtered',
  'prefiltered',
  'prefilterLeft',
  'stuckInput',
  'stuckAt',
  'stuckRows',
  'stuckSelected',
  'next',
] as const;
type Field = (typeof fields)[number];
const place = Object.fromEntries(fields.map((name, i) => [name, i])) as Record<Field, number>;

/** Why a call ended, by the kernel's numbers: whole records are used up; the next batch is not for the loop; the arena was full. */
export const loopEnds = { bytes: 0, batch: 1, stuck: 2 } as const;
const keyModes = { none: 0, integer: 1, text: 2, encoded: 2 };
/** Added to the mode of keys that are not looked for. */
const appended = 2;
/** What a loop takes, JavaScript's way takes once more where it is needed, and both are lost to groups. */
const mostOfArena = 1 / 8;
/** A loop that leaves more than one call in so many is given up: what it has done for a batch that it leaves is done again. */
const mostLeft = 4;
/** Not before it has left so many. */
const trial = 16;

export class BatchLoop {
  /** Gives its memory back to the arena. */
  readonly close: () => void;
  readonly #arena: Arena;
  readonly #address: number;
  readonly #at: number;
  readonly #tokenizer: Tokenizer;
  readonly #sink: GroupSink;
  readonly #keyMode: number;
  /** The sink's vectors, of all rows and of selected ones. */
  readonly #vectors: readonly [readonly Vector[], readonly Vector[]];
  /** What the kernel knows of scratch and table may be no longer so. */
  #isStale = true;
  #calls = 0;
  #left = 0;

  /** Null where the plan needs JavaScript for every batch, or the arena is too small for both ways of doing it. */
  static open(setup: LoopSetup): BatchLoop | null {
    const parts = setup.sink.parts;
    if (parts === null || setup.plan.modules !== undefined) return null;
    if (setup.plan.columns.some(({ source }) => source !== 'field')) return null;
    const stages: TracedStage[] = [];
    const memory = new LoopMemory(setup.arena);
    const close = () => {
      memory.close();
      for (const stage of stages) stage.close();
    };
    const used = () => setup.arena.kernels.arenaUsed() >>> 0;
    const before = used();
    try {
      const loop = BatchLoop.#open(setup, parts, memory, stages, close);
      if (loop !== null && used() - before <= setup.arena.limitBytes * mostOfArena) return loop;
      close();
      return null;
    } catch (error) {
      close();
      if (error instanceof ArenaFullError) return null;
      throw error;
    }
  }

  static #open(
    setup: LoopSetup,
    parts: GroupingParts,
    memory: LoopMemory,
    stages: TracedStage[],
    close: () => void,
  ): BatchLoop | null {
    const { plan, arena, columns, functions } = setup;
    const trace = (exprs: readonly Expr[]) => {
      const stage = traceStage(exprs, columns, arena, functions);
      if (stage !== null) stages.push(stage);
      return stage;
    };
    const project = trace(setup.sink.exprs);
    const filter = plan.filter === null ? undefined : trace([plan.filter]);
    const prefilter = setup.prefilter === null ? undefined : trace([setup.prefilter]);
    if (project === null || filter === null || prefilter === null) return null;
    const condition = (of: Trace | undefined) => (of === undefined ? 0 : memory.condition(of));
    const values: Partial<Record<Field, number>> = {
      batch: setup.batch.header,
      maxRecordBytes: Math.min(setup.maxRecordBytes, 0xffffffff),
      prefilter: condition(prefilter?.all),
      filter: condition(filter?.all),
      selectedFilter: condition(filter?.selected),
      project: memory.grouping(project.all, parts),
      selectedProject: memory.grouping(project.selected, parts),
      table: parts.table,
      rows: parts.rows,
      filteredRows: parts.filteredRows,
      filteredFlags: parts.filteredFlags,
      zeroFlags: memory.zeroFlags(),
      firstSelection: setup.selections[0],
      secondSelection: setup.selections[1],
      chosen: setup.chosen,
    };
    const address = memory.words(fields.map((name) => values[name] ?? 0));
    const vectors = [project.all.vectors, project.selected.vectors] as const;
    return new BatchLoop(setup, address, keyModes[parts.keyMode], vectors, close);
  }

  private constructor(
    { arena, tokenizer, sink }: LoopSetup,
    address: number,
    keyMode: number,
    vectors: readonly [readonly Vector[], readonly Vector[]],
    close: () => void,
  ) {
    this.#arena = arena;
    this.#address = address;
    this.#at = address / 4 + place.at;
    this.#tokenizer = tokenizer;
    this.#sink = sink;
    this.#keyMode = keyMode;
    this.#vectors = vectors;
    this.close = close;
  }

  /** Whether it leaves so much that it costs more than it saves. */
  get isVain(): boolean {
    return this.#left > trial && this.#left * mostLeft > this.#calls;
  }

  /** Asks the prefilter no more. */
  dropPrefilter(): void {
    this.#set('prefilter', 0);
  }

  /** Takes records of the window that start before `limit`, as far as it goes; why it ended (`loopEnds`). Throws ArenaFullError. */
  run(window: InputWindow, limit: number): number {
    if (this.#isStale) this.#refresh();
    const isFinal = window.ended ? 1 : 0;
    const end = this.#arena.kernels.runBatches(this.#address, window.begin, window.end, limit, isFinal);
    window.consumeTo(this.#arena.u32[this.#at] ?? 0);
    this.#calls++;
    if (end !== loopEnds.bytes) this.#stop(end, window);
    return end;
  }

  /** What it did since this was called last. */
  take(): Looped {
    const words = this.#arena.u32;
    const base = this.#address / 4;
    const looped = {
      read: words[base + place.read] ?? 0,
      matched: words[base + place.matched] ?? 0,
      filtered: words[base + place.filtered] ?? 0,
      prefiltered: words[base + place.prefiltered] ?? 0,
      prefilterLeft: words[base + place.prefilterLeft] ?? 0,
    };
    words.fill(0, base + place.read, base + place.prefilterLeft + 1);
    this.#sink.noteGrouped(looped.matched);
    return looped;
  }

  #stop(end: number, window: InputWindow): void {
    this.#isStale = true;
    if (end === loopEnds.batch) {
      this.#left++;
      return;
    }
    const vectors = this.#vectors[this.#get('stuckSelected') === 0 ? 0 : 1];
    this.#sink.goOn(vectors, this.#get('stuckRows'), this.#get('stuckInput'), this.#get('stuckAt'));
    window.consumeTo(this.#get('next'));
  }

  #refresh(): void {
    const { bounds } = this.#sink;
    const { kernel, program, scratch, scratchEnd } = this.#tokenizer.call;
    this.#set('tokenizer', kernel);
    this.#set('program', program);
    this.#set('scratch', scratch);
    this.#set('scratchEnd', scratchEnd);
    this.#set('keyMode', this.#keyMode + (bounds.appending ? appended : 0));
    this.#set('mostGroups', bounds.groups);
    this.#set('mostBytes', Math.min(bounds.bytes, 0xffffffff));
    this.#set('emptyBytes', bounds.emptyBytes);
    this.#isStale = false;
  }

  /** What it knows of the sink's table is no longer so. */
  forget(): void {
    this.#isStale = true;
  }

  #get(name: Field): number {
    return this.#arena.u32[this.#address / 4 + place[name]] ?? 0;
  }

  #set(name: Field, value: number): void {
    this.#arena.u32[this.#address / 4 + place[name]] = value;
  }
}
