/** Every metric of ours as a table for the README, made from the registry, so that no metric is undocumented. */
import type { MetricDescription } from './registry.ts';

export function metricTable(metrics: readonly MetricDescription[]): string {
  const rows = metrics
    .filter(({ name }) => name.startsWith('millrace_'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} |`);
  return ['| metric | type | labels | what it tells |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
