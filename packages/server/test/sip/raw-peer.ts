/** A peer that sends exactly the bytes it is told to, over UDP or TCP, and keeps what comes back. */
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectSecured } from 'node:tls';
import { type HostPort, parseMessage, type SipMessage, StreamFramer, tagOf } from '@tacet/wire/sip';
import { metadataOf, multipartOf, offerOf, type RecordedCall } from '../../src/demo/call-body.ts';
import { until } from './sip-under-test.ts';

export interface RawPeer extends AsyncDisposable {
  readonly port: number;
  /** Messages that came, in order. */
  readonly heard: readonly SipMessage[];
  /** Everything that came, as text. */
  readonly text: string;
  /** The same in hexadecimal digits, of what came over UDP. */
  readonly hex: string;
  readonly isClosed: boolean;
  send(bytes: string | Uint8Array): void;
  /** What `next` would give now. */
  readonly upcoming: SipMessage | undefined;
  /** The next message that no earlier call has given. */
  next(what?: string): Promise<SipMessage>;
}

abstract class Peer {
  readonly heard: SipMessage[] = [];
  text = '';
  hex = '';
  isClosed = false;
  #given = 0;

  get upcoming(): SipMessage | undefined {
    return this.heard[this.#given];
  }

  async next(what: string = 'a message'): Promise<SipMessage> {
    await until(what, () => this.heard.length > this.#given);
    const message = this.heard[this.#given];
    this.#given += 1;
    if (message === undefined) throw new Error(`never came: ${what}`);
    return message;
  }
}

class UdpPeer extends Peer implements RawPeer {
  readonly #socket = createSocket('udp4');
  readonly #to: HostPort;
  #sent: Promise<void> = Promise.resolve();

  constructor(to: HostPort) {
    super();
    this.#to = to;
    this.#socket.on('message', (bytes) => {
      this.text += bytes.toString();
      this.hex += bytes.toString('hex');
      const parsed = parseMessage(bytes);
      if (parsed.ok) this.heard.push(parsed.message);
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  bind(host: string): Promise<void> {
    return new Promise((resolve) => this.#socket.bind(0, host, resolve));
  }

  send(bytes: string | Uint8Array): void {
    this.#sent = new Promise((resolve) => this.#socket.send(bytes, this.#to.port, this.#to.host, () => resolve()));
  }

  /** A socket that closes drops what it has not handed on yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sent;
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

class StreamPeer extends Peer implements RawPeer {
  readonly #socket: Socket;
  readonly #framer = new StreamFramer();

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    this.#socket.on('data', (bytes) => {
      this.text += bytes.toString();
      for (const event of this.#framer.feed(bytes)) if (event.kind === 'message') this.heard.push(event.message);
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.isClosed = true;
    });
  }

  get port(): number {
    return this.#socket.localPort ?? 0;
  }

  connected(isReady: 'connect' | 'secureConnect'): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once(isReady, resolve);
      this.#socket.once('error', reject);
    });
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroySoon();
  }
}

/** @param host the address of ours that it sends from. */
export async function udpPeer(to: HostPort, host: string = '127.0.0.1'): Promise<RawPeer> {
  const peer = new UdpPeer(to);
  await peer.bind(host);
  return peer;
}

export async function tcpPeer(to: HostPort): Promise<RawPeer> {
  const peer = new StreamPeer(connect({ host: to.host, port: to.port, noDelay: true }));
  await peer.connected('connect');
  return peer;
}

/** A peer over TLS, and what the server's certificate says it is. */
export interface TlsPeer extends RawPeer {
  readonly certificateName: string;
}

export async function tlsPeer(to: HostPort, options: ConnectionOptions): Promise<TlsPeer> {
  const socket = connectSecured({ ...options, host: to.host, port: to.port });
  const peer = new StreamPeer(socket);
  await peer.connected('secureConnect');
  return Object.assign(peer, { certificateName: String(socket.getPeerCertificate().subject.CN) });
}

export interface RequestText {
  readonly method: string;
  /** The whole line, without its end; `rport` is asked for unless this says otherwise. */
  readonly via?: string;
  readonly branch?: string;
  readonly uri?: string;
  readonly callId?: string;
  readonly sequence?: number;
  readonly toTag?: string;
  /** Lines without their ends. */
  readonly headers?: readonly string[];
  /** Where the peer takes requests; a port that nobody listens on unless said otherwise. */
  readonly contactPort?: number;
  readonly contentType?: string;
  readonly body?: string | Uint8Array;
}

let branches = 0;

/** A request as bytes, well formed unless the parts are not. */
export function requestBytes(parts: RequestText): Uint8Array {
  branches += 1;
  const { method, branch = `z9hG4bKraw${branches}`, callId = `raw-${branches}@peer`, sequence = 1 } = parts;
  const body = Buffer.from(parts.body ?? '');
  const lines = [
    `${method} ${parts.uri ?? 'sip:recorder@127.0.0.1'} SIP/2.0`,
    parts.via ?? `Via: SIP/2.0/UDP peer.invalid:5099;branch=${branch};rport`,
    'From: <sip:src@peer.invalid>;tag=src1',
    `To: <sip:recorder@127.0.0.1>${parts.toTag === undefined ? '' : `;tag=${parts.toTag}`}`,
    `Call-ID: ${callId}`,
    `CSeq: ${sequence} ${method}`,
    `Contact: <sip:src@127.0.0.1:${parts.contactPort ?? 9}>`,
    ...(parts.headers ?? []),
    ...(parts.contentType === undefined ? [] : [`Content-Type: ${parts.contentType}`]),
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** A body for `requestBytes`: the offer and metadata of a call. */
export function callBody(call: RecordedCall): { readonly contentType: string; readonly body: Uint8Array } {
  const offer = offerOf(call, { address: '127.0.0.1', sessionId: '1', version: 1 });
  const { type, bytes } = multipartOf(offer, metadataOf(call));
  return { contentType: type, body: bytes };
}

/** The tag that the server put on To. */
export function toTagOf(message: SipMessage): string {
  return tagOf(message.to) ?? '';
}
