/** Ended segments on their way into the blob store: a few at a time, tried again until they are in. */
import { type EndedSegment, type Spool, storeSegment } from '@tacet/capture';
import type { BlobStore, Clock, SegmentDescriptor, StreamId } from '@tacet/domain';

const lanesMax = 4;
const retryMs = 1_000;

export interface StoringPorts {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** Resolves when the segment is known to the metadata store. */
  readonly tell: (stored: SegmentDescriptor) => Promise<void>;
  readonly report: (error: unknown) => void;
}

interface Waiting {
  readonly segment: EndedSegment;
  readonly spool: Spool;
}

export class SegmentStoring {
  readonly #ports: StoringPorts;
  readonly #waiting: Waiting[] = [];
  readonly #open = new Map<StreamId, number>();
  readonly #idle: { readonly streamId: StreamId; readonly resolve: (isStored: boolean) => void }[] = [];
  /** Streams of which something is left to recovery. */
  readonly #left = new Set<StreamId>();
  #busy = 0;
  #isStopped = false;

  constructor(ports: StoringPorts) {
    this.#ports = ports;
  }

  /** Segments that are not in store yet. */
  get count(): number {
    let sum = 0;
    for (const segments of this.#open.values()) sum += segments;
    return sum;
  }

  /** Takes an ended segment; its spool files are held until it is in store. */
  put(segment: EndedSegment, spool: Spool): void {
    const { streamId } = segment.home;
    this.#open.set(streamId, (this.#open.get(streamId) ?? 0) + 1);
    this.#waiting.push({ segment, spool });
    this.#next();
  }

  /** Resolves when no segment of the stream is waiting any more: with whether all are in store. */
  settled(streamId: StreamId): Promise<boolean> {
    if (!this.#open.has(streamId)) return Promise.resolve(!this.#left.has(streamId));
    return new Promise((resolve) => this.#idle.push({ streamId, resolve }));
  }

  /** No more retries; what is not in store stays in the spool for recovery. */
  stop(): void {
    this.#isStopped = true;
    for (const { segment } of this.#waiting.splice(0)) this.#done(segment.home.streamId, false);
  }

  #next(): void {
    if (this.#busy >= lanesMax) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    this.#busy += 1;
    this.#store(waiting).then((isStored) => {
      this.#busy -= 1;
      this.#done(waiting.segment.home.streamId, isStored);
      this.#next();
    }, this.#ports.report);
  }

  async #store({ segment, spool }: Waiting): Promise<boolean> {
    while (!this.#isStopped) {
      try {
        await storeSegment(segment, spool, this.#ports.blobs, this.#ports.tell);
        return true;
      } catch (error) {
        this.#ports.report(error);
        // A spool that has failed cannot be read as durable any more: recovery decides what it holds.
        if (spool.fault !== undefined) return false;
        await new Promise<void>((resolve) => {
          this.#ports.clock.later(retryMs, resolve);
        });
      }
    }
    return false;
  }

  #done(streamId: StreamId, isStored: boolean): void {
    if (!isStored) this.#left.add(streamId);
    const left = (this.#open.get(streamId) ?? 1) - 1;
    if (left > 0) {
      this.#open.set(streamId, left);
      return;
    }
    this.#open.delete(streamId);
    for (let place = this.#idle.length - 1; place >= 0; place -= 1) {
      if (this.#idle[place]?.streamId === streamId) this.#idle.splice(place, 1)[0]?.resolve(!this.#left.has(streamId));
    }
  }
}
