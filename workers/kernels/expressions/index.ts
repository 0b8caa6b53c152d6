// The expression kernels: what src/execute/vectorize compiles plans to.
export * from './arithmetic';
export * from './cast-numbers';
export * from './compare';
export * from './compare-text';
export * from './decode-boolean';
export * from './decode-double';
export * from './decode-integer';
export * from './decode-timestamp';
export * from './flag-vectors';
export * from './in-list';
export * from './like';
export * from './logic';
export * from './text-functions';
export * from './time';
