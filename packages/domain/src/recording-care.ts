/** What is set about recordings after and beside recording them: settings, policies, protection, downloads. */
import type { BatchRequestId, ClientId, ConversationId, PolicyId, RecordingId, UserId } from './ids.ts';
import type { Instant } from './instant.ts';

/** Of the whole installation (contract: `RecordingSettings`). */
export interface RecordingSettings {
  readonly maxSimultaneousStreams: number;
  readonly maxConfigurableScreenRecordingStreams: number;
  readonly regionalRecordingStorageEnabled: boolean;
  /** Minutes for which links to media are good, 2 to 60. */
  readonly recordingPlaybackUrlTtl: number;
  /** Minutes for which links of a batch request are good, 2 to 60. */
  readonly recordingBatchDownloadUrlTtl: number;
  readonly stopRecordingWhenOnlyExternalParticipants: boolean;
}

/** What holds until somebody sets something else. */
export const usualRecordingSettings: RecordingSettings = {
  maxSimultaneousStreams: 1,
  maxConfigurableScreenRecordingStreams: 4,
  regionalRecordingStorageEnabled: false,
  recordingPlaybackUrlTtl: 60,
  recordingBatchDownloadUrlTtl: 60,
  stopRecordingWhenOnlyExternalParticipants: false,
};

/** Which recordings a policy is for: those of single media types, or of all. */
export type PolicyKind = 'mediaRetentionPolicy' | 'crossPlatformPolicy';

/**
 * A retention policy as it was set. Its conditions and actions are kept as they came (contract: `PolicyConditions`,
 * `PolicyActions`) for the part that carries policies out.
 */
export interface RetentionPolicy {
  readonly id: PolicyId;
  readonly kind: PolicyKind;
  readonly name: string;
  readonly description?: string;
  /** Place among the policies: the lowest is tried first. */
  readonly order: number;
  readonly isEnabled: boolean;
  readonly mediaPolicies?: object;
  readonly conditions?: object;
  readonly actions?: object;
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
}

/** A conversation whose recordings nobody deletes while this stands. */
export interface DeletionProtection {
  readonly id: ConversationId;
  readonly since: Instant;
}

export interface BatchItem {
  readonly conversationId: ConversationId;
  /** Absent: every recording of the conversation. */
  readonly recordingId?: RecordingId;
}

/** Recordings that somebody asked for all at once. */
export interface BatchRequest {
  readonly id: BatchRequestId;
  /** Who asked, and who alone may have the answer. */
  readonly submittedBy: UserId | ClientId;
  readonly submittedAt: Instant;
  readonly items: readonly BatchItem[];
}
