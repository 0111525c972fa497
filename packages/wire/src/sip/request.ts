/** Requests of our own (RFC 3261 §8.1.1), and the two that copy another request: ACK of a refusal, and CANCEL. */
import type { NameAddress } from './address.ts';
import { formatAddress, parseAddress } from './address.ts';
import { formatCSeq } from './cseq.ts';
import type { MessageBody, SipHeader, SipRequest, SipResponse } from './message.ts';
import { headerValues, noBody } from './message.ts';
import { bodyHeaders } from './response.ts';
import type { Via } from './via.ts';
import { branchCookie, formatVia } from './via.ts';

export interface RequestParts {
  readonly method: string;
  readonly uri: string;
  readonly via: Via;
  readonly from: NameAddress;
  readonly to: NameAddress;
  readonly callId: string;
  /** The CSeq number; its method is that of the request. */
  readonly sequence: number;
  /** Further headers, such as Contact and Route; not those above, not Max-Forwards, not Content-Type. */
  readonly headers?: readonly SipHeader[];
  readonly body?: MessageBody;
}

/** How many hops a request of ours may take (§8.1.1.6). */
const hopsMax = 70;

export function buildRequest(parts: RequestParts): SipRequest {
  const { method, uri, via, from, to, callId } = parts;
  const cseq = { number: parts.sequence, method };
  const headers: readonly SipHeader[] = [
    { name: 'Via', value: formatVia(via) },
    { name: 'Max-Forwards', value: String(hopsMax) },
    { name: 'From', value: formatAddress(from) },
    { name: 'To', value: formatAddress(to) },
    { name: 'Call-ID', value: callId },
    { name: 'CSeq', value: formatCSeq(cseq) },
    ...(parts.headers ?? []),
    ...bodyHeaders(parts.body),
  ];
  const body = parts.body?.bytes ?? noBody;
  return { kind: 'request', method, uri, headers, body, via, from, to, callId, cseq };
}

export interface OwnVia {
  readonly transport: 'UDP' | 'TCP' | 'TLS';
  /** Our host as the peer can reach it; an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
  /** Something that is unique over all requests, of token characters; the cookie is put in front (§8.1.1.7). */
  readonly unique: string;
}

/** The Via of a request that we send. It asks for the answer at the port it came from (RFC 3581 §3). */
export function ownVia({ transport, host, port, unique }: OwnVia): Via {
  const branch = { name: 'branch', value: `${branchCookie}${unique}` };
  return { transport, host, port, parameters: [branch, { name: 'rport', value: undefined }] };
}

/** The ACK that ends the transaction of an INVITE answered with 300 to 699 (§17.1.1.3). Its branch is the INVITE's. */
export function buildAckOfRefusal(invite: SipRequest, response: SipResponse): SipRequest {
  return copyOf(invite, 'ACK', response.to);
}

/** The CANCEL of a request that has no final response yet (§9.1). Its branch is that request's. */
export function buildCancel(request: SipRequest): SipRequest {
  return copyOf(request, 'CANCEL', request.to);
}

function copyOf(request: SipRequest, method: 'ACK' | 'CANCEL', to: NameAddress): SipRequest {
  const { uri, via, from, callId } = request;
  const routes = headerValues(request, 'Route').map((value) => ({ name: 'Route', value }));
  return buildRequest({ method, uri, via, from, to, callId, sequence: request.cseq.number, headers: routes });
}

/** The URI that decides where a request is sent: its first Route, or else its Request-URI (§8.1.2). */
export function nextHop(request: SipRequest): string {
  const route = parseAddress(headerValues(request, 'Route')[0] ?? '');
  return route === undefined ? request.uri : route.uri;
}
