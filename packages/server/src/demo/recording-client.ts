/** A small SRC (RFC 7866 §6.1): places a recording session with a server, changes it, keeps it alive and ends it. */
import type { Clock } from '@tacet/domain';
import { parseDescription } from '@tacet/wire/sdp';
import {
  agreedSessionTimer,
  buildAckOfSuccess,
  buildCancel,
  buildInDialog,
  buildRequest,
  type Dialog,
  dialogAsClient,
  dialogKey,
  dialogKeyOf,
  type HostPort,
  type MessageBody,
  offerSessionTimer,
  ownVia,
  planSessionTimer,
  type SessionTimer,
  type SipHeader,
  type SipRequest,
  type SipResponse,
  type Via,
  withTarget,
} from '@tacet/wire/sip';
import { answer } from '../sip/answers.ts';
import { SipEndpoint } from '../sip/endpoint.ts';
import type { IncomingRequest } from '../sip/endpoint-user.ts';
import { hostInUri } from '../sip/host-text.ts';
import { TimerSet } from '../sip/timer-set.ts';
import type { SipTlsOptions } from '../sip/tls-carrier.ts';
import { uniqueText } from '../sip/unique-text.ts';
import type { Protocol, Way } from '../sip/way.ts';
import { steadyClock, takeEpoch } from '../steady-clock.ts';
import {
  type AcceptedStream,
  acceptedStreams,
  metadataOf,
  multipartOf,
  offerOf,
  type RecordedCall,
} from './call-body.ts';
import { RequestRefused } from './request-refused.ts';

export interface RecordingClientOptions {
  readonly serverAddress: HostPort;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Needed for `tls`: where requests of the server are taken, and what proves who we are. */
  readonly tls?: SipTlsOptions;
  /** The address of ours that we listen and send on. */
  readonly localHost?: string;
  readonly clock?: Clock;
  /** The session interval that is asked for, in seconds; at least 90. */
  readonly sessionSeconds?: number;
  /** Whether we want to be told what becomes of our recording (RFC 7866 §6.3). */
  readonly isRecordAware?: boolean;
  /** Our answer to an offer of the server's; 200 when it gives nothing. */
  readonly answerTo?: (request: SipRequest) => number | undefined;
}

/** How long a final answer to an INVITE is waited for. */
const answerMsMax = 60_000;

const protocols = { udp: 'UDP', tcp: 'TCP', tls: 'TLS' } as const;

interface Parts {
  readonly headers?: readonly SipHeader[];
  readonly body?: MessageBody;
}

interface Sent {
  readonly request: SipRequest;
  readonly way: Way;
}

/** The call as we send it when the server wants nothing of a stream: that is inactive then (RFC 3264 §6.1). */
function answering(call: RecordedCall, { body }: SipRequest): RecordedCall {
  const offer = parseDescription(body);
  if (!offer.ok) return call;
  const streams = call.streams.map((stream, place) => {
    const isUnwanted = offer.value.media[place]?.attributes.some(({ name }) => name === 'inactive') === true;
    return isUnwanted ? { ...stream, isInactive: true } : stream;
  });
  return { ...call, streams };
}

export class RecordingClient implements AsyncDisposable {
  /** In the order of the offer, after `invite` and each `reinvite`. */
  streams: readonly AcceptedStream[] = [];
  /** Resolves when the recording session is over, with who said BYE. */
  readonly ended: Promise<'us' | 'server'>;
  readonly callId: string = `${uniqueText()}@src`;
  /** What the server offered within the recording session, oldest first. */
  readonly offers: SipRequest[] = [];
  readonly #options: RecordingClientOptions;
  readonly #clock: Clock;
  readonly #timers: TimerSet<'refresh' | 'answer'>;
  readonly #sessionId = String(Number.parseInt(uniqueText().slice(0, 12), 16));
  #end: (by: 'us' | 'server') => void = () => undefined;
  #version = 0;
  #isOver = false;
  #endpoint: SipEndpoint | undefined;
  #way: Way | undefined;
  #dialog: Dialog | undefined;
  #invite: Sent | undefined;
  #call: RecordedCall | undefined;

