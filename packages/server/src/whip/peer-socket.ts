/** The datagram sockets of a peer connection: when something arrived, and a fence behind all that has. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:dgram';
import type { Instant } from '@tacet/domain';
import type { RTCPeerConnection } from 'werift';

const nonceBytes = 24;
/** No first byte of STUN, DTLS or RTP (RFC 7983 §7): what else looks at the socket lets it lie. */
const nonceMark = 0xff;

/** The library has them within its ICE transports, and gives no other way to them. */
interface Within {
  readonly connection?: {
    readonly protocols?: readonly { readonly transport?: { readonly socket?: Socket } }[];
  };
}

function socketsOf(peer: RTCPeerConnection): readonly Socket[] {
  const transports = peer.iceTransports as unknown as readonly Within[];
  return transports.flatMap(({ connection }) =>
    (connection?.protocols ?? []).flatMap(({ transport }) => transport?.socket ?? []),
  );
}

export class PeerSocket {
  readonly #sockets: readonly Socket[];
  readonly #now: () => Instant;
  readonly #waiting = new Map<string, () => void>();
  #heardAt: Instant;

  /** @param peer that has gathered its candidates: its sockets are bound. */
  constructor(peer: RTCPeerConnection, now: () => Instant) {
    this.#now = now;
    this.#heardAt = now();
    this.#sockets = socketsOf(peer);
    // In front of the library, so that everything behind it happens at this instant.
    for (const socket of this.#sockets) socket.prependListener('message', (bytes: Buffer) => this.#hear(bytes));
  }

  /** How many there are; none means that the library is not as it is known here. */
  get count(): number {
    return this.#sockets.length;
  }

  /** When the datagram at hand arrived, or the last one before it. */
  get heardAt(): Instant {
    return this.#heardAt;
  }

  /**
   * Resolves when everything that had reached the sockets has been read: a datagram of our own, sent to ourselves, has
   * come through the same queue. Where that fails it does not resolve, and the gate that waits for it stays shut.
   */
  async fence(): Promise<void> {
    // Rule: a peer connection whose sockets are not known opens no gate
    if (this.#sockets.length === 0) return new Promise(() => undefined);
    await Promise.all(this.#sockets.map((socket) => this.#fenceOf(socket)));
  }

  #fenceOf(socket: Socket): Promise<void> {
    return new Promise((resolve, reject) => {
      const nonce = randomBytes(nonceBytes);
      nonce[0] = nonceMark;
      this.#waiting.set(nonce.toString('latin1'), resolve);
      const { port, address } = socket.address();
      const here = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address;
      socket.send(nonce, port, here, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  #hear(bytes: Buffer): void {
    if (this.#waiting.size > 0 && bytes.length === nonceBytes && bytes[0] === nonceMark) {
      const name = bytes.toString('latin1');
      const passed = this.#waiting.get(name);
      this.#waiting.delete(name);
      if (passed !== undefined) {
        passed();
        return;
      }
    }
    this.#heardAt = this.#now();
  }
}
