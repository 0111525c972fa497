/** Watching over the server: metrics, traces, and what log lines say of the request at hand. */

export { Metrics } from './metrics.ts';
export { localMetrics, type MetricsDoor, serveMetrics } from './metrics-door.ts';
export { scopeFacts } from './scope.ts';
export { ServerObserver } from './server-observer.ts';
export type { MetricSources } from './sources.ts';
export { WatchedQueue, watchedMedia, watchedStore } from './watched.ts';
