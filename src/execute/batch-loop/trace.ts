/**
 * What a stage (../vectorize.ts) does, as a list of calls: its steps are run once with kernels that write their arguments down
 * instead of computing. That is all there is to it as long as a step does nothing but call kernels with arguments that are the same
 * in every batch, but for the number of rows and the selection. A step that looks at the arena, writes text, or calls a kernel
 * that is not traceable (traceable.ts) leaves the stage to JavaScript.
 */
import type { FunctionRegistry } from '../../query/functions/registry.ts';
import type { Expr } from '../../query/plan.ts';
import type { Arena } from '../arena.ts';
import type { Kernels } from '../kernels.ts';
import type { TextScratch } from '../text-scratch.ts';
import type { Vector } from '../vector.ts';
import { Program } from '../vectorize/program.ts';
import type { ColumnStorage } from '../vectorize.ts';
import { type Shape, traceable } from './traceable.ts';

/** One run of a stage. */
export interface Trace {
  /** Where the values of its expressions stand afterwards. */
  readonly vectors: readonly Vector[];
  /** The calls, as u32 that workers/kernels/batch-loop.ts reads. */
  readonly steps: readonly number[];
}

export interface TracedStage {
  /** Over the first rows of a batch. */
  readonly all: Trace;
  /** Over those that a selection names. */
  readonly selected: Trace;
  /** Gives the vectors and constants back to the arena. */
  close(): void;
}

/** As in workers/kernels/batch-loop.ts: arguments that are another in every batch, and the shapes beside the number of arguments. */
const anyRows = 0xffffffff;
const anySelection = 0xfffffffe;
const answers = 16;
const fourAndTwoLong = 32;
const fewestArguments: Readonly<Record<Shape, number>> = { plain: 3, answers: 5, long: 6 };
const mostArguments: Readonly<Record<Shape, number>> = { plain: 8, answers: 7, long: 6 };

class UntraceableError extends Error {
  override readonly name = 'UntraceableError';
}

/** Null where the stage is JavaScript's. Throws ArenaFullError. */
export function traceStage(
  exprs: readonly Expr[],
  columns: readonly ColumnStorage[],
  arena: Arena,
  functions: FunctionRegistry,
): TracedStage | null {
  const tracer = new Tracer(arena);
  const program = new Program(columns, tracer.arena, noScratch, functions);
  try {
    const slots = exprs.map((expr) => program.compile(expr));
    const trace = (selection: number): Trace => {
      const steps = tracer.record(() => program.run(anyRows, selection));
      return { vectors: slots.map(({ type, data, flags }) => ({ type, data, flags })), steps };
    };
    return { all: trace(0), selected: trace(anySelection), close: () => program.close() };
  } catch (error) {
    program.close();
    if (error instanceof UntraceableError) return null;
    throw error;
  }
}

/** The arena as a program sees it: as it is while it compiles, and only its kernels, which write down, while it is traced. */
class Tracer {
  readonly arena: Arena;
  readonly #of: Arena;
  readonly #kernels: Kernels;
  #steps: number[] | null = null;

  constructor(arena: Arena) {
    this.#of = arena;
    this.#kernels = new Proxy({} as Kernels, {
      get:
        (_, name) =>
        (...args: readonly (number | bigint)[]) =>
          this.#steps === null
            ? Reflect.apply(Reflect.get(arena.kernels, name), null, args)
            : this.#write(this.#steps, String(name), args),
    });
    this.arena = new Proxy(arena, {
      get: (target, name) => {
        if (name === 'kernels') return this.#kernels;
        if (name === 'batchRows') return this.#steps === null ? target.batchRows : anyRows;
        if (this.#steps !== null) throw new UntraceableError(`a step reads the arena's ${String(name)}`);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  record(run: () => void): readonly number[] {
    const steps: number[] = [];
    this.#steps = steps;
    try {
      run();
    } finally {
      this.#steps = null;
    }
    return steps;
  }

  #write(steps: number[], name: string, args: readonly (number | bigint)[]): number {
    const shape = Object.hasOwn(traceable, name) ? traceable[name as keyof typeof traceable] : undefined;
    if (shape === undefined || args.length < fewestArguments[shape] || args.length > mostArguments[shape]) {
      throw new UntraceableError(`a step calls ${name}`);
    }
    steps.push(
      this.#of.functionIndex(name),
      shape === 'long' ? fourAndTwoLong : shape === 'answers' ? answers | args.length : args.length,
    );
    for (const arg of args) {
      if (typeof arg === 'bigint') {
        const bits = BigInt.asUintN(64, arg);
        steps.push(Number(bits & 0xffffffffn), Number(bits >> 32n));
      } else if (Number.isInteger(arg) && arg >= 0 && arg <= anyRows) {
        steps.push(arg);
      } else {
        throw new UntraceableError(`a step calls ${name} with ${arg}`);
      }
    }
    return 0;
  }
}

const noScratch = new Proxy({} as TextScratch, {
  get() {
    throw new UntraceableError('a step writes text');
  },
});
