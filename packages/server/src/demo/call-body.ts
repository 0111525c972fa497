/** What a small SRC says about a call it records: an offer with a line per stream, and the metadata beside it. */
import {
  connectionOf,
  type MediaDescription,
  parseDescription,
  type SessionDescription as SdpDescription,
  writeDescription,
} from '@tacet/wire/sdp';
import type { MessageBody } from '@tacet/wire/sip';
import { type DataMode, joinMultipart, type RecordingMetadata, writeMetadata } from '@tacet/wire/siprec';
import { type CallCodec, callCodecs } from './call-codecs.ts';

export interface CallParticipant {
  /** `participant_id` of RFC 7865, unique within the call. */
  readonly id: string;
  /** Address of record. */
  readonly address: string;
  readonly name?: string;
}

export interface CallStream {
  /** Unique within the call; the stream's id in the metadata is made of it. */
  readonly label: string;
  /** Ids of the participants who are heard in it. */
  readonly from: readonly string[];
  /** The UDP port it will be sent from; 0 refuses the line. */
  readonly port: number;
  /** PCMU when left out. */
  readonly codec?: CallCodec;
  /** Offered as `inactive`, as an SRC does that masks media (RFC 7866 §7.1.1.1). */
  readonly isInactive?: boolean;
  /** Values of `a=crypto` attributes; the line is then SRTP. */
  readonly cryptos?: readonly string[];
  /** What somebody in the call wishes (RFC 7866 §6.3.2). */
  readonly recordPreference?: 'on' | 'off' | 'pause' | 'nopreference';
}

/** A call as the SRC tells of it. */
export interface RecordedCall {
  readonly communicationSessionId: string;
  readonly groupId?: string;
  /** Session-ID of the recorded dialog (RFC 7989). */
  readonly sipSessionId?: string;
  readonly participants: readonly CallParticipant[];
  readonly streams: readonly CallStream[];
  /** Ids of participants who are on hold: they neither send nor receive (RFC 7865 §6.8). */
  readonly onHold?: readonly string[];
}

/** How a description names us and counts its versions. */
export interface OfferOrigin {
  readonly address: string;
  readonly sessionId: string;
  readonly version: number;
}

const encoder = new TextEncoder();
const boundary = 'tacet-recording-part';

function mediaLine(stream: CallStream): MediaDescription {
  const { label, port, codec = 'PCMU', isInactive = false, cryptos = [], recordPreference } = stream;
  const { payloadType, map, parameters } = callCodecs[codec];
  return {
    kind: 'audio',
    port,
    portCount: 1,
    protocol: cryptos.length === 0 ? 'RTP/AVP' : 'RTP/SAVP',
    formats: [String(payloadType), '101'],
    connections: [],
    bandwidths: [],
    attributes: [
      { name: 'rtpmap', value: `${payloadType} ${map}` },
      ...(parameters === undefined ? [] : [{ name: 'fmtp', value: `${payloadType} ${parameters}` }]),
      { name: 'rtpmap', value: '101 telephone-event/8000' },
      { name: 'fmtp', value: '101 0-16' },
      { name: 'ptime', value: '20' },
      { name: 'label', value: label },
      ...cryptos.map((value) => ({ name: 'crypto', value })),
      { name: isInactive ? 'inactive' : 'sendonly', value: undefined },
      ...(recordPreference === undefined ? [] : [{ name: 'recordpref', value: recordPreference }]),
    ],
  };
}

/** The offer alone. */
export function offerOf({ streams }: RecordedCall, { address, sessionId, version }: OfferOrigin): MessageBody {
  const net = { netType: 'IN', addressType: address.includes(':') ? 'IP6' : 'IP4', address };
  const description: SdpDescription = {
    origin: { username: '-', sessionId, sessionVersion: String(version), ...net },
    name: '-',
    connections: [net],
    bandwidths: [],
    times: ['0 0'],
    attributes: [],
    media: streams.map(mediaLine),
  };
  return { type: 'application/sdp', bytes: encoder.encode(writeDescription(description)) };
}

function metadataValue(call: RecordedCall, dataMode: DataMode): RecordingMetadata {
  const { communicationSessionId, groupId, sipSessionId, participants, streams, onHold = [] } = call;
  const heard = (id: string): readonly CallStream[] => (onHold.includes(id) ? [] : streams);
  const always = { associatedAt: undefined, disassociatedAt: undefined };
  return {
    dataMode,
    groups: groupId === undefined ? [] : [{ id: groupId, ...always, externalIds: [] }],
    sessions: [
      {
        id: communicationSessionId,
        groupId,
        sipSessionIds: sipSessionId === undefined ? [] : [sipSessionId],
        startedAt: undefined,
        stoppedAt: undefined,
        externalIds: [],
      },
    ],
    participants: participants.map(({ id, address, name }) => ({ id, aor: address, name, externalIds: [] })),
    streams: streams.map(({ label }) => ({ id: `stream-${label}`, label, sessionId: communicationSessionId })),
    participantSessions: participants.map(({ id }) => ({
      participantId: id,
      sessionId: communicationSessionId,
      ...always,
    })),
    participantStreams: participants.map(({ id }) => ({
      participantId: id,
      sends: heard(id)
        .filter(({ from }) => from.includes(id))
        .map(({ label }) => `stream-${label}`),
      receives: heard(id)
        .filter(({ from }) => !from.includes(id))
        .map(({ label }) => `stream-${label}`),
      ...always,
    })),
    sessionRecordings: [{ sessionId: communicationSessionId, ...always }],
    externalIds: [],
  };
}

/** The metadata alone. */
export function metadataOf(call: RecordedCall, dataMode: DataMode = 'complete'): MessageBody {
  const text = writeMetadata(metadataValue(call, dataMode));
  return { type: 'application/rs-metadata+xml', bytes: encoder.encode(text) };
}

/**
 * Offer and metadata in one body (RFC 7866 §9.1).
 * @throws Error when the call's texts contain our boundary.
 */
export function multipartOf(offer: MessageBody, metadata: MessageBody): MessageBody {
  const joined = joinMultipart(boundary, [
    { headers: [{ name: 'content-type', value: offer.type }], body: offer.bytes },
    {
      headers: [
        { name: 'content-type', value: metadata.type },
        { name: 'content-disposition', value: 'recording-session' },
      ],
      body: metadata.bytes,
    },
  ]);
  if (!joined.ok) throw new Error(`The body cannot be written: ${joined.fault.code}`);
  return { type: `multipart/mixed;boundary=${boundary}`, bytes: joined.value };
}

/** Where the server takes a stream; port 0 where it refused it. */
export interface AcceptedStream {
  readonly address: string;
  readonly port: number;
}

/** The streams of an answer, in the order of its offer; none when it cannot be read. */
export function acceptedStreams(answer: Uint8Array): readonly AcceptedStream[] {
  const parsed = parseDescription(answer);
  if (!parsed.ok) return [];
  const { value } = parsed;
  return value.media.map((line) => ({ address: connectionOf(value, line)?.address ?? '', port: line.port }));
}
