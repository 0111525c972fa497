/** A two-party call through rtpengine, which forks both directions to a recorder by SIPREC. */
import { parseDescription } from '@tacet/wire/sdp';
import { metadataOf, multipartOf } from '../../packages/server/src/demo/call-body.ts';
import { RecordingClient } from '../../packages/server/src/demo/recording-client.ts';
import type { SentFrame } from '../harness/marked-sender.ts';
import { MarkedStreams } from '../harness/marked-streams.ts';
import type { TacetServer } from '../harness/tacet-server.ts';
import type { Rtpengine } from './rtpengine.ts';

export interface ForkOptions {
  readonly callId: string;
  /** How the copy travels to the recorder; `RTP/SAVP` is SRTP with keys in the offer. */
  readonly transport?: 'RTP/AVP' | 'RTP/SAVP';
  /** Suites that the copy may not use, so that another one is taken. */
  readonly without?: readonly string[];
}

function phoneOffer(port: number): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  return [...head, `m=audio ${port} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000', 'a=sendrecv', ''].join('\r\n');
}

function portIn(description: string): number {
  return Number(/^m=audio (\d+)/m.exec(description)?.[1]);
}

export class ForkedCall implements AsyncDisposable {
  readonly communicationSessionId: string;
  readonly #engine: Rtpengine;
  readonly #phones: MarkedStreams;
  readonly #source: RecordingClient;

  private constructor(engine: Rtpengine, phones: MarkedStreams, source: RecordingClient, callId: string) {
    this.#engine = engine;
    this.#phones = phones;
    this.#source = source;
    this.communicationSessionId = callId;
  }

  /** Connects two phones, has what they say forked to the server, and lets them talk. @throws Error. */
  static async place(engine: Rtpengine, server: TacetServer, options: ForkOptions): Promise<ForkedCall> {
    const { callId } = options;
    const phones = await MarkedStreams.open(1, 2);
    const source = new RecordingClient({ serverAddress: server.sip, transport: 'tcp' });
    const call = new ForkedCall(engine, phones, source, callId);
    try {
      const ports = await call.#connect();
      await call.#fork(options);
      phones.start(ports.map((port) => ({ host: '127.0.0.1', port })));
      return call;
    } catch (error) {
      await call[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Both fall silent, and the recording session ends. @returns everything that was sent, by phone. */
  async hangUp(): Promise<readonly (readonly SentFrame[])[]> {
    const sent = await this.#phones.stop();
    await this.#source.bye();
    return sent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine
      .ask({ command: 'delete', 'call-id': this.communicationSessionId, 'delete-delay': 0 })
      .catch(() => undefined);
    await Promise.all([this.#source[Symbol.asyncDispose](), this.#phones[Symbol.asyncDispose]()]);
  }

  /** @returns the ports at which rtpengine hears the caller and the agent. */
  async #connect(): Promise<readonly number[]> {
    const [callerPort = 0, agentPort = 0] = this.#phones.ports;
    const about = { 'call-id': this.communicationSessionId, 'from-tag': 'caller' };
    const towardsAgent = await this.#engine.ask({ command: 'offer', ...about, sdp: phoneOffer(callerPort) });
    const answer = { command: 'answer', ...about, 'to-tag': 'agent', sdp: phoneOffer(agentPort) };
    const towardsCaller = await this.#engine.ask(answer);
    return [portIn(String(towardsCaller['sdp'])), portIn(String(towardsAgent['sdp']))];
  }

  /** What rtpengine offers is carried to the server in an INVITE, and the server's answer back. */
  async #fork({ transport = 'RTP/AVP', without = [] }: ForkOptions): Promise<void> {
    const callId = this.communicationSessionId;
    const offered = await this.#engine.ask({
      command: 'subscribe request',
      'call-id': callId,
      flags: ['all', 'SIPREC'],
      'transport-protocol': transport,
      SDES: without.map((suite) => `no-${suite}`),
    });
    const offer = String(offered['sdp']);
    const labels = offered['media-labels'] as { readonly [label: string]: { readonly tag: string } };
    const participants = [
      { id: 'caller', address: 'sip:+4930555001@carrier.example', name: 'Caller' },
      { id: 'agent', address: 'sip:agent7@pbx.example', name: 'Agent' },
    ];
    const streams = Object.entries(labels).map(([label, { tag }]) => ({ label, from: [tag], port: 1 }));
    const metadata = metadataOf({ communicationSessionId: callId, participants, streams });
    const body = multipartOf({ type: 'application/sdp', bytes: Buffer.from(offer) }, metadata);
    const { status, reason, body: answer } = await this.#source.inviteWith({ body });
    if (status !== 200 || !parseDescription(answer).ok) throw new Error(`The server refused: ${status} ${reason}`);
    await this.#engine.ask({
      command: 'subscribe answer',
      'call-id': callId,
      'to-tag': String(offered['to-tag']),
      sdp: Buffer.from(answer).toString('utf8'),
    });
  }
}
