// Everything that the build exports to JavaScript; src/execute/kernels.ts declares the same names for TypeScript.
export * from './arena';
export { runBatches } from './batch-loop';
export * from './tokenizers/csv';
export * from './tokenizers/json';
export * from './tokenizers/lines';
export * from './tokenizers/template';
// only so that the compiler does not put all of them into one function, which has too few registers
export { indexFew, indexMany, indexSome } from './tokenizers/structure';
export * from './tokenizers/template-steps';
export { walkCombined, walkCommon } from './tokenizers/template-access';
export {
  appendIntegers,
  appendSpans,
  clearGroupTable,
  compareGroups,
  createGroupTable,
  groupAll,
  groupCount,
  keyOffset,
  reserveGroups,
  setPartitionShift,
  stateOffset,
  updateExtremes,
  updateGroups,
} from './group-table';
export { groupIntegers, groupSpans } from './group-lookup';
export * from './group-partials';
export * from './group-passes';
export * from './group-records';
export * from './group-sieve';
export * from './group-walk';
export * from './encode';
export { encodeGroups } from './encode-groups';
export * from './row-text';
export * from './run-merge';
export * from './sorter';
export * from './pseudo-columns';
export * from './expressions';
export * from './states/ddsketch-quantile';
export { forgetStaging } from './writer';
