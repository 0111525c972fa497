/** Many INVITEs at once from one source: each asked again until it is answered, acknowledged, and its answers kept. */
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { type HostPort, parseMessage, type SipResponse, StreamFramer, tagOf } from '@tacet/wire/sip';
import { callBody, requestBytes } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';

/** What came of one INVITE. */
interface Asked {
  readonly bytes: Uint8Array;
  sentCount: number;
  nextAt: number;
  /** By status and tag, so that repetitions count once. */
  readonly finals: Map<string, SipResponse>;
}

export interface Flood extends AsyncDisposable {
  /** INVITEs that were answered finally, out of all. */
  readonly answeredCount: number;
  readonly askedCount: number;
  /** What each INVITE was answered: one answer, unless something is wrong. */
  readonly outcomes: readonly (readonly SipResponse[])[];
  /** Sends so many new INVITEs now, each of a conversation of its own. */
  invite(count: number): void;
  /** Ends with BYE what was begun; told again, it asks again. */
  bye(): void;
}

/** RFC 3261 §17.1.1.2: T1, and twice as long each time. */
const firstWaitMs = 500;

/** Of this process, so that no two floods have the same names. */
let sources = 0;

interface Line {
  readonly via: 'UDP' | 'TCP';
  send(bytes: Uint8Array): void;
  close(): Promise<void>;
}

class Flooding implements Flood {
  answeredCount = 0;
  askedCount = 0;
  readonly #asked = new Map<string, Asked>();
  readonly #name: string;
  #line: Line | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    sources += 1;
    this.#name = `flood${process.pid}x${sources}`;
  }

  get outcomes(): readonly (readonly SipResponse[])[] {
    return [...this.#asked.values()].map(({ finals }) => [...finals.values()]);
  }

  start(line: Line): this {
    this.#line = line;
    // Over TCP nothing is lost, and nothing asked again.
    if (line.via === 'UDP') this.#timer = setInterval(() => this.#askAgain(), 50);
    return this;
  }

  invite(count: number): void {
    for (let turn = 0; turn < count; turn += 1) {
      this.askedCount += 1;
      const callId = `${this.#name}-${this.askedCount}`;
      const id = Buffer.from(callId).toString('base64');
      const call = callBody(someCall({ communicationSessionId: id, groupId: id }));
      const bytes = requestBytes({ method: 'INVITE', callId, via: this.#via(`i${callId}`), ...call });
      const asked = { bytes, sentCount: 1, nextAt: Date.now() + firstWaitMs, finals: new Map() };
      this.#asked.set(callId, asked);
      this.#line?.send(bytes);
    }
  }

  bye(): void {
    for (const [callId, { finals }] of this.#asked) {
      const answer = [...finals.values()].find(({ status }) => status === 200);
      if (answer !== undefined) this.#line?.send(this.#later('BYE', callId, answer));
    }
  }

  take(message: SipResponse): void {
    const { callId, status, cseq } = message;
    if (status < 200 || cseq.method !== 'INVITE') return;
    const asked = this.#asked.get(callId);
    if (asked === undefined) throw new Error(`nobody asked ${callId}`);
    if (asked.finals.size === 0) this.answeredCount += 1;
    asked.finals.set(`${status} ${tagOf(message.to)}`, message);
    this.#line?.send(this.#later('ACK', callId, message));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#line?.close();
  }

  #via(branch: string): string {
    return `Via: SIP/2.0/${this.#line?.via ?? 'UDP'} peer.invalid:5099;branch=z9hG4bK${branch};rport`;
  }

  /** The ACK of a refusal is in the transaction of its INVITE (RFC 3261 §17.1.1.3). */
  #later(method: 'ACK' | 'BYE', callId: string, answer: SipResponse): Uint8Array {
    const isSame = method === 'ACK' && answer.status >= 300;
    const via = this.#via(isSame ? `i${callId}` : `${method}${callId}`);
    const sequence = method === 'ACK' ? 1 : 2;
    return requestBytes({ method, callId, via, sequence, toTag: tagOf(answer.to) ?? '' });
  }

  #askAgain(): void {
    const now = Date.now();
    for (const asked of this.#asked.values()) {
      if (asked.finals.size > 0 || asked.nextAt > now) continue;
      asked.nextAt = now + firstWaitMs * 2 ** asked.sentCount;
      asked.sentCount += 1;
      this.#line?.send(asked.bytes);
    }
  }
}

export async function udpFlood(to: HostPort): Promise<Flood> {
  const flood = new Flooding();
  const socket = createSocket('udp4');
  socket.on('message', (bytes) => {
    const parsed = parseMessage(bytes);
    if (parsed.ok && parsed.message.kind === 'response') flood.take(parsed.message);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return flood.start({
    via: 'UDP',
    send: (bytes) => socket.send(bytes, to.port, to.host),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  });
}

function connected(to: HostPort): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: to.host, port: to.port, noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

export async function tcpFlood(to: HostPort): Promise<Flood> {
  const flood = new Flooding();
  const framer = new StreamFramer();
  const socket = await connected(to);
  socket.on('data', (bytes) => {
    for (const event of framer.feed(bytes)) {
      if (event.kind === 'message' && event.message.kind === 'response') flood.take(event.message);
    }
  });
  return flood.start({
    via: 'TCP',
    send: (bytes) => socket.write(bytes),
    close: async () => socket.destroySoon(),
  });
}
