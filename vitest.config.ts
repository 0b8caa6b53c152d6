/**
 * Tests run from the TypeScript sources, except where a thread is crossed: those use `dist/`, which the global setup
 * brings up to date. Two test files at a time, because many of them start worker threads of their own.
 */
import { defineConfig } from 'vitest/config';
import { SkipReporter } from './test/support/skip-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    maxConcurrency: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', new SkipReporter()],
  },
});
