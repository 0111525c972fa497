/** The units that RTP and RTCP packets become: plain ones as they are, protected ones to be revealed behind the gate. */
import type { MediaTime, Unit } from '@tacet/capture';
import type { Instant } from '@tacet/domain';
import { condenseRtcp } from '@tacet/wire/rtp';
import type { Authentic } from '@tacet/wire/srtp';

/** A unit and its media time in one object, because one is made for every packet. */
export class RtpUnit implements Unit, MediaTime {
  readonly bytes: Uint8Array;
  readonly arrivedAt: Instant;
  readonly isAnchor: boolean;
  readonly source: number;
  readonly time: number;
  readonly clockRate: number;

  /** @param isAnchor audio packets are understood without earlier ones. */
  constructor(bytes: Uint8Array, arrivedAt: Instant, media: MediaTime, isAnchor = true) {
    this.bytes = bytes;
    this.arrivedAt = arrivedAt;
    this.isAnchor = isAnchor;
    this.source = media.source;
    this.time = media.time;
    this.clockRate = media.clockRate;
  }

  get media(): MediaTime {
    return this;
  }
}

/** A packet whose tag was right; its payload is decrypted in place when the gate has admitted it. */
export class SrtpUnit extends RtpUnit {
  readonly #authentic: Authentic;
  readonly #payloadOffset: number;

  /** @param bytes without the tag. */
  constructor(bytes: Uint8Array, arrivedAt: Instant, media: MediaTime, secret: [Authentic, number]) {
    super(bytes, arrivedAt, media);
    [this.#authentic, this.#payloadOffset] = secret;
  }

  reveal(): boolean {
    this.#authentic.key.decryptRtp(this.bytes, this.#payloadOffset, this.#authentic);
    return true;
  }
}

/** A compound RTCP packet; what is stored of it are its sender reports. */
export class RtcpUnit implements Unit {
  bytes: Uint8Array;
  readonly arrivedAt: Instant;
  /** Reports say nothing about pictures: where those wait for an anchor, a report is none. */
  readonly isAnchor: boolean;
  readonly #authentic: Authentic | undefined;

  constructor(bytes: Uint8Array, arrivedAt: Instant, isAnchor: boolean, authentic: Authentic | undefined) {
    this.bytes = bytes;
    this.arrivedAt = arrivedAt;
    this.isAnchor = isAnchor;
    this.#authentic = authentic;
  }

  reveal(): boolean {
    this.#authentic?.key.decryptRtcp(this.bytes, this.#authentic);
    const kept = condenseRtcp(this.bytes);
    this.bytes.fill(0);
    if (kept !== undefined) this.bytes = kept;
    return kept !== undefined;
  }
}
