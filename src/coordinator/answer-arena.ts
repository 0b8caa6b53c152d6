/** The arena through which the rows of an answer pass, a few pieces at a time: whoever fills it limits it. */
import { Arena } from '../execute/arena.ts';

/** As much as WebAssembly can have. */
const mostBytes = 2 ** 32;

export function answerArena(kernels: WebAssembly.Module): Arena {
  return new Arena(kernels, mostBytes);
}