  constructor(options: RecordingClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? steadyClock(takeEpoch());
    this.#timers = new TimerSet(this.#clock);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /**
   * Places the recording session; resolves when it is accepted and acknowledged.
   * @throws RequestRefused.
   */
  async invite(call: RecordedCall): Promise<void> {
    const body = multipartOf(this.#offer(call), metadataOf(call));
    const response = await this.inviteWith({ body });
    if (response.status >= 300) throw new RequestRefused(response);
    this.#call = call;
  }

  /** An INVITE with any body, for those who want to see what a server makes of it; a 2xx is acknowledged. */
  async inviteWith(parts: Parts): Promise<SipResponse> {
    const endpoint = await this.#open();
    const { host, port } = this.#options.serverAddress;
    const uri = `sip:recorder@${hostInUri(host)}:${port}`;
    const own = `sip:src@${hostInUri(this.#localHost)}`;
    const request = buildRequest({
      method: 'INVITE',
      uri,
      via: this.#via(),
      from: { displayName: undefined, uri: own, parameters: [{ name: 'tag', value: uniqueText() }] },
      to: { displayName: undefined, uri, parameters: [] },
      callId: this.callId,
      sequence: 1,
      headers: [{ name: 'Require', value: 'siprec' }, ...this.#headers(), ...(parts.headers ?? [])],
      ...(parts.body === undefined ? {} : { body: parts.body }),
    });
    const way = this.#known(this.#way);
    this.#invite = { request, way };
    return this.#placeInvite(endpoint, { request, way });
  }

  /** Asks to drop an INVITE that has no answer yet; the status of the answer to CANCEL. */
  async cancel(): Promise<number> {
    const { request, way } = this.#known(this.#invite);
    const response = await (await this.#open()).ask(buildCancel(request), way);
    return response?.status ?? 408;
  }

  /**
   * Changes the call: a new offer and complete metadata in one re-INVITE.
   * @throws RequestRefused.
   */
  async reinvite(call: RecordedCall): Promise<void> {
    const response = await this.reinviteWith({ body: multipartOf(this.#offer(call), metadataOf(call)) });
    if (response.status >= 300) throw new RequestRefused(response);
    this.#call = call;
  }

  /** A re-INVITE with any body; a 2xx is acknowledged, and an offer in it answered when `answerWith` is given. */
  async reinviteWith(parts: Parts, answerWith?: MessageBody): Promise<SipResponse> {
    const sent = await this.#inDialog('INVITE', { ...parts, headers: [...this.#headers(), ...(parts.headers ?? [])] });
    return this.#placeInvite(await this.#open(), sent, answerWith);
  }

  /** UPDATE (RFC 3311) with metadata, an offer, or nothing. */
  update(parts: Parts = {}): Promise<SipResponse> {
    return this.send('UPDATE', { ...parts, headers: [...this.#headers(), ...(parts.headers ?? [])] });
  }

  /**
   * Any request inside the dialog but INVITE, ACK and CANCEL.
   * @throws RequestRefused when there is no answer.
   */
  async send(method: string, parts: Parts = {}): Promise<SipResponse> {
    const { request, way } = await this.#inDialog(method, parts);
    const response = await (await this.#open()).ask(request, way);
    if (response === undefined) throw new RequestRefused(undefined);
    if (method === 'UPDATE' && response.status < 300) this.#keepAlive(response);
    return response;
  }

  /** What we answer offers of the server's with from now on, without having offered it ourselves. */
  sendsAgain(call: RecordedCall): void {
    this.#call = call;
  }

  /** Ends the recording session; one that is over stays so. */
  async bye(): Promise<void> {
    if (this.#dialog === undefined) return;
    const { request, way } = await this.#inDialog('BYE', {});
    this.#forget('us');
    await (await this.#open()).ask(request, way);
  }

  /** Closes the sockets; a recording session that goes on is left to its server. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers.stopAll();
    await this.#endpoint?.[Symbol.asyncDispose]();
    this.#endpoint = undefined;
  }

  get #protocol(): Protocol {
    return protocols[this.#options.transport];
  }

  get #localHost(): string {
    return this.#options.localHost ?? '127.0.0.1';
  }

  #offer(call: RecordedCall): MessageBody {
    this.#version += 1;
    return offerOf(call, { address: this.#localHost, sessionId: this.#sessionId, version: this.#version });
  }

  async #open(): Promise<SipEndpoint> {
    if (this.#endpoint !== undefined) return this.#endpoint;
    const endpoint = await SipEndpoint.open({
      listen: { host: this.#localHost, port: 0 },
      ...(this.#options.tls === undefined ? {} : { tls: this.#options.tls }),
      clock: this.#clock,
      abilities: { methods: ['ACK', 'BYE', 'CANCEL', 'INVITE', 'OPTIONS', 'UPDATE'], optionTags: ['timer'] },
      user: {
        takeRequest: (incoming) => this.#takeRequest(incoming),
        takeAck: () => undefined,
        takeCancel: () => undefined,
      },
      report: () => undefined,
    });
    this.#endpoint = endpoint;
    this.#way = await endpoint.wayTo(this.#protocol, this.#options.serverAddress);
    if (this.#way === undefined) throw new RequestRefused(undefined);
    return endpoint;
  }

  #via(): Via {
    const transport = this.#protocol;
    const port = this.#endpoint?.portOf(transport) ?? 0;
    return ownVia({ transport, host: hostInUri(this.#localHost), port, unique: uniqueText() });
  }

  #headers(): readonly SipHeader[] {
    const port = this.#endpoint?.portOf(this.#protocol) ?? 0;
    const transport = this.#options.transport === 'udp' ? '' : `;transport=${this.#options.transport}`;
    return [
      { name: 'Contact', value: `<sip:src@${hostInUri(this.#localHost)}:${port}${transport}>;+sip.src` },
      { name: 'Allow', value: 'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE' },
      { name: 'User-Agent', value: 'Tacet demo SRC' },
      ...offerSessionTimer({ seconds: this.#options.sessionSeconds ?? 1_800, refresher: 'uac' }),
      ...(this.#options.isRecordAware === true ? [{ name: 'Supported', value: 'record-aware' }] : []),
    ];
  }

  async #inDialog(method: string, parts: Parts): Promise<Sent> {
    const endpoint = await this.#open();
    const { request, next } = buildInDialog(this.#known(this.#dialog), { method, via: this.#via(), ...parts });
    this.#dialog = next;
    const way = await endpoint.wayOf(request, this.#known(this.#way));
    if (way === undefined) throw new RequestRefused(undefined);
    return { request, way };
  }

  /** The final answer; a 2xx is acknowledged each time it comes (RFC 3261 §13.2.2.4). */
  #placeInvite(endpoint: SipEndpoint, { request, way }: Sent, answerWith?: MessageBody): Promise<SipResponse> {
    return new Promise((resolve, reject) => {
      // A server that said it is trying and then crashed never answers, and the transaction waits for ever (RFC 3261 §17.1.1.2).
      this.#timers.start('answer', answerMsMax, () => {
        endpoint.ask(buildCancel(request), way).catch(() => undefined);
        reject(new RequestRefused(undefined));
      });
      endpoint.request(request, way, {
        onResponse: (response) => {
          if (response.status < 200) return;
          this.#timers.stop('answer');
          if (response.status < 300) this.#acknowledge(endpoint, { request, way }, response, answerWith);
          resolve(response);
        },
        onFailure: () => {
          this.#timers.stop('answer');
          reject(new RequestRefused(undefined));
        },
      });
    });
  }

  #acknowledge(endpoint: SipEndpoint, { request, way }: Sent, response: SipResponse, answerWith?: MessageBody): void {
    this.#dialog = this.#dialog === undefined ? dialogAsClient(request, response) : withTarget(this.#dialog, response);
    if (this.#dialog === undefined) return;
    const body = answerWith === undefined ? {} : { body: answerWith };
    const ack = buildAckOfSuccess(this.#dialog, request.cseq.number, { via: this.#via(), ...body });
    // Over UDP the ACK goes where the server wants to be reached, which need not be where the INVITE went.
    endpoint
      .wayOf(ack, way)
      .then((ackWay) => endpoint.sendAck(ack, ackWay ?? way))
      .catch(() => undefined);
    if (this.#isOver) return;
    this.streams = acceptedStreams(response.body);
    this.#keepAlive(response);
  }

  #keepAlive(response: SipResponse): void {
    const timer: SessionTimer | undefined = agreedSessionTimer(response);
    this.#timers.stop('refresh');
    if (timer === undefined) return;
    const now = this.#clock.now();
    const { refreshAtMs } = planSessionTimer(timer, 'uac', now);
    if (refreshAtMs === undefined) return;
    this.#timers.start('refresh', refreshAtMs - now, () => {
      // A refresh that fails is noticed by the server, which then ends the recording session.
      this.update().catch(() => undefined);
    });
  }

  #takeRequest(incoming: IncomingRequest): void {
    const { request } = incoming;
    const dialog = this.#dialog;
    const isOurs =
      dialog !== undefined && dialogKeyOf(request) === dialogKey(dialog.callId, dialog.localTag, dialog.remoteTag);
    if (!isOurs) {
      answer(incoming, request.method === 'OPTIONS' ? 200 : 481);
      return;
    }
    const isOffer = request.method === 'INVITE' || (request.method === 'UPDATE' && request.body.length > 0);
    const status = (isOffer ? this.#options.answerTo?.(request) : undefined) ?? 200;
    if (isOffer) this.offers.push(request);
    if (status >= 300) {
      answer(incoming, status);
      return;
    }
    const offered = isOffer ? this.#call : undefined;
    const body = offered === undefined ? {} : { body: this.#offer(answering(offered, request)) };
    answer(incoming, 200, { headers: this.#headers(), ...body });
    if (request.method === 'BYE') this.#forget('server');
  }

  #forget(by: 'us' | 'server'): void {
    this.#isOver = true;
    this.#dialog = undefined;
    this.#timers.stopAll();
    this.#end(by);
  }

  #known<T>(value: T | undefined): T {
    if (value === undefined) throw new Error('There is no recording session to do this in.');
    return value;
  }
}
