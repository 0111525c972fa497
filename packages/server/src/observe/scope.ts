/** The request at hand, wherever its work has got to: for log lines and for what stands below it in a trace. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from '@opentelemetry/api';

export interface Scope {
  readonly requestId: string;
  /** The step that is under way; absent where nothing is traced. */
  readonly span?: Span;
  /** The span of the request as a whole. */
  readonly root?: Span;
}

export const scopes: AsyncLocalStorage<Scope> = new AsyncLocalStorage<Scope>();

/** Ids that let a log line be found from a request or a trace. */
export function scopeFacts(): { readonly request?: string; readonly trace?: string } {
  const scope = scopes.getStore();
  if (scope === undefined) return {};
  const trace = scope.root?.spanContext().traceId;
  return { request: scope.requestId, ...(trace === undefined ? {} : { trace }) };
}
