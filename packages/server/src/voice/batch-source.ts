/** Datagrams through the native receiver: they wait in the kernel, stamped, and are read from many sockets at once. */
import { type Clock, type Instant, instant, latest, needs } from '@tacet/domain';
import { makeSlab, type NativeReceiver, type Receiver, type Slab } from '@tacet/receiver';
import { ArrivalClock } from './arrival-clock.ts';
import { batchLimits } from './batch-limits.ts';
import type {
  DatagramListener,
  DatagramPorts,
  DatagramSource,
  Origin,
  PortListeners,
  RunListener,
} from './datagram-source.ts';
import { SlabRun } from './slab-run.ts';
import { SweepRing } from './sweep-ring.ts';

const microsecond = 0.001;
const nobody: Origin = { address: '', port: 0 };
const noView = new Uint8Array(0);

class BatchSource implements DatagramSource {
  readonly number: number;
  readonly listener: DatagramListener;
  readonly others: PortListeners;
  readonly #sweeper: Sweeper;
  /** The address heard last, and the number by which the native side knows it. */
  origin: Origin = nobody;
  sender = 0;
  dropCount = 0;
  lastAt: Instant;
  /** Sweeps in a row that brought nothing. */
  emptyCount = 0;
  heardIn = 0;
  readUntil: Instant;
  /** The count of steps of the wall clock behind which everything that waits in this socket was stamped. */
  stepCount: number;

  constructor(sweeper: Sweeper, number: number, listener: DatagramListener, others: PortListeners) {
    this.#sweeper = sweeper;
    this.number = number;
    this.listener = listener;
    this.others = others;
    this.lastAt = sweeper.clock.now();
    this.readUntil = this.lastAt;
    this.stepCount = sweeper.arrivals.stepCount;
  }

  get port(): number {
    return this.#sweeper.portOf(this);
  }

  /** What came while the socket was being read empty may not have been read: the fence is as old as the call. */
  sendFence(passed: (at: Instant) => void): void {
    const calledAt = this.#sweeper.clock.now();
    if (this.#sweeper.fetch(this)) passed(latest(calledAt, instant(this.lastAt + microsecond)));
  }

  fetch(): void {
    this.#sweeper.fetch(this);
  }

  async close(): Promise<void> {
    this.#sweeper.release(this);
  }
}

/** Reads the sockets of one thread, in slices, and hands over what they brought. */
class Sweeper {
  readonly clock: Clock;
  readonly arrivals = new ArrivalClock();
  readonly #native: NativeReceiver;
  readonly #receiver: Receiver;
  readonly #slab: Slab;
  readonly #run: SlabRun;
  /** One view per slot, used again as long as datagrams have the same length, as those of a codec have. */
  readonly #views: Uint8Array[] = [];
  readonly #sources: (BatchSource | undefined)[] = [];
  readonly #lively = new SweepRing(batchLimits.sweepMs);
  readonly #quiet = new SweepRing(batchLimits.quietSweepMs);
  /** Sockets that filled a whole slab: they are not left alone until the next round. */
  readonly #flooded = new Set<BatchSource>();
  readonly #single = new Int32Array(1);
  #sweepCount = 0;
  #sweptAt: Instant;
  #isRunning = false;
  #isDelivering = false;

  constructor(native: NativeReceiver, clock: Clock) {
    this.clock = clock;
    this.#native = native;
    this.#receiver = native.open();
    this.#slab = makeSlab(native);
    this.#run = new SlabRun(native, this.#slab);
    this.#sweptAt = clock.now();
    for (let slot = 0; slot < native.slots; slot += 1) this.#views.push(noView);
  }

  bind(address: string, port: number, listener: DatagramListener, others: PortListeners): DatagramSource {
    const number = this.#native.bind(this.#receiver, address, port, batchLimits.receiveBufferBytes);
    const source = new BatchSource(this, number, listener, others);
    this.#sources[number] = source;
    this.#lively.add(number);
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#sweptAt = this.clock.now();
      this.#rest();
    }
    return source;
  }

  portOf({ number }: BatchSource): number {
    return this.#native.portOf(this.#receiver, number);
  }

