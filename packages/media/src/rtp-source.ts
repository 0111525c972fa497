/** RTP packets of one stream become units; everything that is not a packet of its source is refused and counted. */
import type { Unit, UnitRun } from '@tacet/capture';
import { type Codec, type Instant, instant, needs, type SrtpAgreement, type StreamTerms } from '@tacet/domain';
import { createRtpHeader, isRtcp, readRtpHeader, readSealedRtpHeader } from '@tacet/wire/rtp';
import { type Authentic, SrtpReceiver, type SrtpTerms, suiteNamed } from '@tacet/wire/srtp';
import { type AnchorRule, anchorRuleOf } from './anchors.ts';
import { mediaLimits } from './limits.ts';
import { RtcpUnit, RtpUnit, SrtpUnit } from './rtp-units.ts';
import { SequenceRun } from './sequence-run.ts';

/** Why a datagram is no unit of the stream. */
export type RtpRefusal =
  /** Not RTP version 2, or its lengths do not add up (RFC 3550 §5.1). */
  | 'malformed'
  /** RTCP that is of no use: of another address, too often, or without a sender report. */
  | 'rtcp'
  /** A payload type that was not agreed for this stream. */
  | 'payloadTypeForeign'
  /** Another address than the one that sends the stream. */
  | 'addressForeign'
  /** The stream is protected, and the tag of the packet is wrong (RFC 3711 §3.3). */
  | 'unauthentic'
  /** A packet that was taken before, or so old that this cannot be told any more. */
  | 'duplicate';

/** Where a datagram came from. */
export interface RemoteAddress {
  readonly address: string;
  readonly port: number;
}

export interface RtpSourceOptions extends StreamTerms {
  /** RTP payload types that belong to the stream, telephone events among them. */
  readonly payloadTypes: readonly number[];
  /** Ticks per second of the RTP timestamp. */
  readonly clockRate: number;
  /** How the payloads are to be read. */
  readonly codecs?: readonly Codec[];
  /** Not every packet is understood without earlier ones. */
  readonly needsAnchor?: true;
  /** Present where an earlier process or worker received the stream before. */
  readonly continues?: object;
}

/** Version 2, without padding, extension and contributing sources (RFC 3550 §5.1). */
const plainFirstByte = 0x80;

/** How well an address fits the one that the stream was announced from. */
type Fit = 0 | 1 | 2;

function termsOf({ suite, keys }: SrtpAgreement): SrtpTerms {
  const known = suiteNamed(suite);
  needs(known !== undefined, 'a suite that was agreed on is known');
  return { suite: known, keys };
}

