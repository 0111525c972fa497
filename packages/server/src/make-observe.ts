/** Metrics and traces, built from settings; the parts of the server are looked at once they are there. */
import { statfs } from 'node:fs/promises';
import type { Config } from './config.ts';
import {
  localMetrics,
  type MetricSources,
  Metrics,
  type MetricsDoor,
  ServerObserver,
  serveMetrics,
} from './observe/index.ts';
import type { Traces } from './observe/traces.ts';

export interface Observing {
  readonly observer: ServerObserver;
  readonly metrics: Metrics;
  stop(): Promise<void>;
}

/** The libraries for traces are only read where somebody wants traces. */
async function makeTraces(endpoint: string, version: string): Promise<Traces> {
  const { Traces } = await import('./observe/traces.ts');
  return new Traces(endpoint, version);
}

export async function makeObserving({ otlpEndpoint }: Config, version: string): Promise<Observing> {
  const metrics = new Metrics();
  const traces = otlpEndpoint === undefined ? undefined : await makeTraces(otlpEndpoint, version);
  return {
    metrics,
    observer: new ServerObserver(metrics, traces),
    stop: async () => traces?.stop(),
  };
}

/** How full the disk of the data folder is, as far as this user may fill it. */
export function diskOf(folder: string): MetricSources['disk'] {
  return async () => {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
  };
}

/** Opens the metrics' own address where there is one; otherwise they are told on the API's port, to this machine. */
export async function openMetrics(
  { metricsListen }: Config,
  metrics: Metrics,
  stack: AsyncDisposableStack,
): Promise<MetricsDoor | undefined> {
  if (metricsListen === undefined) return localMetrics(metrics);
  const served = await serveMetrics(metrics, metricsListen);
  stack.defer(() => served.close());
  return undefined;
}
