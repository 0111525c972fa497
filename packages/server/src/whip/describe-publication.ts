/** A publication as control describes recording sessions: one who is seen and heard, a stream for each medium. */
import type { SessionDescription, SessionParticipant } from '../control/index.ts';
import type { Publisher } from '../publishing-tokens.ts';
import type { PeerStream } from './peer.ts';

function participantOf({ id, address, name, purpose = 'customer' }: Publisher): SessionParticipant {
  const known = name === undefined ? {} : { name };
  return { sourceId: id, address: address ?? `publisher:${id}`, purpose, ...known };
}

export function describePublication(streams: readonly PeerStream[], publisher: Publisher): SessionDescription {
  const participant = participantOf(publisher);
  return {
    conversationKeys: [],
    externalIds: [],
    participants: [participant],
    streams: streams.map(({ label, kind, codec }) => ({
      label,
      codecs: [codec],
      payloadTypes: [codec.payloadType],
      owners: [participant.sourceId],
      isFed: true,
      ...(kind === 'video' ? ({ needsAnchor: true } as const) : {}),
    })),
  };
}
