/**
 * Metrics of one run, where they were asked for: a server while it goes on, a file when it ends. Import this file lazily:
 * it loads prom-client.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPushing } from './push-gateway.ts';
import { createRegistry, type MetricsSource } from './registry.ts';
import { serveMetrics } from './server.ts';
import { writeTextfile } from './textfile.ts';

export interface MetricsOptions {
  /** null: no server; 0: a free port. */
  readonly port: number | null;
  readonly host: string;
  /** How long the server stays after the run's end, so that the last figures are scraped. */
  readonly lingerSeconds: number;
  readonly textfile: string | null;
  /** Address of a Pushgateway. */
  readonly pushGateway?: string | null;
  /** Told what went wrong and may be ignored. */
  readonly warn?: (message: string) => void;
}

export interface Metrics {
  /** Where to scrape; null without a server. */
  readonly url: string | null;
  /**
   * Ends the metrics: pushes and writes the last figures, waits for a last scrape (the signal cuts the wait short), closes.
   * Call it before the pool is closed, while workers still have something to show. Throws RunError where the file cannot be
   * written.
   */
  finish(signal?: AbortSignal): Promise<void>;
}

/** Throws UsageError where the port cannot be had. */
export async function openMetrics(source: MetricsSource, options: MetricsOptions): Promise<Metrics> {
  const registry = createRegistry(source);
  const address = options.pushGateway ?? null;
  const pusher = address === null ? null : startPushing(registry, address, options.warn ?? (() => undefined));
  const server = options.port === null ? null : await serveMetrics(registry, options.host, options.port);
  return {
    url: server?.url ?? null,
    async finish(signal) {
      try {
        await pusher?.finish();
        if (options.textfile !== null) await writeTextfile(options.textfile, await registry.text());
        if (server !== null && options.lingerSeconds > 0 && !signal?.aborted) {
          await sleep(options.lingerSeconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(
            () => undefined,
          );
        }
      } finally {
        registry.close();
        await server?.close();
      }
    },
  };
}
