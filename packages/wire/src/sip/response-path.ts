/** The way back: marking where a request really came from, and where its response goes (RFC 3261 §18.2, RFC 3581 §4). */
import { splitAtCommas } from './grammar.ts';
import type { SipRequest } from './message.ts';
import { parameterValue, withParameter } from './parameters.ts';
import type { Via } from './via.ts';
import { asksForSourcePort, formatVia } from './via.ts';

/** A host and port that bytes came from or go to. */
export interface HostPort {
  /** A host name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * The request with its source noted in the topmost Via, as the transport must do before anything else sees it
 * (§18.2.1). What the sender itself wrote into `received` or the value of `rport` is overwritten, since responses
 * follow them. The address is the peer's as the socket told it.
 */
export function withSource(request: SipRequest, source: HostPort): SipRequest {
  const hasPort = asksForSourcePort(request.via);
  const isNamed = withoutBrackets(request.via.host).toLowerCase() === source.host.toLowerCase();
  const hasClaim = request.via.parameters.some(({ name }) => name.toLowerCase() === 'received');
  if (isNamed && !hasPort && !hasClaim) return request;
  let parameters = withParameter(request.via.parameters, 'received', source.host);
  if (hasPort) parameters = withParameter(parameters, 'rport', String(source.port));
  const via = { ...request.via, parameters };
  return { ...request, via, headers: withTopVia(request, via) };
}

/**
 * Where a response with this Via on top goes. Over TCP it goes back on the connection of the request; this is the
 * place to connect to when that connection is gone. `maddr` is not followed: it would let anyone who sends one
 * datagram point our answers at a third host.
 */
export function responseTarget(via: Via): HostPort {
  const rport = parameterValue(via.parameters, 'rport');
  const standard = via.transport.toUpperCase() === 'TLS' ? 5061 : 5060;
  return {
    host: withoutBrackets(parameterValue(via.parameters, 'received') ?? via.host),
    port: rport === undefined ? (via.port ?? standard) : Number(rport),
  };
}

function withTopVia(request: SipRequest, via: Via): SipRequest['headers'] {
  const at = request.headers.findIndex(({ name }) => name === 'Via');
  return request.headers.map((header, index) => {
    if (index !== at) return header;
    const [, ...below] = splitAtCommas(header.value) ?? [];
    return { name: header.name, value: [formatVia(via), ...below].join(', ') };
  });
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
