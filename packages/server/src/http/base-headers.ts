/** Headers that every answer carries, whoever gives it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IdSource, RequestId } from '@tacet/domain';

const requestIds = new WeakMap<IncomingMessage, RequestId>();

/**
 * The correlation id of a request; it is the request id of the use-cases, the audit log and the answer alike. It is
 * never taken from the request: callers could make their doings look like those of others.
 */
export function requestIdOf(request: IncomingMessage, ids: IdSource): RequestId {
  const known = requestIds.get(request);
  if (known !== undefined) return known;
  const id = ids.next<RequestId>();
  requestIds.set(request, id);
  return id;
}

type Header = readonly [name: string, value: string];

/**
 * The same for all answers: they tell of conversations, so no cache keeps them, no page shows them in a frame or loads
 * them as something that they are not, and nothing in them is ever run. Pages replace the policy by their own.
 */
const fixed: readonly Header[] = [
  ['Cache-Control', 'no-cache, no-store, must-revalidate'],
  ['Pragma', 'no-cache'],
  ['Expires', '0'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
];

/** A year; only over TLS, where it says that there is to be no other way (RFC 6797). */
const overTls: Header = ['Strict-Transport-Security', 'max-age=31536000'];

/** Media may be played by pages elsewhere, whose players load it without asking; the link is what protects it. */
const forMedia: readonly Header[] = [
  ['Cross-Origin-Resource-Policy', 'cross-origin'],
  ['Content-Security-Policy', "default-src 'none'; media-src 'self'; frame-ancestors 'none'"],
];

const mediaPath = '/tacet/v1/media/';

/** The headers of an answer to a request that could not be read as one. */
export function bareHeaders(requestId: RequestId): readonly Header[] {
  return [['ININ-Correlation-Id', requestId], ...fixed];
}

/** @param isTls whether callers reach us over TLS. */
export function setBaseHeaders(
  { url = '' }: Pick<IncomingMessage, 'url'>,
  response: ServerResponse,
  { requestId, isTls }: { readonly requestId: RequestId; readonly isTls: boolean },
): void {
  response.setHeader('ININ-Correlation-Id', requestId);
  for (const [name, value] of fixed) response.setHeader(name, value);
  if (isTls) response.setHeader(...overTls);
  if (url.startsWith(mediaPath)) for (const [name, value] of forMedia) response.setHeader(name, value);
}
