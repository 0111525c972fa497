/** Sockets ↔ transactions: what every SIP element does before it asks what a request is about (RFC 3261 §8, §17, §18). */
import type { Clock } from '@tacet/domain';
import {
  buildRefusal,
  buildResponse,
  cancelledTransactionKey,
  type HostPort,
  nextHop,
  parameterValue,
  parseUri,
  responseTarget,
  type SipFault,
  type SipRequest,
  type SipResponse,
  type SipUri,
  serializeMessage,
  serverTransactionKey,
  withSource,
} from '@tacet/wire/sip';
import type { Observer } from '../control/index.ts';
import { answer, retryAfter } from './answers.ts';
import { ClientTransactions, type ResponseListener } from './client-transactions.ts';
import { type SipCounts, zeroCounts } from './counts.ts';
import type { EndpointUser, IncomingRequest } from './endpoint-user.ts';
import { hostFromUri } from './host-text.ts';
import { sipEdgeLimits } from './limits.ts';
import { type Abilities, refusalOf } from './request-checks.ts';
import { ServerTransactions } from './server-transactions.ts';
import type { SipTlsOptions, TlsCredentials } from './tls-carrier.ts';
import { SipTransport } from './transport.ts';
import { uniqueText } from './unique-text.ts';
import type { Arrival, Protocol, Way } from './way.ts';

export interface EndpointOptions {
  readonly listen: HostPort;
  /** Absent: TLS is not spoken. */
  readonly tls?: SipTlsOptions;
  readonly clock: Clock;
  readonly abilities: Abilities;
  readonly user: EndpointUser;
  /** Server transactions at a time; `sipEdgeLimits.transactionsMax` unless a test says less. */
  readonly transactionsMax?: number;
  /** Hears what was asked and how it was answered. */
  readonly observe?: Pick<Observer, 'sipAsked' | 'sipAnswered'> | undefined;
  /** A defect while one message was taken, or an error of a socket; the others are not touched by it. */
  readonly report: (error: Error) => void;
}

/** RFC 3261 §26.2.2: SIPS means TLS. */
function protocolTo({ scheme, parameters }: SipUri, latest: Way): Protocol {
  // Rule: a recording session that came over TLS goes on over nothing less
  if (scheme === 'sips' || latest.protocol === 'TLS') return 'TLS';
  const asked = parameterValue(parameters, 'transport')?.toUpperCase();
  return asked === 'TCP' || asked === 'UDP' || asked === 'TLS' ? asked : latest.protocol;
}

export class SipEndpoint implements AsyncDisposable {
  readonly counts: SipCounts = zeroCounts();
  readonly #options: EndpointOptions;
  readonly #server: ServerTransactions;
  readonly #client: ClientTransactions;
  #transport: SipTransport | undefined;

