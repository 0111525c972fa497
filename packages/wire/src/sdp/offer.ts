/** Judges each media line of an offer: can we record it, as what, and does its sender send now? */

import type { CryptoAttribute } from '../srtp/index.ts';
import { connectionOf, directionOf, isHeld, isSending, labelOf, offersRtcpMux, rtcpPortOf } from './attributes.ts';
import { type AudioFormat, audioFormatOf } from './audio-format.ts';
import { type CryptoReject, chooseCrypto, isRtpProtocol, type SrtpPolicy } from './crypto.ts';
import type { MediaDescription, SessionDescription } from './description.ts';

/** Why a media line is answered with port 0. */
export type RejectReason =
  /** The offer itself says port 0. */
  | 'disabled'
  /** Not audio. */
  | 'kindUnsupported'
  /** Not RTP, or keyed in another way than by SDES. */
  | 'protocolUnsupported'
  | CryptoReject
  /** None of its formats is a codec that we record. */
  | 'codecUnsupported'
  /** Multicast, or more than one address or port pair. */
  | 'addressUnsupported'
  /** We had no port to give; never from judging an offer, only from answering it. */
  | 'portUnavailable';

/** Where the offer says the media comes from. The address is as written and may be a name or a placeholder. */
export interface MediaOrigin {
  readonly address: string | undefined;
  readonly port: number;
  readonly rtcpPort: number;
  /** RTCP may come on the port of the stream (RFC 5761). */
  readonly hasRtcpMux: boolean;
}

/** One media line of an offer, judged. `index` is its place among the m= lines. */
export type OfferedStream = OfferedHead &
  (
    | {
        readonly isAcceptable: true;
        readonly audio: AudioFormat;
        readonly from: MediaOrigin;
        /** By which it is protected; absent for plain RTP. Secret. */
        readonly crypto?: CryptoAttribute;
      }
    | { readonly isAcceptable: false; readonly reason: RejectReason }
  );

interface OfferedHead {
  readonly index: number;
  readonly label: string | undefined;
  /** False for lines with port 0, and for streams that are inactive, receive-only, or held by a zero address. */
  readonly isSending: boolean;
  /** Whether our answer must be `inactive` because its sender is or will be silent (RFC 3264 §6.1). */
  readonly isInactive: boolean;
}

/** Judges every media line of an offer, in order. The answer must have one line for each (RFC 3264 §6). */
export function judgeOffer(offer: SessionDescription, srtp: SrtpPolicy = 'optional'): readonly OfferedStream[] {
  return offer.media.map((media, index) => judgeLine(offer, media, index, srtp));
}

function judgeLine(offer: SessionDescription, media: MediaDescription, index: number, srtp: SrtpPolicy): OfferedStream {
  const direction = directionOf(offer, media);
  const head = {
    index,
    label: labelOf(media),
    isSending: isSending(offer, media),
    // A recvonly offer wants media from us; we have none to send, so only inactive is left (RFC 3264 §6.1).
    isInactive: direction === 'inactive' || direction === 'recvonly' || isHeld(offer, media),
  };
  const audio = audioFormatOf(media);
  const reason = rejectReason(offer, media);
  if (reason !== undefined) return { ...head, isAcceptable: false, reason };
  if (audio === undefined) return { ...head, isAcceptable: false, reason: 'codecUnsupported' };
  const crypto = chooseCrypto(media, srtp);
  if (typeof crypto === 'string') return { ...head, isAcceptable: false, reason: crypto };
  const from = {
    address: connectionOf(offer, media)?.address,
    port: media.port,
    rtcpPort: rtcpPortOf(media) ?? Math.min(media.port + 1, 65_535),
    hasRtcpMux: offersRtcpMux(media),
  };
  return { ...head, isAcceptable: true, audio, from, ...(crypto === undefined ? {} : { crypto }) };
}

function rejectReason(offer: SessionDescription, media: MediaDescription): RejectReason | undefined {
  if (media.port === 0) return 'disabled';
  if (media.kind !== 'audio') return 'kindUnsupported';
  if (!isRtpProtocol(media.protocol)) return 'protocolUnsupported';
  const connections = media.connections.length > 0 ? media.connections : offer.connections;
  if (media.portCount !== 1 || connections.length > 1) return 'addressUnsupported';
  return connections.some(({ address }) => isMulticast(address)) ? 'addressUnsupported' : undefined;
}

/** A time to live or an address count after a slash is for multicast alone (RFC 8866 §5.7). */
function isMulticast(address: string): boolean {
  const first = Number(/^(\d{1,3})\./.exec(address)?.[1] ?? 0);
  return address.includes('/') || (first >= 224 && first <= 239) || /^ff[0-9a-f]{2}:/i.test(address);
}
