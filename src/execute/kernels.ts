/**
 * The kernels' exports, as TypeScript sees them. Addresses and counts are u32 numbers (JavaScript gets them signed: use
 * `>>> 0` on returned addresses), i64 values are bigint.
 */
import type { AnswerKernels } from './answer-kernels.ts';
import type { ExpressionKernels } from './expression-kernels.ts';
import type { GroupKernels } from './group-kernels.ts';
import type { SorterKernels } from './sorter-kernels.ts';
import type { TokenizerKernels } from './tokenizer-kernels.ts';

export interface ArenaKernels {
  arenaInit(limitBytes: number): void;
  setArenaLimit(limitBytes: number): void;
  alloc(bytes: number): number;
  free(address: number, bytes: number): void;
  arenaUsed(): number;
  arenaFree(): number;
}

export interface Kernels
  extends ArenaKernels,
    AnswerKernels,
    ExpressionKernels,
    GroupKernels,
    SorterKernels,
    TokenizerKernels {}
