/** UDP ports whose datagrams and fences a test hands over, in the order it likes. */
import { type Clock, Fault, type Instant, instant } from '@tacet/domain';
import type { DatagramListener, DatagramPorts, DatagramSource, PortListeners } from '../../src/voice/index.ts';

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
  readonly #others: PortListeners;
  readonly #clock: Clock;

  constructor(port: number, [listener, others]: readonly [DatagramListener, PortListeners], clock: Clock) {
    this.port = port;
    this.#listener = listener;
    this.#others = others;
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

  /** Datagrams of one length, an instant after the other, are read at once. @returns how many were taken as runs. */
  arriveAsRun(packets: readonly Uint8Array[], arrivals: readonly Instant[]): number {
    const length = packets[0]?.length ?? 0;
    const bytes = Buffer.concat(packets);
    const places = { bytes, stride: length, length, arrivals: Float64Array.from(arrivals) };
    let takenInRuns = 0;
    for (let first = 0; first < packets.length; ) {
      const run = { ...places, offset: first * length, first, count: packets.length - first };
      const taken = run.count > 1 ? (this.#others.run?.(run, sender) ?? 0) : 0;
      takenInRuns += taken;
      first += taken;
      const at = arrivals[first];
      if (at !== undefined) this.#listener(bytes.subarray(first * length, (first + 1) * length), sender, at);
      first += 1;
    }
    return takenInRuns;
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

  async bind(port: number, listener: DatagramListener, others: PortListeners = {}): Promise<HandFedPort> {
    if (this.taken.has(port)) throw new Error('EADDRINUSE');
    const source = new HandFedPort(port, [listener, others], this.#clock);
    this.bound.set(port, source);
    return source;
  }

  at(port: number): HandFedPort {
    const source = this.bound.get(port);
    if (source === undefined) throw new Fault('mediaUnavailable', { what: 'port' });
    return source;
  }
}
