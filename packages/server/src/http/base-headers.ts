/** Headers that every answer carries, whoever gives it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IdSource, RequestId } from '@tacet/domain';

const requestIds = new WeakMap<IncomingMessage, RequestId>();

/** The correlation id of a request; it is the request id of the use-cases, the audit log and the answer alike. */
export function requestIdOf(request: IncomingMessage, ids: IdSource): RequestId {
  const known = requestIds.get(request);
  if (known !== undefined) return known;
  const id = ids.next<RequestId>();
  requestIds.set(request, id);
  return id;
}

/** Names the request and keeps answers out of every cache: they tell of conversations. */
export function setBaseHeaders(response: ServerResponse, requestId: RequestId): void {
  response.setHeader('ININ-Correlation-Id', requestId);
  response.setHeader('Cache-Control', 'no-cache, no-store, must-revalidate');
  response.setHeader('Pragma', 'no-cache');
  response.setHeader('Expires', '0');
  response.setHeader('X-Content-Type-Options', 'nosniff');
}