  private constructor(options: EndpointOptions) {
    const { clock, user, observe } = options;
    this.#options = options;
    this.#server = new ServerTransactions({
      clock,
      send: (response, way, onFailed) => this.#sendResponse(response, way, onFailed),
      takeAck: (request, way) => user.takeAck(request, way),
      answered: (method, status) => observe?.sipAnswered(method, status),
    });
    this.#client = new ClientTransactions({
      clock,
      send: (request, way, onFailed) => this.#send(way, serializeMessage(request), onFailed),
    });
  }

  /** @throws Error when the address cannot be bound for UDP and TCP. */
  static async open(options: EndpointOptions): Promise<SipEndpoint> {
    const endpoint = new SipEndpoint(options);
    const { listen, tls, clock, report } = options;
    endpoint.#transport = await SipTransport.open({
      listen,
      ...(tls === undefined ? {} : { tls }),
      clock,
      counts: endpoint.counts,
      onArrival: (arrival) => endpoint.#arrive(arrival),
      onFailed: report,
    });
    return endpoint;
  }

  /** Where we listen, with the port that was found. */
  get address(): HostPort {
    return this.#open().address;
  }

  /** The port that peers reach us at by this protocol; 0 where it is not spoken. */
  portOf(protocol: Protocol): number {
    return this.#open().portOf(protocol);
  }

  /** Handshakes use other certificates from now on; connections that stand are not touched. */
  renewTls(credentials: TlsCredentials): void {
    this.#open().renewTls(credentials);
  }

  /** Sends a request of ours, not ACK, in a transaction of its own. */
  request(request: SipRequest, way: Way, listener: ResponseListener): void {
    this.#client.begin(request, way, listener);
  }

  /** The final response to a request of ours; undefined when none came. Not for INVITE, whose 2xx wants an ACK. */
  ask(request: SipRequest, way: Way): Promise<SipResponse | undefined> {
    return new Promise((resolve) => {
      this.request(request, way, {
        onResponse: (response) => {
          if (response.status >= 200) resolve(response);
        },
        onFailure: () => resolve(undefined),
      });
    });
  }

  /** Sends a 2xx to an INVITE whose transaction is gone (RFC 3261 §13.3.1.4). */
  sendSuccess(response: SipResponse, way: Way): void {
    this.#sendResponse(response, way, () => undefined);
  }

  /** Sends the ACK of a 2xx, which belongs to no transaction. */
  sendAck(ack: SipRequest, way: Way): void {
    this.#send(way, serializeMessage(ack), () => undefined);
  }

  /**
   * The way that a request of ours takes (RFC 3261 §8.1.2). A connection that the peer made is used as long as it
   * stands, whatever the peer calls itself (RFC 5923 asks for an alias to be agreed on; an SRC that gave us the
   * connection expects it). What came over TLS is answered over nothing less. Undefined when there is no way.
   */
  async wayOf(request: SipRequest, latest: Way): Promise<Way | undefined> {
    const transport = this.#open();
    if (latest.protocol !== 'UDP' && transport.isOpen(latest)) return latest;
    const uri = parseUri(nextHop(request));
    if (uri === undefined) return undefined;
    const protocol = protocolTo(uri, latest);
    const port = uri.port ?? (protocol === 'TLS' ? 5061 : 5060);
    return transport.wayTo(protocol, { host: hostFromUri(uri.host), port }, latest.peerNames);
  }

  /** A way to a server that we were told of. */
  wayTo(protocol: Protocol, remote: HostPort): Promise<Way | undefined> {
    return this.#open().wayTo(protocol, remote);
  }

  /** @throws Error when there is no route to the peer. */
  localHostOf(way: Way): Promise<string> {
    return this.#open().localHostOf(way);
  }

  /** Forgets all transactions and closes the sockets. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.stop();
    this.#client.stop();
    await this.#transport?.[Symbol.asyncDispose]();
  }

  #open(): SipTransport {
    if (this.#transport === undefined) throw new Error('The SIP endpoint is not open.');
    return this.#transport;
  }

  #send(way: Way, bytes: Uint8Array, onFailed: () => void): void {
    this.#open().send(way, bytes, () => {
      this.counts.unsent += 1;
      onFailed();
    });
  }

  /**
   * RFC 3261 §18.2.2, RFC 3581 §4. Over TCP and TLS an answer goes on the connection of its request and nowhere else: a place
   * to connect to that the peer only names would let it point us at others.
   */
  #sendResponse(response: SipResponse, way: Way, onFailed: () => void): void {
    const to: Way = way.protocol === 'UDP' ? { protocol: 'UDP', remote: responseTarget(response.via) } : way;
    this.#send(to, serializeMessage(response), onFailed);
  }

  /** One bad message must not end the others: whatever goes wrong with it is reported and stays with it. */
  #arrive(arrival: Arrival): void {
    // The sockets are bound one after the other; until both are, nothing can be answered and peers ask again.
    if (this.#transport === undefined) return;
    try {
      if (arrival.kind === 'refused') this.#refuse(arrival.fault, arrival.way);
      else if (arrival.message.kind === 'request') this.#takeRequest(arrival.message, arrival.way);
      else if (!this.#client.take(arrival.message)) this.counts.strayResponses += 1;
    } catch (error) {
      this.#options.report(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** A message that cannot be read is answered where that is possible, to where it came from. */
  #refuse(fault: SipFault, way: Way): void {
    const refusal = buildRefusal(fault, uniqueText());
    if (refusal === undefined) {
      this.counts.dropped += 1;
      return;
    }
    this.counts.malformed += 1;
    this.#send(way, serializeMessage(refusal), () => undefined);
  }

  #takeRequest(message: SipRequest, way: Way): void {
    const request = withSource(message, way.remote);
    const key = serverTransactionKey(request);
    if (this.#server.takeAgain(key, request)) return;
    if (request.method === 'ACK') {
      this.#options.user.takeAck(request, way);
      return;
    }
    this.#options.observe?.sipAsked(request.method);
    if (this.#server.count >= (this.#options.transactionsMax ?? sipEdgeLimits.transactionsMax)) {
      this.counts.overloads += 1;
      this.#options.observe?.sipAnswered(request.method, 503);
      const headers = [retryAfter(sipEdgeLimits.retryAfterSeconds)];
      this.#sendResponse(buildResponse(request, 503, { toTag: uniqueText(), headers }), way, () => undefined);
      return;
    }
    const incoming = this.#server.begin(key, request, way);
    const refusal = refusalOf(request, this.#options.abilities);
    if (refusal !== undefined) answer(incoming, refusal.status, refusal);
    else if (request.method === 'CANCEL') this.#takeCancel(incoming);
    else this.#options.user.takeRequest(incoming);
  }

  /** RFC 3261 §9.2. */
  #takeCancel(cancel: IncomingRequest): void {
    const key = cancelledTransactionKey(cancel.request);
    const found = this.#server.pendingInvite(key);
    // §22.1: a CANCEL proves nothing by itself, so it has to come from where its INVITE came from.
    const pending = found?.way.remote.host === cancel.way.remote.host ? found : undefined;
    const isKnown = pending !== undefined || (found === undefined && this.#server.has(key));
    answer(cancel, isKnown ? 200 : 481);
    if (pending !== undefined) this.#options.user.takeCancel(pending);
  }
}
