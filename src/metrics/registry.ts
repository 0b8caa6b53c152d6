/**
 * The metrics of a run, in a registry of its own. This folder is the only one that knows prom-client.
 *
 * Invariant: figures are read when they are asked for, from the workers' slots and the run's progress, so a busy worker is
 * as visible as an idle one, and a worker that is gone leaves no series behind. Labels are slots, never thread ids, or words
 * from closed lists.
 */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { MetricsSource } from './metrics-source.ts';
import { registerRun } from './run-metrics.ts';
import { registerWorkers } from './worker-metrics.ts';

export type { MetricsSource } from './metrics-source.ts';

export interface MetricDescription {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export interface MetricsRegistry {
  readonly contentType: string;
  /** The exposition format of Prometheus. */
  text(): Promise<string>;
  /** Every metric, in the order in which they were made. */
  describe(): MetricDescription[];
  /** Stops listening to the run. */
  close(): void;
}

export function createRegistry(source: MetricsSource): MetricsRegistry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // gauges with a counter's name: promtool objects, and their sums by type say the same
  for (const what of ['handles', 'requests', 'resources']) registry.removeSingleMetric(`nodejs_active_${what}_total`);
  const stops = [registerWorkers(registry, source.pool), registerRun(registry, source)];
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    describe: () => registry.getMetricsAsArray().map(describeMetric),
    close() {
      for (const stop of stops) stop();
    },
  };
}

/** prom-client's metrics hold their type and labels, which its own types leave out. */
function describeMetric(metric: object): MetricDescription {
  const read = (key: string): unknown => Reflect.get(metric, key);
  const labels = read('labelNames');
  return {
    name: String(read('name')),
    type: metric.constructor.name.toLowerCase(),
    help: String(read('help')),
    labels: Array.isArray(labels) ? labels.filter((label) => label !== 'le').map(String) : [],
  };
}
