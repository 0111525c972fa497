/** SDP offer and metadata → the recording session as `control` knows it, whatever SIP said it in. */
import type { ExternalId } from '@tacet/domain';
import {
  type AudioFormat,
  judgeOffer,
  type OfferedStream,
  type SessionDescription as SdpDescription,
} from '@tacet/wire/sdp';
import { externalIdsOf, type RecordingMetadata } from '@tacet/wire/siprec';
import type { SessionDescription, SessionParticipant, SessionStream } from '../control/index.ts';
import { sipEdgeLimits } from './limits.ts';
import { streamLabels } from './stream-labels.ts';
import { streamOwners } from './stream-owners.ts';

/** A recording session described, and which label each media line of the offer goes by. */
export interface DescribedOffer {
  readonly described: SessionDescription;
  /** By place of the media line; refused lines have one too. */
  readonly labels: readonly string[];
}

function streamOf(audio: AudioFormat, label: string, owners: readonly string[]): SessionStream {
  const { codec, payloadType, eventPayloadType } = audio;
  return {
    label,
    codecs: [{ name: codec.toUpperCase(), payloadType, clockRate: 8_000 }],
    payloadTypes: eventPayloadType === undefined ? [payloadType] : [payloadType, eventPayloadType],
    owners,
  };
}

/** Participants leave by the end of their last association with a communication session (RFC 7865 §6.6). */
function presentIds({ participants, participantSessions }: RecordingMetadata): ReadonlySet<string> {
  const isPresent = (id: string): boolean => {
    const mine = participantSessions.filter(({ participantId }) => participantId === id);
    return mine.length === 0 || mine.some(({ disassociatedAt }) => disassociatedAt === undefined);
  };
  return new Set(participants.map(({ id }) => id).filter(isPresent));
}

function participantsOf(metadata: RecordingMetadata, present: ReadonlySet<string>): readonly SessionParticipant[] {
  return metadata.participants
    .filter(({ id }) => present.has(id))
    .map(({ id, aor, name }) => ({
      sourceId: id,
      // Without an address the id stands in: two participants without one are still two.
      address: aor ?? id,
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
function vendorIds(metadata: RecordingMetadata): readonly ExternalId[] {
  return externalIdsOf(metadata)
    .map(({ name, value }) => ({ name: name === 'sipSessionID' ? 'sipSessionId' : name, value }))
    .slice(0, sipEdgeLimits.externalIdsMax);
}

/**
 * Describes an offer. Without metadata the participants are unknown and the streams have only their labels. Lines
 * that cannot be recorded are left out of the streams.
 */
export function describeSession(offer: SdpDescription, metadata: RecordingMetadata | undefined): DescribedOffer {
  const lines: readonly OfferedStream[] = judgeOffer(offer);
  const labels = streamLabels(lines);
  const present = metadata === undefined ? new Set<string>() : presentIds(metadata);
  const owners = metadata === undefined ? [] : streamOwners(lines, metadata, present);
  const streams = lines.flatMap((line, place) =>
    line.isAcceptable ? [streamOf(line.audio, labels[place] ?? '', owners[place] ?? [])] : [],
  );
  const keys = metadata === undefined ? [] : keyIds(metadata);
  return {
    described: {
      conversationKeys: keys.map(({ value }) => value),
      externalIds: metadata === undefined ? [] : [...keys, ...vendorIds(metadata)],
      participants: metadata === undefined ? [] : participantsOf(metadata, present),
      streams,
    },
    labels,
  };
}
