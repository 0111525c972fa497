/** Contract models `Recording` and `RecordingMetadata`. */
import { type Interval, type MediaType, type Recording, spanWithin, toIso, union } from '@tacet/domain';
import type { RecordingView } from '../control/index.ts';
import type { RecordingMetadataModel, RecordingModel } from './models/recording.ts';
import type { GapStyle, PreparedMedia } from './ports.ts';
import { annotationModels } from './view-annotation.ts';
import { retentionDates } from './view-retention.ts';

/** Media of a recording that was asked for. */
export interface ShownMedia {
  readonly prepared: PreparedMedia;
  /** Absent until it is ready. */
  readonly uri?: string;
}

/** Whether it is deleted, or its deletion has begun. */
export function isGone({ fileState, deletionBegunAt }: Recording): boolean {
  return fileState === 'DELETED' || deletionBegunAt !== undefined;
}

/** Whether there is media to play: a recording that goes on, or that was deleted, has none. */
export function isPlayable(recording: Recording): boolean {
  const { endedAt, fileState } = recording;
  return !isGone(recording) && endedAt !== undefined && (fileState === 'AVAILABLE' || fileState === 'ERROR');
}

function lengthOf(intervals: readonly Interval[]): number {
  return intervals.reduce((ms, { from, to }) => ms + to - from, 0);
}

/** Length of the rendered media in whole ms: that of the call, or what is left of it where pauses are cut out. */
function outputMs({ recording, spans }: RecordingView, gap: GapStyle): number {
  const stretch = { from: recording.startedAt, to: recording.endedAt ?? recording.startedAt };
  const paused = union(spans.flatMap((span) => spanWithin(span, stretch) ?? []));
  return Math.round(lengthOf([stretch]) - (gap === 'cut' ? lengthOf(paused) : 0));
}

/** What the contract calls the media of a recording; it has no words for co-browse and video, which are seen as screens are. */
const mediaKinds: { readonly [type in MediaType]: RecordingModel['media'] } = {
  call: 'audio',
  callback: 'audio',
  chat: 'chat',
  cobrowsesession: 'screen',
  email: 'email',
  message: 'messaging',
  screenshare: 'screen',
  social: 'messaging',
  video: 'screen',
};

/** Metadata spell one kind differently, and know no screens. */
function metadataKind(mediaType: MediaType): RecordingMetadataModel['media'] {
  const kind = mediaKinds[mediaType];
  return kind === 'messaging' ? 'message' : kind === 'screen' ? 'audio' : kind;
}

/** What both models say. */
function described(
  view: RecordingView,
  collection: 'recordings' | 'recordingmetadata',
): Omit<RecordingMetadataModel, 'media'> {
  const { id, conversationId, fileState, sourceId, mediaType } = view.recording;
  return {
    id,
    conversationId,
    mediaSubtype: mediaKinds[mediaType] === 'screen' ? 'Screen' : 'Trunk',
    fileState,
    annotations: [...annotationModels(view)],
    sessionId: sourceId,
    ...retentionDates(view.recording),
    selfUri: `/api/v2/conversations/${conversationId}/${collection}/${id}`,
  };
}

/** There is one part, under the number that it would have among others. */
function mediaMembers({ prepared, uri }: ShownMedia): Partial<RecordingModel> {
  if (!prepared.isReady) return { estimatedTranscodeTimeMs: prepared.estimatedMs };
  return {
    actualTranscodeTimeMs: prepared.tookMs,
    outputSizeInBytes: prepared.lengthBytes,
    ...(uri === undefined ? {} : { mediaUris: { '0': { mediaUri: uri } } }),
  };
}

/** @param media where there is any and it was asked for. */
export function recordingModel(view: RecordingView, gap: GapStyle, media: ShownMedia | undefined): RecordingModel {
  const { recording } = view;
  const { startedAt, endedAt } = recording;
  const times =
    endedAt === undefined || !isPlayable(recording)
      ? {}
      : {
          startTime: toIso(startedAt),
          endTime: toIso(endedAt),
          originalRecordingStartTime: toIso(startedAt),
          outputDurationMs: outputMs(view, gap),
        };
  return {
    ...described(view, 'recordings'),
    media: mediaKinds[recording.mediaType],
    recordingFileRole: 'CUSTOMER_EXPERIENCE',
    creationTime: toIso(startedAt),
    ...times,
    ...(media === undefined ? {} : mediaMembers(media)),
  };
}

/** `startTime` is left out: the contract fills it for screen recordings only. Annotations come with the finished file. */
export function recordingMetadataModel(view: RecordingView): RecordingMetadataModel {
  const { endedAt, fileState } = view.recording;
  const shared = described(view, 'recordingmetadata');
  return {
    ...shared,
    media: metadataKind(view.recording.mediaType),
    ...(endedAt === undefined ? {} : { endTime: toIso(endedAt) }),
    annotations: fileState === 'AVAILABLE' ? shared.annotations : [],
  };
}
