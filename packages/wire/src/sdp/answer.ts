/** Offer and our decisions to answer: every media line in its place, received or refused, never sent. */

import { keyingBytes, writeCryptoAnswer } from '../srtp/index.ts';
import { offersRtcpMux } from './attributes.ts';
import { formatAttributes } from './audio-format.ts';
import type { SrtpPolicy } from './crypto.ts';
import type { Attribute, MediaDescription, Origin, SessionDescription } from './description.ts';
import { judgeOffer, type OfferedStream } from './offer.ts';

/** The ports we listen on for one stream. */
export interface LocalPorts {
  readonly rtpPort: number;
  /** The RTP port plus one unless said otherwise; the RTP port itself to receive both on one. */
  readonly rtcpPort?: number;
}

/** What the answer needs from its maker; nothing here is drawn or counted by this module. */
export interface AnswerTerms {
  /** Our o= line. The session id stays, and the version grows, over the life of a recording session (RFC 3264 §8). */
  readonly origin: Origin;
  /** The address of ours that media is to be sent to, IPv4 or IPv6. */
  readonly address: string;
  /** Ports by index of the m= line; undefined refuses the line. Ports of lines we cannot record are not used. */
  readonly ports: readonly (LocalPorts | undefined)[];
  /** Taken as `optional` when left out. */
  readonly srtp?: SrtpPolicy;
  /**
   * A key of ours for a protected line, with its salt behind it, in base64: an answer must have one (RFC 4568 §5.1.2),
   * although we send nothing. Without it protected lines are refused.
   */
  readonly ownKey?: (index: number, bytes: number) => string;
}

/** An answer to send, and what became of each offered stream. */
export interface Answer {
  readonly description: SessionDescription;
  readonly streams: readonly OfferedStream[];
}

/**
 * Answers an offer (RFC 3264 §6): audio that we know is `recvonly` (or `inactive` where its sender is), with one codec and
 * what goes along with it, and the label of the offer; everything else gets port 0. The answer has as many
 * m= lines as the offer, in the same order.
 */
export function answerOffer(offer: SessionDescription, terms: AnswerTerms): Answer {
  const streams = judgeOffer(offer, terms.srtp).map((stream): OfferedStream => {
    if (!stream.isAcceptable) return stream;
    const { index, label, isSending, isInactive, crypto } = stream;
    const hasKey = crypto === undefined || terms.ownKey !== undefined;
    if (terms.ports[index] !== undefined && hasKey) return stream;
    const reason = hasKey ? 'portUnavailable' : 'cryptoUnknown';
    return { index, label, isSending, isInactive, isAcceptable: false, reason };
  });
  const media = offer.media.map((line, index) => {
    const [stream, ports] = [streams[index], terms.ports[index]];
    return stream?.isAcceptable && ports
      ? acceptedLine(line, stream, { ...ports, ownKey: terms.ownKey })
      : refusedLine(line);
  });
  const addressType = terms.address.includes(':') ? 'IP6' : 'IP4';
  const description = {
    origin: terms.origin,
    name: '-',
    connections: [{ netType: 'IN', addressType, address: terms.address }],
    bandwidths: [],
    // RFC 3264 §6: the t= lines of an answer are those of its offer.
    times: offer.times,
    attributes: [],
    media,
  };
  return { description, streams };
}

type AcceptableStream = OfferedStream & { readonly isAcceptable: true };

function acceptedLine(
  offered: MediaDescription,
  stream: AcceptableStream,
  ports: LocalPorts & { readonly ownKey: AnswerTerms['ownKey'] | undefined },
): MediaDescription {
  const attributes: Attribute[] = [...formatAttributes(stream.audio)];
  if (stream.label !== undefined) attributes.push({ name: 'label', value: stream.label });
  attributes.push({ name: stream.isInactive ? 'inactive' : 'recvonly', value: undefined });
  const { rtpPort, rtcpPort = rtpPort + 1, ownKey } = ports;
  if (stream.crypto !== undefined && ownKey !== undefined) {
    const key = ownKey(stream.index, keyingBytes(stream.crypto.suite));
    attributes.push({ name: 'crypto', value: writeCryptoAnswer(stream.crypto, key) });
  }
  if (rtcpPort === rtpPort && offersRtcpMux(offered)) attributes.push({ name: 'rtcp-mux', value: undefined });
  else if (rtcpPort !== rtpPort + 1) attributes.push({ name: 'rtcp', value: String(rtcpPort) });
  return {
    ...bareLine(offered),
    port: rtpPort,
    formats: stream.audio.formats.map(({ payloadType }) => String(payloadType)),
    attributes,
  };
}

/** Port 0 refuses a line; its formats then have no meaning but must be there (RFC 3264 §6). */
function refusedLine(offered: MediaDescription): MediaDescription {
  return { ...bareLine(offered), formats: offered.formats.length > 0 ? offered.formats : ['0'] };
}

function bareLine({ kind, protocol, formats }: MediaDescription): MediaDescription {
  return { kind, port: 0, portCount: 1, protocol, formats, connections: [], bandwidths: [], attributes: [] };
}
