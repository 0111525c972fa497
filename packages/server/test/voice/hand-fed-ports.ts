/** UDP ports whose datagrams and fences a test hands over, in the order it likes. */
import { type Clock, Fault, type Instant, instant } from '@tacet/domain';
import type { DatagramListener, DatagramPorts, DatagramSource } from '../../src/voice/index.ts';

const sender = { address: '192.0.2.9', port: 4_000 };

export class HandFedPort implements DatagramSource {
  readonly port: number;
  /** Fences that were sent and have not come back, oldest first. */
  readonly fences: ((at: Instant) => void)[] = [];
  fencesSent = 0;
  isClosed = false;
  /** Whether a fence comes back by itself, as it does when the queue is empty. */
  returnsFences = true;
  readonly #listener: DatagramListener;
  readonly #clock: Clock;

  constructor(port: number, listener: DatagramListener, clock: Clock) {
    this.port = port;
    this.#listener = listener;
    this.#clock = clock;
  }

  /** A datagram is read now. */
  arrive(bytes: Uint8Array): void {
    this.#listener(bytes, sender, this.#clock.now());
  }

  /** A datagram is read now that arrived `ms` after `at`. */
  arriveAt(bytes: Uint8Array, at: Instant, ms: number): void {
    this.#listener(bytes, sender, instant(at + ms));
  }

  /** The oldest fence that is on its way is read now. */
  passFence(): void {
    this.fences.shift()?.(this.#clock.now());
  }

  sendFence(passed: (at: Instant) => void): void {
    this.fencesSent += 1;
    if (this.returnsFences) queueMicrotask(() => passed(this.#clock.now()));
    else this.fences.push(passed);
  }

  /** What a fetch finds; it is read then. */
  waiting: (() => void)[] = [];

  fetch(): void {
    for (const read of this.waiting.splice(0)) read();
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

export class HandFedPorts implements DatagramPorts {
  readonly bound = new Map<number, HandFedPort>();
  readonly taken = new Set<number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async bind(port: number, listener: DatagramListener): Promise<HandFedPort> {
    if (this.taken.has(port)) throw new Error('EADDRINUSE');
    const source = new HandFedPort(port, listener, this.#clock);
    this.bound.set(port, source);
    return source;
  }

  at(port: number): HandFedPort {
    const source = this.bound.get(port);
    if (source === undefined) throw new Fault('mediaUnavailable', { what: 'port' });
    return source;
  }
}
