/** UDP ports as a kernel keeps them: datagrams wait in order until the thread reads them. */

import type { Instant } from '@tacet/domain';
import type { DatagramListener, DatagramPorts, DatagramSource } from '@tacet/server/voice';
import type { SeededRandom } from '../seeded-random.ts';
import type { RunClock } from './run-clock.ts';

type Waiting = { readonly bytes: Uint8Array } | { readonly passed: (at: Instant) => void };

/** How long a datagram waits for the thread at the most, when that is not stalled, in ms. */
const readWithinMs = 3;
/** After a stall timers run before sockets are read, as in a real event loop: the order in which the leak happens. */
const afterTimersMs = 0.01;

class SimulatedPort {
  readonly #queue: Waiting[] = [];
  readonly #listener: DatagramListener;
  readonly #clock: RunClock;
  readonly #random: SeededRandom;
  #isPlanned = false;
  isClosed = false;

  constructor(listener: DatagramListener, clock: RunClock, random: SeededRandom) {
    this.#listener = listener;
    this.#clock = clock;
    this.#random = random;
  }

  put(waiting: Waiting): void {
    this.#queue.push(waiting);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    const wait = afterTimersMs + this.#random.below(readWithinMs * 100) / 100;
    this.#clock.later(wait, () => this.#clock.later(afterTimersMs, () => this.#read()));
  }

  #read(): void {
    this.#isPlanned = false;
    for (let next = this.#queue.shift(); next !== undefined && !this.isClosed; next = this.#queue.shift()) {
      const at = this.#clock.now();
      if ('passed' in next) next.passed(at);
      else this.#listener(next.bytes, { address: '192.0.2.1', port: 4000 }, at);
    }
  }
}

export class SimulatedKernel implements DatagramPorts {
  readonly #ports = new Map<number, SimulatedPort>();
  readonly #clock: RunClock;
  readonly #random: SeededRandom;
  readonly #hasFence: boolean;

  /** @param hasFence false breaks the fence on purpose, so that a test can see the checker find the leak. */
  constructor(clock: RunClock, random: SeededRandom, hasFence: boolean) {
    this.#clock = clock;
    this.#random = random;
    this.#hasFence = hasFence;
  }

  bind(port: number, listener: DatagramListener): Promise<DatagramSource> {
    const bound = new SimulatedPort(listener, this.#clock, this.#random);
    this.#ports.set(port, bound);
    return Promise.resolve({
      port,
      sendFence: (passed) => {
        if (this.#hasFence) bound.put({ passed });
        else queueMicrotask(() => passed(this.#clock.now()));
      },
      fetch: () => undefined,
      close: async () => {
        bound.isClosed = true;
        this.#ports.delete(port);
      },
    });
  }

  /** A datagram reaches the machine. @returns whether anything is bound there. */
  arrive(port: number, bytes: Uint8Array): boolean {
    const bound = this.#ports.get(port);
    if (bound === undefined || this.#clock.isDead) return false;
    bound.put({ bytes });
    return true;
  }
}
