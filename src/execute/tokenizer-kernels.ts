/** Declared beside the kernels in workers/kernels/tokenizers. */
export interface TokenizerKernels {
  readonly memory?: never;
}
