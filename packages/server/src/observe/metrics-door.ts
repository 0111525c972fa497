/** Where metrics can be had: at an address of their own, or on the API's port for programs of this machine. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv4 } from 'node:net';
import type { Metrics } from './metrics.ts';

/** A scrape takes milliseconds and comes every few seconds; more at a time is nobody's monitoring. */
const connectionsMax = 16;
const requestMsMax = 10_000;

/** Headers that proxies add: whoever sent the request is not on this machine then, though its connection is. */
const proxyHeaders = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'] as const;

function isLoopback(address = ''): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

function isForMetrics({ url = '/' }: IncomingMessage): boolean {
  return url.split('?', 1)[0] === '/metrics';
}

function isFromHere({ socket, headers }: IncomingMessage): boolean {
  return isLoopback(socket.remoteAddress) && !proxyHeaders.some((name) => headers[name] !== undefined);
}

/** Answers on the API's port; where it does not, the request is none for metrics, and the API says what it says. */
export interface MetricsDoor {
  answers(request: IncomingMessage, response: ServerResponse): boolean;
}

async function tell(metrics: Metrics, response: ServerResponse): Promise<void> {
  try {
    const text = await metrics.text();
    response.writeHead(200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }).end(text);
  } catch {
    response.writeHead(500).end();
  }
}

/** For programs of this machine alone. */
export function localMetrics(metrics: Metrics): MetricsDoor {
  return {
    answers(request, response) {
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      // Rule: without an address of their own, metrics are told to programs of this machine alone
      if (!isRead || !isForMetrics(request) || !isFromHere(request)) return false;
      void tell(metrics, response);
      return true;
    },
  };
}

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** For whoever reaches the address. @throws Error when it cannot be bound. */
export async function serveMetrics(
  metrics: Metrics,
  at: { readonly host: string; readonly port: number },
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (isForMetrics(request) && (request.method === 'GET' || request.method === 'HEAD')) void tell(metrics, response);
    else response.writeHead(404).end();
  });
  server.requestTimeout = requestMsMax;
  server.maxConnections = connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : at.port;
  return {
    url: `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
