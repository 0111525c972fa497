/** Answers: what a response repeats of its request (RFC 3261 §8.2.6), for good requests and for refused ones. */
import { formatAddress, parseAddress, tagOf, withTag } from './address.ts';
import type { SipFault } from './fault.ts';
import { answerTo } from './fault.ts';
import type { MessageBody, ResponseText, SipHeader, SipRequest, SipResponse } from './message.ts';
import { noBody } from './message.ts';
import { reasonFor } from './reasons.ts';

export interface ResponseParts {
  /** Our tag. It is put on To unless the request already had one there, or the status is 100 (§8.2.6.2). */
  readonly toTag: string;
  /** Defaults to the usual phrase for the status. */
  readonly reason?: string;
  /** Further headers, behind those that are repeated; not Content-Type, which comes with the body. */
  readonly headers?: readonly SipHeader[];
  readonly body?: MessageBody;
}

const alwaysRepeated: ReadonlySet<string> = new Set(['Via', 'From', 'To', 'Call-ID', 'CSeq']);

/** A response to the request. Status is 100 to 699. */
export function buildResponse(request: SipRequest, status: number, parts: ResponseParts): SipResponse {
  const isTagged = status > 100 && tagOf(request.to) === undefined;
  const repeated = request.headers
    .filter(({ name }) => isRepeated(name, status))
    .map((header) => (isTagged && header.name === 'To' ? tagged(header, parts.toTag) : header));
  return {
    kind: 'response',
    status,
    reason: parts.reason ?? reasonFor(status),
    headers: [...repeated, ...(parts.headers ?? []), ...bodyHeaders(parts.body)],
    body: parts.body?.bytes ?? noBody,
    via: request.via,
    from: request.from,
    to: isTagged ? withTag(request.to, parts.toTag) : request.to,
    callId: request.callId,
    cseq: request.cseq,
  };
}

/** The 100 that keeps a peer from repeating its request: it carries no tag of ours (§8.2.6.2). */
export function buildTrying(request: SipRequest): SipResponse {
  return buildResponse(request, 100, { toTag: '' });
}

/** The answer to a request that could not be read, or undefined when it may not or cannot be answered. */
export function buildRefusal(fault: SipFault, toTag: string): ResponseText | undefined {
  if (fault.refused === undefined) return undefined;
  const headers = fault.refused.headers.map((header) => (needsTag(header) ? tagged(header, toTag) : header));
  return { kind: 'response', ...answerTo(fault), headers, body: noBody };
}

/** The header that says what a body is; none without a body. */
export function bodyHeaders(body: MessageBody | undefined): readonly SipHeader[] {
  return body === undefined ? [] : [{ name: 'Content-Type', value: body.type }];
}

function isRepeated(name: string, status: number): boolean {
  if (alwaysRepeated.has(name)) return true;
  // Responses that make a dialog tell the caller the proxies that want to stay on the path (§12.1.1).
  if (name === 'Record-Route') return status > 100 && status < 300;
  return name === 'Timestamp' && status === 100;
}

/** A To that cannot be read is repeated as it came: what follows it might not be taken for a parameter. */
function needsTag({ name, value }: SipHeader): boolean {
  const address = name === 'To' ? parseAddress(value) : undefined;
  return address !== undefined && tagOf(address) === undefined;
}

/** Behind the value as it came; in the place of a tag that was named and not given, which would be read before ours. */
function tagged({ name, value }: SipHeader, tag: string): SipHeader {
  const address = parseAddress(value);
  const isNamed = address?.parameters.some((one) => one.name.toLowerCase() === 'tag') ?? false;
  if (address !== undefined && isNamed) return { name, value: formatAddress(withTag(address, tag)) };
  return { name, value: `${value};tag=${tag}` };
}