  release(source: BatchSource): void {
    const { number } = source;
    if (this.#sources[number] !== source) return;
    this.#sources[number] = undefined;
    this.#lively.remove(number);
    this.#quiet.remove(number);
    this.#flooded.delete(source);
    this.#native.close(this.#receiver, number);
  }

  /**
   * Reads one socket until nothing is left in it that had arrived when this was called.
   * @returns whether that could be reached.
   */
  fetch(source: BatchSource): boolean {
    const calledAt = this.clock.now();
    this.#single[0] = source.number;
    for (let batch = 0; batch < batchLimits.fetchBatchesMax; batch += 1) {
      if (this.#sources[source.number] !== source) return true;
      const isEmpty = this.#sweep(this.#single, 0, 1) === 1;
      // A flood never lets the socket be empty; but a queue keeps its order.
      const isPast = source.stepCount === this.arrivals.stepCount && source.lastAt > calledAt;
      if (!isEmpty && !isPast) continue;
      if (this.#sources[source.number] === source) this.#noteDrops(source, this.clock.now());
      return true;
    }
    return false;
  }

  #rest(): void {
    this.clock.later(batchLimits.sliceMs, () => this.#slice());
  }

  #slice(): void {
    if (this.#lively.size + this.#quiet.size === 0) {
      this.#isRunning = false;
      return;
    }
    const startedAt = this.clock.now();
    const elapsedMs = startedAt - this.#sweptAt;
    this.#sweptAt = startedAt;
    for (const source of this.#flooded) this.#sweepFlooded(source);
    this.#lively.pass(elapsedMs);
    this.#quiet.pass(elapsedMs);
    const until = startedAt + batchLimits.sliceMsMax;
    const isDone = this.#sweepRing(this.#lively, until) && this.#sweepRing(this.#quiet, until);
    // Messages from the main thread are looked at in between, however much there is to read.
    if (isDone) this.#rest();
    else setImmediate(() => this.#slice());
  }

  #sweepFlooded(source: BatchSource): void {
    this.#single[0] = source.number;
    if (this.#sweep(this.#single, 0, 1) === 1) this.#flooded.delete(source);
  }

  /** @returns whether all that was due was swept before `until`. */
  #sweepRing(ring: SweepRing, until: number): boolean {
    while (ring.dueCount > 0) {
      const { first, dueCount, numbers } = ring;
      const end = first + dueCount;
      const heardBefore = this.#sweepCount;
      let next = this.#sweep(numbers, first, end);
      if (next === first) {
        const source = this.#sources[numbers[first] ?? -1];
        if (source !== undefined) this.#flooded.add(source);
        next += 1;
      }
      const swept = numbers.slice(first, next);
      ring.done(next - first);
      for (const number of swept) this.#sort(number, heardBefore);
      if (this.clock.now() >= until) return ring.dueCount === 0;
    }
    return true;
  }

  /** A socket that brings nothing is read less often; one that brings something, as often as all. */
  #sort(number: number, heardBefore: number): void {
    const source = this.#sources[number];
    if (source === undefined) return;
    if (source.heardIn > heardBefore) {
      source.emptyCount = 0;
      if (this.#quiet.has(number)) {
        this.#quiet.remove(number);
        this.#lively.add(number);
      }
      return;
    }
    source.emptyCount += 1;
    if (source.emptyCount !== batchLimits.emptySweeps || !this.#lively.has(number)) return;
    this.#lively.remove(number);
    this.#quiet.add(number);
  }

  /** @returns the place of the first socket that may hold more, or `end`. */
  #sweep(numbers: Int32Array, first: number, end: number): number {
    needs(!this.#isDelivering, 'a listener does not sweep');
    const startedAt = this.clock.now();
    const { bytes, heads, times } = this.#slab;
    const { stepCount } = this.arrivals;
    const count = this.#native.sweep(this.#receiver, numbers, first, end, bytes, heads, times);
    this.#sweepCount += 1;
    this.arrivals.read(this.clock.now(), times[0] ?? 0, times[1] ?? 0, times[2] ?? 0);
    const next = heads[heads.length - 1] ?? first;
    if (count > 0) this.#deliver(count);
    // What comes into a socket that was found empty bears stamps of the clock as it has been since this sweep began.
    for (let place = first; place < next; place += 1) {
      const source = this.#sources[numbers[place] ?? -1];
      if (source === undefined) continue;
      source.stepCount = stepCount;
      source.readUntil = startedAt;
    }
    return next;
  }

  #deliver(count: number): void {
    const { bytes, heads, times } = this.#slab;
    const { headFields, timeFields } = this.#native;
    const { arrivals } = this;
    const { stepCount } = arrivals;
    const run = this.#run;
    /** Before this slot nothing is a run that is taken. */
    let triedTo = 0;
    this.#isDelivering = true;
    try {
      for (let slot = 0; slot < count; slot += 1) {
        const head = slot * headFields;
        const source = this.#sources[heads[head] ?? -1];
        // Closed by what another datagram of the batch led to.
        if (source === undefined) continue;
        const isTrusted = source.stepCount === stepCount;
        source.heardIn = this.#sweepCount;
        if (source.sender !== heads[head + 3]) this.#meet(source, heads[head + 3] ?? 0, slot);
        else if (source.others.run !== undefined && slot >= triedTo) {
          triedTo = run.find(slot, count);
          const takenCount = run.count < 2 ? 0 : this.#handRun(source, source.others.run, isTrusted);
          // The one behind those that were taken comes by itself; what is behind that may be a run again.
          if (takenCount > 0) {
            slot += takenCount - 1;
            triedTo = takenCount === run.count ? slot + 1 : slot + 2;
            continue;
          }
        }
        const arrivedAt = arrivals.arrivalOf(times[timeFields + slot] ?? 0, isTrusted);
        if (source.dropCount !== heads[head + 4]) this.#dropped(source, heads[head + 4] ?? 0, arrivedAt);
        if (arrivedAt > source.lastAt) source.lastAt = arrivedAt;
        const length = heads[head + 2] ?? 0;
        let view = this.#views[slot];
        if (view === undefined || view.length !== length) {
          view = new Uint8Array(bytes.buffer, heads[head + 1] ?? 0, length);
          this.#views[slot] = view;
        }
        source.listener(view, source.origin, arrivedAt);
      }
    } finally {
      this.#isDelivering = false;
      this.#native.wipe(this.#receiver, bytes);
    }
  }

  /** @returns how many datagrams of the run were taken. */
  #handRun(source: BatchSource, take: RunListener, isTrusted: boolean): number {
    const run = this.#run;
    const { arrivals, first, count } = run;
    if (source.dropCount !== this.#slab.heads[first * this.#native.headFields + 4]) return 0;
    const stamps = first + this.#native.timeFields;
    for (let place = 0; place < count; place += 1) {
      arrivals[first + place] = this.arrivals.arrivalOf(this.#slab.times[stamps + place] ?? 0, isTrusted);
    }
    const takenCount = take(run, source.origin);
    for (let place = first; place < first + takenCount; place += 1) {
      const arrivedAt = arrivals[place] ?? 0;
      if (arrivedAt > source.lastAt) source.lastAt = instant(arrivedAt);
    }
    return takenCount;
  }

  #meet(source: BatchSource, sender: number, slot: number): void {
    const text = this.#native.senderAt(this.#receiver, slot);
    const space = text.indexOf(' ');
    source.sender = sender;
    source.origin = { address: text.slice(space + 1), port: Number(text.slice(0, space)) };
  }

  /** Asks the kernel itself, because a datagram that would tell of the drops may never come. */
  #noteDrops(source: BatchSource, now: Instant): void {
    this.#dropped(source, this.#native.dropsOf(this.#receiver, source.number), now);
  }

  /** The counter has 32 bits and wraps; a datagram that waited may bear an older one than is known already. */
  #dropped(source: BatchSource, dropCount: number, at: Instant): void {
    const count = (dropCount - source.dropCount) | 0;
    if (count <= 0) return;
    source.dropCount = dropCount | 0;
    source.others.dropped?.(count, source.lastAt, latest(at, source.lastAt));
  }
}

/** @param address local IP address to bind; `0.0.0.0` or `::` for all. */
export function batchPorts(native: NativeReceiver, address: string, clock: Clock): DatagramPorts {
  const sweeper = new Sweeper(native, clock);
  return { bind: async (port, listener, others = {}) => sweeper.bind(address, port, listener, others) };
}
