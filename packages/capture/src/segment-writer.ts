/** One unbroken stretch of one stream on its way into the spool. */
import { randomBytes } from 'node:crypto';
import { earliest, type Interval, instant, type KeyService, latest } from '@tacet/domain';
import type { PlainChunk } from './chunk-builder.ts';
import type { OpenSegmentHead, SegmentBegin } from './record-format.ts';
import { dataKeyBytes, type NativeSealer, type Seal, sealWith, tagBytes } from './sealer.ts';
import type { Spool, SpoolFileUse, SpoolPlace } from './spool.ts';

export const noTag: string = '0'.repeat(tagBytes * 2);

/** Whose segment it is and where it stands in its stream's chain. */
export type SegmentHome = Omit<SegmentBegin, 'kind' | 'ref'>;

/** A segment that has ended and waits to be put into store. */
export interface EndedSegment {
  readonly home: SegmentHome;
  readonly captured: Interval;
  readonly unitCount: number;
  readonly chunkCount: number;
  readonly lastTag: string;
  readonly wrappedKey: string;
  /** The segment's records, in order; each file among them is held once until the segment is in store. */
  readonly places: readonly SpoolPlace[];
  readonly files: readonly SpoolFileUse[];
}

export interface SegmentPorts {
  readonly spool: Spool;
  readonly keys: KeyService;
  /** Left out, `node:crypto` seals. */
  readonly sealer?: NativeSealer;
}

/** Ref numbers tell the segments of one spool apart; they only need to be unique within the files that one run writes. */
let lastRef = 0;

export class SegmentWriter {
  readonly #spool: Spool;
  readonly #seal: Seal;
  readonly #home: SegmentHome;
  readonly #wrappedKey: string;
  readonly #ref: number;
  readonly #places: SpoolPlace[] = [];
  readonly #files = new Set<SpoolFileUse>();
  readonly #previousTag: Buffer;
  #chunkCount = 0;
  #unitCount = 0;
  #captured: Interval | undefined;

  constructor(home: SegmentHome, { spool, keys, sealer }: SegmentPorts) {
    this.#home = home;
    this.#spool = spool;
    const dataKey = randomBytes(dataKeyBytes);
    this.#wrappedKey = Buffer.from(keys.wrap(dataKey, home.segmentId)).toString('base64');
    this.#seal = sealWith(dataKey, sealer);
    dataKey.fill(0);
    this.#previousTag = Buffer.from(home.previousTag, 'hex');
    lastRef = (lastRef + 1) >>> 0;
    this.#ref = lastRef;
    this.#keep(spool.append({ kind: 'segmentBegin', ref: this.#ref, ...home }));
    this.#spool.append({ kind: 'segmentKey', ref: this.#ref, wrappedKey: this.#wrappedKey });
  }

  /** Arrival of the first unit. */
  get startedAt(): number | undefined {
    return this.#captured?.from;
  }

  /** How far it has come, for the head of another spool file. */
  get head(): OpenSegmentHead {
    return { ref: this.#ref, chunkCount: this.#chunkCount, lastTag: this.#previousTag.toString('hex') };
  }

  /** Seals a chunk and appends it. @throws Fault storageUnavailable. */
  add(chunk: PlainChunk): void {
    const { unitCount, firstAt, lastAt, plain } = chunk;
    const number = this.#chunkCount;
    const { recordingId, segmentId } = this.#home;
    const label = { recordingId, segmentId, number, unitCount, firstAt, lastAt, previousTag: this.#previousTag };
    const { sealed, tag } = this.#seal(label, plain);
    this.#keep(this.#spool.append({ kind: 'chunk', ref: this.#ref, number, unitCount, firstAt, lastAt, tag, sealed }));
    // The tag's own place is used again for the next chunk, of whatever stream.
    tag.copy(this.#previousTag);
    this.#chunkCount += 1;
    this.#unitCount += unitCount;
    const to = instant(lastAt + 0.001);
    const known = this.#captured ?? { from: firstAt, to };
    this.#captured = { from: earliest(firstAt, known.from), to: latest(to, known.to) };
  }

  /** Ends the segment; its data key goes with this object. @throws Fault storageUnavailable. */
  end(): EndedSegment | undefined {
    const captured = this.#captured;
    const lastTag = this.#previousTag.toString('hex');
    const counts = { chunkCount: this.#chunkCount, unitCount: this.#unitCount };
    this.#keep(this.#spool.append({ kind: 'segmentEnd', ref: this.#ref, ...counts, lastTag, isRecovered: false }));
    if (captured === undefined) {
      for (const file of this.#files) this.#spool.release(file);
      return undefined;
    }
    const { places, wrappedKey } = { places: this.#places, wrappedKey: this.#wrappedKey };
    return { home: this.#home, captured, ...counts, lastTag, wrappedKey, places, files: [...this.#files] };
  }

  #keep(place: SpoolPlace): void {
    this.#places.push(place);
    if (this.#files.has(place.file)) return;
    this.#files.add(place.file);
    this.#spool.hold(place.file);
  }
}
