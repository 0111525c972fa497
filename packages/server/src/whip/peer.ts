/** A publisher's peer connection: an offer is answered, and packets come out of it, decrypted, in the order of arrival. */
import { randomInt } from 'node:crypto';
import type { Codec, Instant } from '@tacet/domain';
import { writeRtpPacket, writeSenderReport } from '@tacet/wire/rtp';
import {
  type MediaStreamTrack,
  RTCPeerConnection,
  type RTCRtpTransceiver,
  RtcpSrPacket,
  type RtpPacket,
  useOPUS,
  useVP8,
} from 'werift';
import { nameOfSources } from './name-of-sources.ts';
import { PeerSocket } from './peer-socket.ts';

export interface PeerSettings {
  /** The address that UDP is taken on, and the one that clients are told. */
  readonly host: string;
  readonly announced: string;
  readonly ports: { readonly first: number; readonly last: number };
}

/** One medium of the offer that is taken. */
export interface PeerStream {
  /** `a=mid`, by which the offer names it. */
  readonly label: string;
  readonly kind: 'audio' | 'video';
  readonly codec: Codec;
}

export interface PeerPorts {
  readonly now: () => Instant;
  /** An RTP packet, or a compound RTCP packet with a sender report; the bytes are the hearer's. */
  readonly onPacket: (label: string, packet: Uint8Array, arrivedAt: Instant) => void;
  /** It came up, or is no more. */
  readonly onState: (state: 'connected' | 'gone') => void;
}

const codecNames: { readonly [mimeType: string]: string } = { 'video/vp8': 'VP8', 'audio/opus': 'OPUS' };

function codecOf({ codecs }: RTCRtpTransceiver): Codec | undefined {
  for (const { mimeType, payloadType, clockRate, channels } of codecs) {
    const name = codecNames[mimeType.toLowerCase()];
    if (name !== undefined && payloadType !== undefined) {
      return { name, payloadType, clockRate, ...(channels === undefined ? {} : { channels }) };
    }
  }
  return undefined;
}

/**
 * Where the search for a free port begins: anywhere in the lower half. A client whose server was lost goes on sending to the
 * port that it had, and what comes there next would have to do with it.
 */
function searchedFrom({ first, last }: PeerSettings['ports']): number {
  return first + randomInt(Math.floor((last - first) / 2) + 1);
}

/** The answer with the address that clients reach us at. */
function announcing(sdp: string, { host, announced }: PeerSettings): string {
  if (host === announced) return sdp;
  return sdp.replace(/^(a=candidate:\S+ \d+ \S+ \d+ )(\S+)( )/gm, `$1${announced}$3`);
}

export class Peer {
  readonly #settings: PeerSettings;
  readonly #ports: PeerPorts;
  readonly #connection: RTCPeerConnection;
  /** SSRCs of pictures that were seen, each with its receiver: whom a key frame is asked from. */
  readonly #seen = new Map<number, RTCRtpTransceiver>();
  #socket: PeerSocket | undefined;
  #streams: readonly PeerStream[] = [];
  #isGone = false;

