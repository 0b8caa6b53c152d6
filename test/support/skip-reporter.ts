/** Prints every skipped test with its reason after the run: a skip that nobody sees is a hole that nobody sees. */
import type { Reporter, TestModule } from 'vitest/node';

export class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      const reasons = new Map<string, number>();
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const reason = result.state === 'skipped' && result.note ? result.note : `no reason given: ${test.fullName}`;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
      for (const [reason, count] of reasons) {
        process.stdout.write(`skipped ${count} of ${module.relativeModuleId}: ${reason}\n`);
      }
    }
  }
}
