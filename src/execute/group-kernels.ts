/** Declared beside the kernels in workers/kernels/group.ts and workers/kernels/states. */
export interface GroupKernels {
  readonly memory?: never;
}