  constructor(settings: PeerSettings, ports: PeerPorts) {
    this.#settings = settings;
    this.#ports = ports;
    this.#connection = new RTCPeerConnection({
      // RFC 9725 §4.4: who only waits for a client may be an ICE lite endpoint.
      iceLite: true,
      codecs: { video: [useVP8()], audio: [useOPUS()] },
      // No address but the one that was set: what else the machine has is nobody's business.
      iceUseIpv4: false,
      iceUseIpv6: false,
      iceUseTcp: false,
      iceServers: [],
      iceInterfaceAddresses: { udp4: settings.host },
      iceAdditionalHostAddresses: [settings.host],
      icePortRange: [searchedFrom(settings.ports), settings.ports.last],
      // Nothing may wait anywhere before it reaches the gate.
      pendingRtp: false,
    });
    this.#connection.connectionStateChange.subscribe((state) => {
      if (state === 'connected') this.#ports.onState('connected');
      else if (state === 'failed' || state === 'closed') this.#gone();
    });
  }

  /** What of the offer is recorded; known once it was answered. */
  get streams(): readonly PeerStream[] {
    return this.#streams;
  }

  /** When anything came from the client last. */
  get heardAt(): Instant {
    return this.#socket?.heardAt ?? this.#ports.now();
  }

  /** @returns the answer; `undefined` where nothing in the offer can be recorded. @throws where the offer is none. */
  async answer(offer: string): Promise<string | undefined> {
    const connection = this.#connection;
    await connection.setRemoteDescription({ type: 'offer', sdp: offer });
    await connection.setLocalDescription(await connection.createAnswer());
    this.#socket = new PeerSocket(connection, this.#ports.now);
    const sdp = connection.localDescription?.sdp;
    const streams = connection.getTransceivers().flatMap((transceiver) => this.#take(transceiver) ?? []);
    if (streams.length === 0 || sdp === undefined || this.#socket.count === 0) return undefined;
    this.#streams = streams;
    return announcing(sdp, this.#settings);
  }

  /** Asks for pictures that can be understood without earlier ones (RFC 4585 §6.3.1). */
  askKeyFrames(): void {
    for (const [ssrc, { receiver }] of this.#seen) receiver.sendRtcpPLI(ssrc).catch(() => undefined);
  }

  fence(): Promise<void> {
    return this.#socket?.fence() ?? new Promise(() => undefined);
  }

  async close(): Promise<void> {
    this.#isGone = true;
    await this.#connection.close();
  }

  #gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#ports.onState('gone');
  }

  #take(transceiver: RTCRtpTransceiver): PeerStream | undefined {
    const codec = codecOf(transceiver);
    const label = transceiver.mid;
    const isReceived = transceiver.currentDirection?.includes('recv') === true;
    if (codec === undefined || label === null || !isReceived || transceiver.rejected) return undefined;
    const heard = new Set<MediaStreamTrack>();
    const hear = (track: MediaStreamTrack): void => {
      if (heard.has(track)) return;
      heard.add(track);
      track.onReceiveRtp.subscribe((packet) => this.#hear(label, transceiver, packet));
    };
    for (const track of transceiver.receiver.tracks) hear(track);
    transceiver.onTrack.subscribe(hear);
    transceiver.receiver.onRtcp.subscribe((packet) => {
      if (packet instanceof RtcpSrPacket) this.#report(label, packet);
    });
    return { label, kind: transceiver.kind === 'video' ? 'video' : 'audio', codec };
  }

  #hear(label: string, transceiver: RTCRtpTransceiver, { header, payload }: RtpPacket): void {
    const { payloadType, marker, sequenceNumber: sequence, timestamp, ssrc } = header;
    if (transceiver.kind === 'video' && !this.#seen.has(ssrc)) {
      if (this.#seen.size >= 16) this.#seen.clear();
      this.#seen.set(ssrc, transceiver);
    }
    const packet = writeRtpPacket({ payloadType, marker, sequence, timestamp, ssrc, payload });
    // The copy is the hearer's from here on; nothing of a packet stays behind.
    payload.fill(0);
    this.#ports.onPacket(label, packet, this.heardAt);
  }

  /** All sources of a peer connection are of one clock (RFC 8834 §4.9). */
  #report(label: string, { ssrc, senderInfo }: RtcpSrPacket): void {
    const { ntpTimestamp, rtpTimestamp: timestamp, packetCount, octetCount: payloadBytes } = senderInfo;
    const [ntpSeconds, ntpFraction] = [Number(ntpTimestamp >> 32n), Number(ntpTimestamp & 0xffff_ffffn)];
    const report = writeSenderReport({ ssrc, ntpSeconds, ntpFraction, timestamp, packetCount, payloadBytes });
    const name = nameOfSources(ssrc, this.#connection.id);
    this.#ports.onPacket(label, Buffer.concat([report, name]), this.heardAt);
  }
}
