/** Who is heard on which stream, as far as the metadata says so. */

import type { RecordedParticipant, RecordingMetadata } from './metadata.ts';

/** A stream with the participants that send and receive it now. */
export interface StreamParties {
  readonly streamId: string;
  /** The label of its m= line; undefined where the metadata gives none. */
  readonly label: string | undefined;
  readonly sessionId: string | undefined;
  readonly senders: readonly RecordedParticipant[];
  readonly receivers: readonly RecordedParticipant[];
}

/**
 * Every stream of the metadata with its parties. Associations that have ended do not count. Where a client sends no
 * associations the parties are empty: who speaks is then not known, and the order of the lists is no evidence.
 */
export function streamParties(metadata: RecordingMetadata): readonly StreamParties[] {
  const participants = new Map(metadata.participants.map((participant) => [participant.id, participant]));
  const current = metadata.participantStreams.filter(({ disassociatedAt }) => disassociatedAt === undefined);
  const partiesOf = (role: 'sends' | 'receives', streamId: string): readonly RecordedParticipant[] => {
    const ids = current.filter((entry) => entry[role].includes(streamId)).map(({ participantId }) => participantId);
    return [...new Set(ids)].flatMap((id) => participants.get(id) ?? []);
  };
  return metadata.streams.map((stream) => ({
    streamId: stream.id,
    label: stream.label,
    sessionId: stream.sessionId,
    senders: partiesOf('sends', stream.id),
    receivers: partiesOf('receives', stream.id),
  }));
}
