/** One import of every kind, for the test of the import reader. Nothing runs it. */
import type { importsOf } from './import-graph.ts';

export * from './skip-reporter.ts';
export type Named = typeof import('./import-graph.ts') & typeof importsOf;
export { default } from './global-setup.ts';
export const later = () => import('node:fs');
