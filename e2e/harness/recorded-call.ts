/** A two-party call of marked streams, copied to a server by a small SRC of ours. */
import type { RecordedCall as CallTold } from '../../packages/server/src/demo/call-body.ts';
import { RecordingClient } from '../../packages/server/src/demo/recording-client.ts';
import type { Api } from './api.ts';
import type { SentFrame } from './marked-sender.ts';
import { MarkedStreams } from './marked-streams.ts';
import type { TacetServer } from './tacet-server.ts';
import { whenNotBusy } from './when-not-busy.ts';

export interface CallOptions {
  /** Id of the communication session; a call with the same one joins its conversation. */
  readonly communicationSessionId: string;
  /** The stream numbers in the marks. */
  readonly marks?: readonly [number, number];
  /** How its signalling comes; over UDP when left out. */
  readonly transport?: 'udp' | 'tcp';
}

/** The conversation that the server made of a call. */
export async function conversationOf(
  api: Api,
  { communicationSessionId }: Pick<RecordedCall, 'communicationSessionId'>,
): Promise<string> {
  const found = (await api.activeConversations(communicationSessionId)).find(({ externalIds }) =>
    externalIds?.some(({ name, value }) => name === 'communicationSession' && value === communicationSessionId),
  );
  if (found === undefined) throw new Error('The call is in no conversation.');
  return found.id;
}

export class RecordedCall implements AsyncDisposable {
  readonly communicationSessionId: string;
  /** The stream numbers in the marks. */
  readonly marks: readonly [number, number];
  readonly #source: RecordingClient;
  readonly #streams: MarkedStreams;

  private constructor(
    { communicationSessionId, marks }: Pick<RecordedCall, 'communicationSessionId' | 'marks'>,
    source: RecordingClient,
    streams: MarkedStreams,
  ) {
    this.communicationSessionId = communicationSessionId;
    this.marks = marks;
    this.#source = source;
    this.#streams = streams;
  }

  get #told(): CallTold {
    const [first = 0, second = 0] = this.#streams.ports;
    return {
      communicationSessionId: this.communicationSessionId,
      participants: [
        { id: 'caller', address: 'sip:+4930555001@carrier.example', name: 'Caller' },
        { id: 'agent', address: 'sip:agent7@pbx.example', name: 'Agent' },
      ],
      streams: [
        { label: '1', from: ['caller'], port: first },
        { label: '2', from: ['agent'], port: second },
      ],
    };
  }

  /**
   * Places the call and begins to talk; a server that says that its machine has too much to do is asked again.
   * @throws RequestRefused.
   */
  static place(server: TacetServer, options: CallOptions): Promise<RecordedCall> {
    return whenNotBusy(server, () => RecordedCall.#placeNow(server, options));
  }

  static async #placeNow(server: TacetServer, options: CallOptions): Promise<RecordedCall> {
    const { communicationSessionId, marks = [1, 2], transport = 'udp' } = options;
    const streams = await MarkedStreams.open(...marks);
    const source = new RecordingClient({ serverAddress: server.sip, transport });
    const call = new RecordedCall({ communicationSessionId, marks }, source, streams);
    try {
      await source.invite(call.#told);
    } catch (error) {
      await call[Symbol.asyncDispose]();
      throw error;
    }
    streams.start(source.streams.map(({ address, port }) => ({ host: address, port })));
    return call;
  }

  /** Resolves when the recording session is over, with who ended it. */
  get ended(): Promise<'us' | 'server'> {
    return this.#source.ended;
  }

  /** The ports of the server that the streams go to, as its latest answer has them. */
  get serverPorts(): readonly number[] {
    return this.#source.streams.map(({ port }) => port);
  }

  /** The same call told once more, in a re-INVITE. @throws RequestRefused. */
  async reinvite(): Promise<void> {
    await this.#source.reinvite(this.#told);
  }

  /** Falls silent. @returns everything that was sent, by stream. */
  fallSilent(): Promise<readonly (readonly SentFrame[])[]> {
    return this.#streams.stop();
  }

  /** Talks on to the same ports, from where it fell silent. */
  talkOn(): void {
    this.#streams.start(this.#source.streams.map(({ address, port }) => ({ host: address, port })));
  }

  /** Falls silent, then hangs up. @returns everything that was sent, by stream. */
  async hangUp(): Promise<readonly (readonly SentFrame[])[]> {
    const sent = await this.fallSilent();
    await this.#source.bye();
    return sent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#source[Symbol.asyncDispose](), this.#streams[Symbol.asyncDispose]()]);
  }
}
