/** What is fed to the captures of one worker: batches in order, bounded, with a fence behind all that could be read. */
import { type FedGap, type Instant, latest, limits, type StreamId } from '@tacet/domain';

/** One step in the order of a feed. Units lie one behind the other in the batch's bytes. */
export type FedItem =
  | {
      readonly kind: 'unit';
      readonly streamId: StreamId;
      readonly length: number;
      readonly arrivedAt: Instant;
      /** It is not understood without earlier units. */
      readonly isDependent?: true;
    }
  | { readonly kind: 'gap'; readonly streamId: StreamId; readonly gap: FedGap }
  | { readonly kind: 'fence'; readonly streamId: StreamId; readonly number: number; readonly at: Instant };

export interface FedBatch {
  readonly items: readonly FedItem[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the batch takes of the room there is, in bytes. */
  readonly cost: number;
}

export interface FeedPorts {
  readonly now: () => Instant;
  /** Puts a batch into the channel to the worker, which answers with `taken` and its cost. */
  readonly send: (batch: FedBatch) => void;
  /** Runs something when the event loop has read everything that could be read, once; setImmediate. */
  readonly soon: (step: () => void) => void;
}

/** What a unit costs beside its bytes, so that many small ones are bounded as well. */
const unitCost = 64;
/** A turn that read as much of one stream may have left more in its socket: the fence waits for another. */
const fullReadBytes = 65_536;
/** So many full turns in a row are no stream but a flood; the worker asks for another fence, or gives up. */
const fullTurnsMax = 200;

export class Feed {
  readonly #ports: FeedPorts;
  #items: FedItem[] = [];
  #units: Uint8Array[] = [];
  #unitBytes = 0;
  /** Room taken by what waits here, and by what the worker has not confirmed. */
  #waitingCost = 0;
  #sentCost = 0;
  #isFlushDue = false;
  /** What was refused and could not be told yet, by stream. */
  readonly #refused = new Map<StreamId, FedGap>();
  /** Bytes fed to streams whose fence waits, since its last turn began. */
  readonly #readBytes = new Map<StreamId, number>();

  constructor(ports: FeedPorts) {
    this.#ports = ports;
  }

  /** @returns whether the unit was taken; one that was not is noted as lost. */
  unit(streamId: StreamId, bytes: Uint8Array, arrivedAt: Instant, isAnchor = true): boolean {
    const read = this.#readBytes.get(streamId);
    if (read !== undefined) this.#readBytes.set(streamId, read + bytes.length);
    // Rule: units beyond what a worker can take are refused and told as lost by overload
    const cost = bytes.length + unitCost;
    if (this.#waitingCost + this.#sentCost + cost > limits.fedBacklogBytesMax) {
      this.#refuse(streamId, arrivedAt);
      return false;
    }
    this.#tellRefused();
    this.#units.push(bytes);
    this.#unitBytes += bytes.length;
    this.#waitingCost += cost;
    const unit = { kind: 'unit', streamId, length: bytes.length, arrivedAt } as const;
    this.#add(isAnchor ? unit : { ...unit, isDependent: true });
    return true;
  }

  gap(streamId: StreamId, gap: FedGap): void {
    this.#add({ kind: 'gap', streamId, gap });
  }

  /**
   * Sends a fence once everything that could be read when it was asked for has been read and fed. The first turn ends
   * the reading that is under way, the second follows one whole poll of the event loop.
   */
  fence(streamId: StreamId, number: number): void {
    this.#ports.soon(() => this.#fullTurn({ streamId, number }, fullTurnsMax));
  }

  /** Puts what waits into the channel, so that a command stands behind it. */
  flush(): void {
    this.#tellRefused();
    if (this.#items.length === 0) return;
    const bytes = new Uint8Array(this.#unitBytes);
    let at = 0;
    for (const unit of this.#units) {
      bytes.set(unit, at);
      // The copy is in the worker's hands from here on; nothing of a unit stays behind.
      unit.fill(0);
      at += unit.length;
    }
    this.#sentCost += this.#waitingCost;
    const items = this.#items;
    const cost = this.#waitingCost;
    this.#items = [];
    this.#units = [];
    this.#unitBytes = 0;
    this.#waitingCost = 0;
    this.#ports.send({ items, bytes, cost });
  }

  /** The worker has taken a batch of that cost. */
  taken(cost: number): void {
    this.#sentCost -= cost;
    this.#tellRefused();
  }

  #fullTurn(fence: { readonly streamId: StreamId; readonly number: number }, turnsLeft: number): void {
    const { streamId, number } = fence;
    this.#readBytes.set(streamId, 0);
    this.#ports.soon(() => {
      const read = this.#readBytes.get(streamId) ?? 0;
      this.#readBytes.delete(streamId);
      if (read < fullReadBytes) {
        this.#add({ kind: 'fence', streamId, number, at: this.#ports.now() });
        this.flush();
      } else if (turnsLeft > 0) this.#fullTurn(fence, turnsLeft - 1);
    });
  }

  #refuse(streamId: StreamId, arrivedAt: Instant): void {
    const known = this.#refused.get(streamId);
    const from = known?.from ?? arrivedAt;
    const unitCount = (known?.unitCount ?? 0) + 1;
    this.#refused.set(streamId, { from, to: latest(from, arrivedAt), unitCount, reason: 'overload' });
  }

  #tellRefused(): void {
    if (this.#refused.size === 0) return;
    const refused = [...this.#refused];
    this.#refused.clear();
    for (const [streamId, gap] of refused) this.#add({ kind: 'gap', streamId, gap });
  }

  #add(item: FedItem): void {
    this.#items.push(item);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    this.#ports.soon(() => {
      this.#isFlushDue = false;
      this.flush();
    });
  }
}
