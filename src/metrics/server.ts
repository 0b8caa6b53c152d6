/** Serves metrics over HTTP: `/metrics` and nothing else. An open server does not keep the process alive. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../core/errors.ts';
import type { MetricsRegistry } from './registry.ts';

export interface MetricsServer {
  /** For example `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Port 0 takes a free one. Throws UsageError where the address cannot be had. */
export async function serveMetrics(registry: MetricsRegistry, host: string, port: number): Promise<MetricsServer> {
  const server = createServer(async (request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Metrics are at /metrics\n');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    try {
      const text = await registry.text();
      response.writeHead(200, { 'content-type': registry.contentType }).end(request.method === 'HEAD' ? '' : text);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`${String(error)}\n`);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  server.unref();
  const { address, family, port: taken } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listenError(error: Error, host: string, port: number): UsageError {
  const code = 'code' in error ? error.code : null;
  const said =
    code === 'EADDRINUSE'
      ? 'the port is in use: choose another with --metrics-port'
      : code === 'EACCES'
        ? 'the port needs more rights: choose one above 1023 with --metrics-port'
        : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
          ? 'this machine has no such address: choose another with --metrics-host'
          : error.message;
  return new UsageError(`Cannot serve metrics on ${host}:${port}: ${said}`, { cause: error });
}
