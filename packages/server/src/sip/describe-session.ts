/** SDP offer and metadata → the recording session as `control` knows it, whatever SIP said it in. */
import { type Codec, defaultTrunk, type ExternalId, type TrunkDtmf } from '@tacet/domain';
import {
  type AgreedFormat,
  type AudioFormat,
  judgeOffer,
  type OfferedStream,
  type SessionDescription as SdpDescription,
  type SrtpPolicy,
} from '@tacet/wire/sdp';
import { externalIdsOf, type externalIdsOfHeaders, type RecordingMetadata } from '@tacet/wire/siprec';
import type { SessionDescription, SessionParticipant, SessionStream } from '../control/index.ts';
import { sipEdgeLimits } from './limits.ts';
import { saidBySource } from './source-state.ts';
import { streamLabels } from './stream-labels.ts';
import { streamOwners } from './stream-owners.ts';
import { srtpObstacle, termsOf } from './stream-terms.ts';

/** A recording session described, and which label each media line of the offer goes by. */
export interface DescribedOffer {
  readonly described: SessionDescription;
  /** By place of the media line; refused lines have one too. */
  readonly labels: readonly string[];
  /** Why a line was refused, where SRTP or the want of it is the reason. */
  readonly obstacle: string | undefined;
}

/** What a description is made of, beside the offer. */
export interface DescribedWith {
  readonly metadata: RecordingMetadata | undefined;
  /** Ids from headers of the request. */
  readonly headerIds?: readonly HeaderId[];
  /** Whether an address is that of a user; of several addresses of a participant such a one counts. */
  readonly isUser?: (address: string) => boolean;
  /** We asked the source to send nothing for now. */
  readonly isSilencedByUs?: boolean;
  /** What holds for its trunk. */
  readonly srtp?: SrtpPolicy;
  /** What the trunk says about keys that a caller presses; they are masked when left out. */
  readonly dtmf?: TrunkDtmf;
}

type HeaderId = ReturnType<typeof externalIdsOfHeaders>[number];

function codecOf({ encoding, payloadType, clockRate, channels, parameters }: AgreedFormat): Codec {
  return {
    name: encoding.toUpperCase(),
    payloadType,
    clockRate,
    ...(channels === 1 ? {} : { channels }),
    ...(parameters === undefined ? {} : { formatParameters: parameters }),
  };
}

function streamOf(
  audio: AudioFormat,
  dtmf: TrunkDtmf,
  { label, owners }: Pick<SessionStream, 'label' | 'owners'>,
): SessionStream {
  const isEvents = ({ encoding }: AgreedFormat): boolean => encoding === 'telephone-event';
  const sound = audio.formats.filter((format) => !isEvents(format));
  // The codec stands first, whatever the offer prefers to wrap it in.
  const sorted = [...sound].sort((a, b) => Number(b.encoding === audio.codec) - Number(a.encoding === audio.codec));
  return {
    label,
    codecs: sorted.map(codecOf),
    payloadTypes: audio.formats.map(({ payloadType }) => payloadType),
    eventPayloadTypes: audio.formats.filter(isEvents).map(({ payloadType }) => payloadType),
    dtmf,
    owners,
  };
}

/**
 * Participants leave by the end of their last association with a communication session, which ends with the session
 * and with its part in this recording session as well (RFC 7865 §6.3, §6.4, §6.6).
 */
function presentIds(metadata: RecordingMetadata): ReadonlySet<string> {
  const { participants, participantSessions, sessions, sessionRecordings } = metadata;
  const over = new Set([
    ...sessions.filter(({ stoppedAt }) => stoppedAt !== undefined).map(({ id }) => id),
    ...sessionRecordings.filter((part) => part.disassociatedAt !== undefined).map(({ sessionId }) => sessionId),
  ]);
  const isPresent = (id: string): boolean => {
    const mine = participantSessions.filter(({ participantId }) => participantId === id);
    const isHere = mine.some((entry) => entry.disassociatedAt === undefined && !over.has(entry.sessionId));
    return mine.length === 0 || isHere;
  };
  return new Set(participants.map(({ id }) => id).filter(isPresent));
}

function participantsOf(
  metadata: RecordingMetadata,
  present: ReadonlySet<string>,
  isUser: (address: string) => boolean,
): readonly SessionParticipant[] {
  return metadata.participants
    .filter(({ id }) => present.has(id))
    .map(({ id, aor, otherAors = [], name }) => ({
      sourceId: id,
      // Without an address the id stands in: two participants without one are still two.
      address: otherAors.find((other) => aor !== undefined && !isUser(aor) && isUser(other)) ?? aor ?? id,
      ...(name === undefined ? {} : { name }),
    }));
}

/** Communication session and group ids (RFC 7865 §6.2, §6.3), under the names by which recovery finds them again. */
function keyIds({ sessions, groups }: RecordingMetadata): readonly ExternalId[] {
  const ids = [
    ...sessions.map(({ id }) => ({ name: 'communicationSession', value: id })),
    ...groups.map(({ id }) => ({ name: 'communicationSessionGroup', value: id })),
  ];
  return ids.slice(0, sipEdgeLimits.conversationKeysMax);
}

/** Names that other systems gave the call: Session-IDs (RFC 7989) and what vendors put into extension data. */
function vendorIds(metadata: RecordingMetadata | undefined, headerIds: readonly HeaderId[]): readonly ExternalId[] {
  return [...(metadata === undefined ? [] : externalIdsOf(metadata)), ...headerIds]
    .map(({ name, value }) => ({ name: name === 'sipSessionID' ? 'sipSessionId' : name, value }))
    .slice(0, sipEdgeLimits.externalIdsMax);
}

/**
 * Describes an offer. Without metadata the participants are unknown and the streams have only their labels. Lines
 * that cannot be recorded are left out of the streams.
 */
export function describeSession(offer: SdpDescription, given: DescribedWith): DescribedOffer {
  const { metadata, headerIds = [], isUser = () => false, isSilencedByUs = false } = given;
  const { srtp = 'optional', dtmf = defaultTrunk.dtmf } = given;
  const lines: readonly OfferedStream[] = judgeOffer(offer, srtp);
  const labels = streamLabels(lines);
  const present = metadata === undefined ? new Set<string>() : presentIds(metadata);
  const owners = metadata === undefined ? [] : streamOwners(lines, metadata, present);
  const { state, masked } = saidBySource({ offer, lines, metadata, present, isSilencedByUs });
  const streams = lines.flatMap((line, place) => {
    if (!line.isAcceptable) return [];
    const named = { label: labels[place] ?? '', owners: owners[place] ?? [] };
    const stream = { ...streamOf(line.audio, dtmf, named), ...termsOf(line) };
    return masked[place] === true ? [{ ...stream, isMasked: true as const }] : [stream];
  });
  const keys = metadata === undefined ? [] : keyIds(metadata);
  return {
    described: {
      conversationKeys: keys.map(({ value }) => value),
      externalIds: [...keys, ...vendorIds(metadata, headerIds)],
      participants: metadata === undefined ? [] : participantsOf(metadata, present, isUser),
      streams,
      ...(state.isPaused || state.hold !== undefined ? { source: state } : {}),
    },
    labels,
    obstacle: srtpObstacle(lines),
  };
}
