/** Recording metadata (RFC 7865) as a value: who takes part in what, and who sends which stream. */

/** Whether a document says everything, or only what changed (RFC 7865 §6.1.1). */
export type DataMode = 'complete' | 'partial';

/** An id that another system gave the call, found in a vendor's extension data. */
export interface ExternalId {
  readonly name: ExternalIdName;
  readonly value: string;
}

/** The kinds of outside ids that are recognised, whatever element they came in. */
export type ExternalIdName =
  | 'callid'
  | 'gcid'
  | 'ucid'
  | 'guid'
  | 'gucid'
  | 'sipSessionID'
  | 'icid'
  | 'genesysUuid'
  | 'conversationId'
  | 'interactionId'
  | 'extTrackingId'
  | 'serviceProviderId'
  | 'userId'
  | 'groupId';

/** When an association began and ended, as the client wrote it (RFC 3339 text, some clients without a zone). */
export interface Association {
  readonly associatedAt: string | undefined;
  readonly disassociatedAt: string | undefined;
}

/** Communication sessions that belong together (RFC 7865 §6.2). */
export interface CommunicationGroup extends Association {
  readonly id: string;
  readonly externalIds: readonly ExternalId[];
}

/** A communication session, the one being recorded (RFC 7865 §6.3). */
export interface CommunicationSession {
  readonly id: string;
  readonly groupId: string | undefined;
  /** Session-ID header values of the recorded dialogs (RFC 7989). */
  readonly sipSessionIds: readonly string[];
  readonly startedAt: string | undefined;
  readonly stoppedAt: string | undefined;
  readonly externalIds: readonly ExternalId[];
}

/** Someone in a communication session (RFC 7865 §6.5). */
export interface RecordedParticipant {
  readonly id: string;
  /** Address of record, always with a scheme; `sip:` is added where a client left it out. */
  readonly aor: string | undefined;
  /** Further addresses of the same participant, who may have a name and an address in each nameID (RFC 7865 §6.5). */
  readonly otherAors?: readonly string[];
  readonly name: string | undefined;
  readonly externalIds: readonly ExternalId[];
}

/** A media stream of the recording session (RFC 7865 §6.7). */
export interface RecordedStream {
  readonly id: string;
  /** The `a=label` of its m= line. */
  readonly label: string | undefined;
  /** The communication session it belongs to. */
  readonly sessionId: string | undefined;
}

/** A participant's presence in a communication session (RFC 7865 §6.6). */
export interface ParticipantSessionAssociation extends Association {
  readonly participantId: string;
  readonly sessionId: string;
}

/** The streams a participant sends and receives, by stream id (RFC 7865 §6.8). */
export interface ParticipantStreamAssociation extends Association {
  readonly participantId: string;
  readonly sends: readonly string[];
  readonly receives: readonly string[];
}

/** A communication session's part in this recording session (RFC 7865 §6.4). */
export interface SessionRecordingAssociation extends Association {
  readonly sessionId: string;
}

/** One metadata document, or the state that several of them built up. Ids are unique within each list. */
export interface RecordingMetadata {
  readonly dataMode: DataMode;
  readonly groups: readonly CommunicationGroup[];
  readonly sessions: readonly CommunicationSession[];
  readonly participants: readonly RecordedParticipant[];
  readonly streams: readonly RecordedStream[];
  readonly participantSessions: readonly ParticipantSessionAssociation[];
  readonly participantStreams: readonly ParticipantStreamAssociation[];
  readonly sessionRecordings: readonly SessionRecordingAssociation[];
  /** Outside ids that stood beside the sessions and not inside one. */
  readonly externalIds: readonly ExternalId[];
}

export type MetadataFaultCode =
  /** No metadata could be made out; the detail says whether the XML or its meaning was at fault. */
  | 'metadataUnreadable'
  /** A bound of `siprecLimits` was passed. */
  | 'metadataTooLarge';
