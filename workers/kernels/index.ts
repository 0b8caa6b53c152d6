// Everything that the build exports to JavaScript; src/execute/kernels.ts declares the same names for TypeScript.
export * from './arena';
export * from './tokenizers/csv';
export * from './tokenizers/json';
export * from './tokenizers/lines';
export * from './tokenizers/template';
export * from './group-table';
export * from './encode';
export * from './pseudo-columns';
export * from './expressions';
