/**
 * Pushes metrics to a Prometheus Pushgateway, for jobs that are over before they are scraped.
 *
 * Invariant: a gateway that is away, slow or refuses costs the run a warning and a bounded wait, never more.
 */
import { hostname } from 'node:os';
import type { MetricsRegistry } from './registry.ts';

export interface Pusher {
  /** Pushes a last time and stops. Never rejects. */
  finish(): Promise<void>;
}

const everyMs = 10_000;
const timeoutMs = 5_000;

/** `warn` is called once for each kind of failure in a row, with a line for the user. */
export function startPushing(
  registry: Pick<MetricsRegistry, 'text' | 'contentType'>,
  address: string,
  warn: (message: string) => void,
): Pusher {
  const target = pushTarget(address);
  let lastWarning = '';
  let pushing: Promise<void> = Promise.resolve();
  const push = async () => {
    const failure = await pushOnce(registry, target);
    if (failure !== null && failure !== lastWarning) warn(`Cannot push metrics to ${target.shown}: ${failure}`);
    lastWarning = failure ?? '';
  };
  // one after another: a slow gateway must not be asked twice at once
  const timer = setInterval(() => {
    pushing = pushing.then(push);
  }, everyMs).unref();
  return {
    async finish() {
      clearInterval(timer);
      await pushing;
      await push();
    },
  };
}

interface PushTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Without the password, for messages. */
  readonly shown: string;
}

/** A bare address gets the job `millrace` and this machine as its group; one that names its group stays as it is. */
export function pushTarget(address: string): PushTarget {
  const url = new URL(address);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (!url.pathname.includes('/metrics/job/')) {
    const group = `metrics/job/millrace/instance/${encodeURIComponent(hostname())}`;
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${group}`;
  }
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers = username === '' && password === '' ? {} : { authorization: `Basic ${credentials}` };
  return { url: url.href, headers, shown: url.href };
}

/** What went wrong, null where nothing did. */
async function pushOnce(
  registry: Pick<MetricsRegistry, 'text' | 'contentType'>,
  { url, headers }: PushTarget,
): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'PUT',
      headers: { ...headers, 'content-type': registry.contentType },
      body: await registry.text(),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const said = (await response.text()).trim().slice(0, 200);
    return response.ok ? null : `it answered ${response.status}${said === '' ? '' : `, ${said}`}`;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message || cause.name : String(cause);
  }
}
