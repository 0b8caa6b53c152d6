// The plain loops that the kernels are measured against: scalar, one byte or one value after the other, no tricks.
export * from './answers';
export * from './decode';
export * from './encode';
export * from './filters';
export * from './functions';
export * from './groups';
export * from './merge-rows';
export * from './partials';
export * from './scan';
export * from './sort';
export * from './states';
export * from './tokenizers';
