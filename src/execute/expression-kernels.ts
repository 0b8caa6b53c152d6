/** Declared beside the kernels in workers/kernels/expressions. */
export interface ExpressionKernels {
  readonly memory?: never;
}
