/** RTP packets of one stream become units; everything that is not a packet of its source is refused and counted. */
import type { MediaTime, Unit } from '@tacet/capture';
import type { Instant } from '@tacet/domain';
import { createRtpHeader, isRtcp, readRtpHeader } from '@tacet/wire/rtp';
import { mediaLimits } from './limits.ts';
import { SequenceRun } from './sequence-run.ts';

/** Why a datagram is no unit of the stream. */
export type RtpRefusal =
  /** Not RTP version 2, or its lengths do not add up (RFC 3550 §5.1). */
  | 'malformed'
  /** RTCP on the RTP port (RFC 5761 §4). */
  | 'rtcp'
  /** A payload type that was not agreed for this stream. */
  | 'payloadTypeForeign'
  /** Another address than the one that sends the stream. */
  | 'addressForeign'
  /** A packet that was taken before, or so old that this cannot be told any more. */
  | 'duplicate';

/** Where a datagram came from. */
export interface RemoteAddress {
  readonly address: string;
  readonly port: number;
}

export interface RtpSourceOptions {
  /** RTP payload types that belong to the stream, telephone events among them. */
  readonly payloadTypes: readonly number[];
  /** Ticks per second of the RTP timestamp. */
  readonly clockRate: number;
}

/** A unit and its media time in one object, because one is made for every packet. */
class RtpUnit implements Unit, MediaTime {
  readonly bytes: Uint8Array;
  readonly arrivedAt: Instant;
  /** Audio packets are understood without earlier ones. */
  readonly isAnchor: boolean = true;
  readonly source: number;
  readonly time: number;
  readonly clockRate: number;

  constructor(bytes: Uint8Array, arrivedAt: Instant, media: MediaTime) {
    this.bytes = bytes;
    this.arrivedAt = arrivedAt;
    this.source = media.source;
    this.time = media.time;
    this.clockRate = media.clockRate;
  }

  get media(): MediaTime {
    return this;
  }
}

/** The source of one audio stream. */
export class RtpSource {
  readonly #payloadTypes = new Uint8Array(128);
  readonly #header = createRtpHeader();
  /** Filled anew for every packet. */
  readonly #media: { source: number; time: number; readonly clockRate: number };
  readonly #refusals: Record<RtpRefusal, number> = {
    malformed: 0,
    rtcp: 0,
    payloadTypeForeign: 0,
    addressForeign: 0,
    duplicate: 0,
  };
  #address: string | undefined;
  #port = 0;
  #heardAt = 0;
  /** The numbering that is running; others of the same stream are kept for packets that come late. */
  #run: SequenceRun | undefined;
  readonly #runs = new Map<number, SequenceRun>();

  constructor({ payloadTypes, clockRate }: RtpSourceOptions) {
    for (const type of payloadTypes) this.#payloadTypes[type & 0x7f] = 1;
    this.#media = { source: 0, time: 0, clockRate };
  }

  /** Datagrams refused so far, by reason. */
  get refusals(): Readonly<Record<RtpRefusal, number>> {
    return this.#refusals;
  }

  /** The numbering of the packet accepted last, for the loss meter; `undefined` before the first. */
  get run(): SequenceRun | undefined {
    return this.#run;
  }

  /**
   * Takes a datagram. The unit holds the whole packet, not a copy: header and payload stay together as evidence.
   * @param arrivedAt when it reached us.
   * @returns the unit, or why there is none.
   */
  accept(packet: Uint8Array, from: RemoteAddress, arrivedAt: Instant): Unit | RtpRefusal {
    const refusal = this.#judge(packet, from, arrivedAt);
    if (refusal !== undefined) {
      this.#refusals[refusal] += 1;
      return refusal;
    }
    this.#media.source = this.#header.ssrc;
    this.#media.time = this.#header.timestamp;
    return new RtpUnit(packet, arrivedAt, this.#media);
  }

  #judge(packet: Uint8Array, from: RemoteAddress, arrivedAt: Instant): RtpRefusal | undefined {
    const header = this.#header;
    if (isRtcp(packet)) return 'rtcp';
    if (readRtpHeader(packet, header) !== 'ok') return 'malformed';
    // Rule: a packet whose payload type was not agreed is refused
    if (this.#payloadTypes[header.payloadType] !== 1) return 'payloadTypeForeign';
    if (!this.#isFromSource(from, arrivedAt)) return 'addressForeign';
    const run = this.#runOf(header.ssrc);
    // Rule: a packet that comes twice is taken once
    return run.mark(header.sequence) === 'first' ? undefined : 'duplicate';
  }

  /** The first address that sends a valid packet has the stream; another may take it over only after silence. */
  #isFromSource({ address, port }: RemoteAddress, arrivedAt: Instant): boolean {
    if (port !== this.#port || address !== this.#address) {
      const isSilent = arrivedAt - this.#heardAt >= mediaLimits.sourceSilenceMs;
      // Rule: another address is refused while the one that sends the stream is heard
      if (this.#address !== undefined && !isSilent) return false;
      this.#address = address;
      this.#port = port;
      this.#heardAt = arrivedAt;
    }
    if (arrivedAt > this.#heardAt) this.#heardAt = arrivedAt;
    return true;
  }

  #runOf(ssrc: number): SequenceRun {
    if (this.#run?.ssrc === ssrc) return this.#run;
    const run = this.#runs.get(ssrc) ?? new SequenceRun(ssrc);
    this.#runs.delete(ssrc);
    if (this.#runs.size >= mediaLimits.sourcesPerStreamMax) {
      const oldest = this.#runs.keys().next();
      if (!oldest.done) this.#runs.delete(oldest.value);
    }
    this.#runs.set(ssrc, run);
    this.#run = run;
    return run;
  }
}
