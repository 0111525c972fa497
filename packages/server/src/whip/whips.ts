/** The WHIP edge: offers come in by HTTP, publications go on, and how all of it ends. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CancelTimer, Fault, type RequestId } from '@tacet/domain';
import { type Publisher, PublishingTokens } from '../publishing-tokens.ts';
import { remoteAddress } from '../remote-address.ts';
import { whipLimits } from './limits.ts';
import { Publication, type WhipGround } from './publication.ts';
import { readOffer } from './read-offer.ts';

const path = '/tacet/whip';
const sessionPath = `${path}/`;
const mediaTypes = ['screenshare', 'video'] as const;

type Refusal = 400 | 401 | 404 | 405 | 409 | 413 | 415 | 422 | 503;

const texts: { readonly [status in Refusal]: string } = {
  400: 'The offer cannot be read.',
  401: 'The bearer token is none that may publish here.',
  404: 'There is no such publication, or its conversation is over.',
  405: 'That cannot be done with a publication.',
  409: 'The recording could not begin.',
  413: 'The offer is too long.',
  415: 'An offer comes as application/sdp.',
  422: 'Nothing in the offer can be recorded: it takes VP8 or Opus that the client sends.',
  503: 'Nothing can be recorded now.',
};

const statusOf: { readonly [code: string]: Refusal | undefined } = {
  conversationUnknown: 404,
  offerUnacceptable: 400,
};

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^bearer +([\w.-]{20,10000})$/i.exec(headers.authorization?.trim() ?? '')?.[1];
}

export class Whips {
  readonly #tokens: PublishingTokens;
  readonly #ground: WhipGround;
  readonly #publications = new Map<string, Publication>();
  readonly #forget: (() => void)[];
  #cancelBeat: CancelTimer = () => undefined;
  /** One after the other: the library looks for a free port and binds it a moment later. */
  #turn: Promise<unknown> = Promise.resolve();
  #isStopping = false;

  constructor(ground: WhipGround) {
    this.#ground = ground;
    const { control } = ground;
    this.#tokens = new PublishingTokens(control.keys, control.clock);
    const each = (): readonly Publication[] => [...this.#publications.values()];
    this.#forget = [
      control.sources.onEnd((id) =>
        each()
          .find(({ recordingId }) => recordingId === id)
          ?.over(),
      ),
      control.sources.onChange((id) => {
        for (const one of each()) if (one.conversationId === id) one.conversationChanged();
      }),
    ];
    this.#beat();
  }

  get publicationCount(): number {
    return this.#publications.size;
  }

  handlesPath(url: string): boolean {
    return url === path || url.startsWith(`${path}?`) || url.startsWith(sessionPath);
  }

  /** Answers a request whose body has not been read. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response).catch((error: unknown) => {
      this.#ground.control.report(error instanceof Error ? error : new Error(String(error)));
      response.destroy();
    });
  }

  /** Ends every recording in order. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#cancelBeat();
    for (const forget of this.#forget) forget();
    await this.#turn;
    await Promise.all([...this.#publications.values()].map((one) => one.end()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    // What is left of a body that nobody reads must not wait in the connection.
    if (method === 'OPTIONS') {
      response.writeHead(204, { 'accept-post': 'application/sdp', allow: 'POST, OPTIONS' }).end();
      return;
    }
    const publisher = this.#tokens.read(bearerOf(request) ?? '', mediaTypes);
    // Rule: whoever shows no token for a conversation publishes nothing into it
    if (publisher === undefined) return refuse(response, 401, { 'www-authenticate': 'Bearer' });
    if (url.startsWith(sessionPath)) return this.#answerSession(request, response, publisher);
    if (method !== 'POST') return refuse(response, 405, { allow: 'POST, OPTIONS' });
    return this.#publish(request, response, publisher);
  }

  async #publish(request: IncomingMessage, response: ServerResponse, publisher: Publisher): Promise<void> {
    const offer = await readOffer(request);
    if (typeof offer === 'number') return refuse(response, offer);
    if (this.#isStopping || this.#publications.size >= whipLimits.publicationsMax) return refuse(response, 503);
    const requestId = this.#ground.control.ids.next<RequestId>();
    const asked = { ...publisher.by, from: remoteAddress(request), door: `POST ${path}`, requestId };
    const publication = new Publication(this.#ground, publisher, asked, (one) => this.#publications.delete(one.id));
    this.#publications.set(publication.id, publication);
    const answering = this.#turn.then(() => publication.begin(offer));
    this.#turn = answering.catch(() => undefined);
    try {
      const answer = await answering;
      if (answer === undefined) {
        this.#publications.delete(publication.id);
        return refuse(response, 422);
      }
      // RFC 9725 §4.2: the session has a URL of its own, with which it is ended.
      const headers = { 'content-type': 'application/sdp', location: `${sessionPath}${publication.id}` };
      response.writeHead(201, headers).end(answer);
    } catch (error) {
      this.#publications.delete(publication.id);
      if (!(error instanceof Fault)) throw error;
      this.#ground.log.warn('whipRefused', { fault: error.code });
      refuse(response, statusOf[error.code] ?? (error.kind === 'unavailable' ? 503 : 409));
    }
  }

  async #answerSession(
    { method, url = '' }: IncomingMessage,
    response: ServerResponse,
    publisher: Publisher,
  ): Promise<void> {
    const publication = this.#publications.get(url.slice(sessionPath.length).split('?')[0] ?? '');
    // Rule: a publication is ended with the token that began it, and with no other
    if (publication === undefined || publication.publisher.id !== publisher.id) return refuse(response, 404);
    // RFC 9725 §4.3: who does not take trickled candidates says so; all of ours stand in the answer.
    if (method !== 'DELETE') return refuse(response, 405, { allow: 'DELETE, OPTIONS' });
    await publication.end();
    response.writeHead(200).end();
  }

  #beat(): void {
    const { clock } = this.#ground.control;
    this.#cancelBeat = clock.later(whipLimits.beatMs, () => {
      for (const publication of this.#publications.values()) publication.beat(clock.now());
      this.#beat();
    });
  }
}

function refuse(response: ServerResponse, status: Refusal, headers: { readonly [name: string]: string } = {}): void {
  const body = `${texts[status]}\n`;
  response
    .writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    .end(body);
}
