/** Small records that are set rather than recorded; each is kept whole under its kind and id. */
import type { Bookmark } from './bookmark.ts';
import type { RecordingId } from './ids.ts';
import type { KeptSource } from './kept-source.ts';
import type { BatchRequest, DeletionProtection, RecordingSettings, RetentionPolicy } from './recording-care.ts';
import type { VideoMeeting } from './video-meeting.ts';

/** The kinds and their values. `parentId` of a bookmark is its recording; the others have none. */
export interface DocumentKinds {
  readonly bookmark: Bookmark;
  readonly recordingSettings: RecordingSettings & { readonly id: 'recordingSettings' };
  readonly retentionPolicy: RetentionPolicy;
  readonly deletionProtection: DeletionProtection;
  readonly batchRequest: BatchRequest;
  readonly videoMeeting: VideoMeeting;
  /** By recording, while it is going on. */
  readonly keptSource: KeptSource;
  /** Recordings that are over while some of their media is not in store yet. */
  readonly uploading: { readonly id: RecordingId };
}
export type DocumentKind = keyof DocumentKinds;

/** Sets a document, or removes it where there is no value. */
export type DocumentChange = {
  [K in DocumentKind]: {
    readonly kind: K;
    readonly id: string;
    readonly parentId?: string;
    readonly value: DocumentKinds[K] | undefined;
  };
}[DocumentKind];