/** The source of one stream. */
export class RtpSource {
  readonly #payloadTypes = new Uint8Array(128);
  readonly #header = createRtpHeader();
  /** Which packets are anchors; every one where there is no rule. */
  readonly #isAnchor: AnchorRule | undefined;
  /** Filled anew for every packet. */
  readonly #media: { source: number; time: number; readonly clockRate: number };
  readonly #refusals: Record<RtpRefusal, number> = {
    malformed: 0,
    rtcp: 0,
    payloadTypeForeign: 0,
    addressForeign: 0,
    unauthentic: 0,
    duplicate: 0,
  };
  #srtp: SrtpReceiver | undefined;
  #authentic: Authentic | undefined;
  #announced: RemoteAddress | undefined;
  #address: string | undefined;
  #port = 0;
  #fit: Fit = 0;
  #heardAt = 0;
  #rtcpAt = Number.NEGATIVE_INFINITY;
  /** The numbering that is running; others of the same stream are kept for packets that come late. */
  #run: SequenceRun | undefined;
  readonly #runs = new Map<number, SequenceRun>();

  constructor({ payloadTypes, clockRate, continues, codecs = [], needsAnchor, ...terms }: RtpSourceOptions) {
    this.#isAnchor = needsAnchor === true ? anchorRuleOf(codecs) : undefined;
    for (const type of payloadTypes) this.#payloadTypes[type & 0x7f] = 1;
    this.#media = { source: 0, time: 0, clockRate };
    if (terms.srtp !== undefined) this.#srtp = new SrtpReceiver(termsOf(terms.srtp), continues !== undefined);
    this.agree(terms);
  }

  /** What holds from now on; keys of before are still taken for packets that are under way. */
  agree({ srtp, from }: StreamTerms): void {
    this.#announced = from;
    this.#fit = this.#fitOf(this.#address ?? '', this.#port);
    if (srtp === undefined) this.#srtp = undefined;
    else if (this.#srtp === undefined) this.#srtp = new SrtpReceiver(termsOf(srtp));
    else this.#srtp.agree(termsOf(srtp));
  }

  /** Datagrams refused so far, by reason. */
  get refusals(): Readonly<Record<RtpRefusal, number>> {
    return this.#refusals;
  }

  /** When something of the source came last, RTP or RTCP; 0 before anything did. */
  get heardAt(): Instant {
    return instant(Math.max(this.#heardAt, this.#rtcpAt));
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
    const authentic = this.#authentic;
    if (authentic === undefined) {
      const isAnchor = this.#isAnchor === undefined || this.#isAnchor(packet, this.#header);
      return new RtpUnit(packet, arrivedAt, this.#media, isAnchor);
    }
    packet.fill(0, authentic.end);
    const unsigned = packet.subarray(0, authentic.end);
    return new SrtpUnit(unsigned, arrivedAt, this.#media, [authentic, this.#header.payloadOffset]);
  }

  /**
   * How many of the first datagrams of a run are plainly the next packets of the stream: of its sender, with the header
   * that nearly all have, numbered one after another. The others are to be looked at one by one.
   */
  plainCount(run: UnitRun, { address, port }: RemoteAddress): number {
    const next = this.#run?.next;
    const isOurs = port === this.#port && address === this.#address;
    if (next === undefined || !isOurs || this.#srtp !== undefined || this.#isAnchor !== undefined) return 0;
    const { bytes, offset, length } = run;
    const header = this.#header;
    if (readRtpHeader(bytes, header, offset, length) !== 'ok' || bytes[offset] !== plainFirstByte) return 0;
    if (header.marker || this.#payloadTypes[header.payloadType] !== 1 || header.ssrc !== this.#run?.ssrc) return 0;
    let count = 0;
    while (count < run.count && followsPlainly(run, count, (next + count) & 0xffff)) count += 1;
    return count;
  }

  /** Takes a run of which `plainCount` was asked, all of it. */
  acceptRun({ arrivals, first, count }: UnitRun): void {
    this.#run?.advance(count);
    for (let place = first; place < first + count; place += 1) {
      const arrivedAt = arrivals[place] ?? 0;
      if (arrivedAt > this.#heardAt) this.#heardAt = arrivedAt;
    }
  }

  /**
   * Takes an RTCP datagram, from the stream's port or another. The unit holds all of it until it is revealed.
   * @returns the unit, or why there is none.
   */
  acceptRtcp(packet: Uint8Array, { address }: RemoteAddress, arrivedAt: Instant): Unit | RtpRefusal {
    const refusal = this.#judgeRtcp(packet, address, arrivedAt);
    if (refusal !== undefined) {
      this.#refusals[refusal] += 1;
      return refusal;
    }
    this.#rtcpAt = arrivedAt;
    const authentic = this.#authentic;
    const isAnchor = this.#isAnchor === undefined;
    if (authentic === undefined) return new RtcpUnit(packet, arrivedAt, isAnchor, undefined);
    packet.fill(0, authentic.end);
    return new RtcpUnit(packet.subarray(0, authentic.end), arrivedAt, isAnchor, authentic);
  }

  #judgeRtcp(packet: Uint8Array, address: string, arrivedAt: Instant): RtpRefusal | undefined {
    this.#authentic = undefined;
    if (!isRtcp(packet)) return 'malformed';
    if (arrivedAt - this.#rtcpAt < mediaLimits.rtcpIntervalMs) return 'rtcp';
    if (this.#srtp === undefined) return address === this.#address ? undefined : 'rtcp';
    return this.#take(this.#srtp.authenticateRtcp(packet, arrivedAt));
  }

  #judge(packet: Uint8Array, from: RemoteAddress, arrivedAt: Instant): RtpRefusal | undefined {
    const header = this.#header;
    const srtp = this.#srtp;
    this.#authentic = undefined;
    if (isRtcp(packet)) return 'rtcp';
    const reading = srtp === undefined ? readRtpHeader(packet, header) : readSealedRtpHeader(packet, header);
    if (reading !== 'ok') return 'malformed';
    // Rule: a packet whose payload type was not agreed is refused
    if (this.#payloadTypes[header.payloadType] !== 1) return 'payloadTypeForeign';
    if (srtp === undefined) {
      if (!this.#isFromSource(from, arrivedAt)) return 'addressForeign';
    } else {
      const refusal = this.#take(srtp.authenticateRtp(packet, header, arrivedAt));
      if (refusal !== undefined) return refusal;
      // Rule: an authentic packet moves the stream to its address at once
      this.#moveTo(from, this.#fit, arrivedAt);
    }
    const run = this.#runOf(header.ssrc);
    // Rule: a packet that comes twice is taken once
    return run.mark(header.sequence) === 'first' ? undefined : 'duplicate';
  }

  #take(verdict: ReturnType<SrtpReceiver['authenticateRtp']>): RtpRefusal | undefined {
    if (verdict === 'unauthentic') return verdict;
    if (verdict === 'replayed') return 'duplicate';
    this.#authentic = verdict;
    return undefined;
  }

  /**
   * The first address that sends a valid packet has the stream; another may take it over only after silence, unless it
   * fits better to the one that was announced: who sends from there is the sender, whoever came first.
   */
  #isFromSource(from: RemoteAddress, arrivedAt: Instant): boolean {
    const { address, port } = from;
    if (port === this.#port && address === this.#address) {
      if (arrivedAt > this.#heardAt) this.#heardAt = arrivedAt;
      return true;
    }
    const isSilent = arrivedAt - this.#heardAt >= mediaLimits.sourceSilenceMs;
    const fit = this.#fitOf(address, port);
    // Rule: another address is refused while the one that sends the stream is heard
    if (this.#address !== undefined && !isSilent && fit <= this.#fit) return false;
    this.#moveTo(from, fit, arrivedAt);
    return true;
  }

  #moveTo({ address, port }: RemoteAddress, fit: Fit, arrivedAt: Instant): void {
    this.#address = address;
    this.#port = port;
    this.#fit = fit;
    this.#heardAt = arrivedAt;
  }

  #fitOf(address: string, port: number): Fit {
    if (address !== this.#announced?.address) return 0;
    return port === this.#announced.port ? 2 : 1;
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

/** Whether packet `place` of a run begins as the first one does, and bears the number. */
function followsPlainly({ bytes, offset, stride }: UnitRun, place: number, number: number): boolean {
  const at = offset + place * stride;
  return (
    bytes[at] === plainFirstByte &&
    bytes[at + 1] === bytes[offset + 1] &&
    bytes[at + 2] === number >> 8 &&
    bytes[at + 3] === (number & 0xff) &&
    bytes[at + 8] === bytes[offset + 8] &&
    bytes[at + 9] === bytes[offset + 9] &&
    bytes[at + 10] === bytes[offset + 10] &&
    bytes[at + 11] === bytes[offset + 11]
  );
}
