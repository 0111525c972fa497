/** Sends one G.711 stream: a packet each 20 ms by a schedule that does not drift, with payloads of the caller's. */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { CancelTimer, Clock, Instant } from '@tacet/domain';
import { writeRtpPacket } from '@tacet/wire/rtp';
import type { HostPort } from '@tacet/wire/sip';

export interface RtpSenderOptions {
  readonly clock: Clock;
  readonly codec: 'PCMU' | 'PCMA';
  /** The payload of packet `n`, from 0; 160 bytes are 20 ms. */
  readonly payload: (n: number) => Uint8Array;
  /** 32 bits, and where counting starts; 1, 0 and 0 unless said otherwise. */
  readonly ssrc?: number;
  readonly sequence?: number;
  readonly timestamp?: number;
  /** The address of ours that is sent from. */
  readonly localHost?: string;
}

/** Time between packets, in ms, and what that is in RTP timestamp units at 8,000 Hz. */
const tickMs = 20;
const tickUnits = 160;

/** Packets sent in one go by a sender that comes late; the rest follows in the next turn of the event loop. */
const burstMax = 50;

export class RtpSender implements AsyncDisposable {
  /** Where it sends from. */
  readonly port: number;
  readonly #options: RtpSenderOptions;
  readonly #socket: Socket;
  #sentCount = 0;
  #cancel: CancelTimer | undefined;

  private constructor(options: RtpSenderOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    this.port = socket.address().port;
  }

  /** @throws Error when no port can be bound. */
  static async open(options: RtpSenderOptions): Promise<RtpSender> {
    const host = options.localHost ?? '127.0.0.1';
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    // A receiver that is gone is its own affair; what was sent is counted all the same.
    socket.on('error', () => undefined);
    return new RtpSender(options, socket);
  }

  /** Packets handed to the network since the sender was made. */
  get sentCount(): number {
    return this.#sentCount;
  }

  /**
   * Sends on from where it stopped.
   * @param phaseMs how long the first packet waits, so that events can be put between the ticks.
   */
  start(to: HostPort, phaseMs: number = 0): void {
    this.stop();
    this.#schedule(to, (this.#options.clock.now() + phaseMs) as Instant);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Sends the next packet at once, beside any schedule. */
  sendOne(to: HostPort): void {
    const { codec, payload, ssrc = 1, sequence = 0, timestamp = 0 } = this.#options;
    const n = this.#sentCount;
    this.#sentCount += 1;
    const packet = writeRtpPacket({
      payloadType: codec === 'PCMA' ? 8 : 0,
      marker: n === 0,
      sequence: sequence + n,
      timestamp: timestamp + n * tickUnits,
      ssrc,
      payload: payload(n),
    });
    this.#socket.send(packet, to.port, to.host);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  /** Every due time is counted from the first, never from when a timer happened to run. */
  #schedule(to: HostPort, dueAt: Instant): void {
    const { clock } = this.#options;
    this.#cancel = clock.later(Math.max(0, dueAt - clock.now()), () => {
      const now = clock.now();
      let due = dueAt;
      for (let sent = 0; due <= now && sent < burstMax; sent += 1) {
        this.sendOne(to);
        due = (due + tickMs) as Instant;
      }
      this.#schedule(to, due);
    });
  }
}
