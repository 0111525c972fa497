/** Contract models `Recording` and `RecordingMetadata`. */
import { type Interval, type Recording, type RecordingFileState, spanWithin, toIso, union } from '@tacet/domain';
import type { RecordingView } from '../control/index.ts';
import type { GapStyle } from './ports.ts';
import { type AnnotationModel, annotationModels } from './view-annotation.ts';

interface Described {
  readonly id: string;
  readonly conversationId: string;
  readonly media: 'audio';
  readonly mediaSubtype: 'Trunk';
  readonly fileState: RecordingFileState;
  readonly annotations: readonly AnnotationModel[];
  readonly sessionId: string;
  readonly endTime?: string;
  readonly selfUri: string;
}

export interface RecordingModel extends Described {
  readonly recordingFileRole: 'CUSTOMER_EXPERIENCE';
  readonly creationTime: string;
  readonly startTime?: string;
  readonly originalRecordingStartTime?: string;
  readonly outputDurationMs?: number;
  /** Contract model `MediaResult` under the number of the part; there is one part. */
  readonly mediaUris?: { readonly [part: string]: { readonly mediaUri: string } };
}

export type RecordingMetadataModel = Described;

/** Whether there is media to play: a recording that goes on, or that was deleted, has none. */
export function isPlayable({ endedAt, fileState }: Recording): boolean {
  return endedAt !== undefined && (fileState === 'AVAILABLE' || fileState === 'ERROR');
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

/** What both models say; a recording that is ours is of a call, taken from the trunk. */
function described(view: RecordingView, collection: 'recordings' | 'recordingmetadata'): Described {
  const { id, conversationId, fileState, sourceId } = view.recording;
  return {
    id,
    conversationId,
    media: 'audio',
    mediaSubtype: 'Trunk',
    fileState,
    annotations: annotationModels(view),
    sessionId: sourceId,
    selfUri: `/api/v2/conversations/${conversationId}/${collection}/${id}`,
  };
}

/** @param mediaUri address of the media, where there is any and it was asked for. */
export function recordingModel(view: RecordingView, gap: GapStyle, mediaUri: string | undefined): RecordingModel {
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
    recordingFileRole: 'CUSTOMER_EXPERIENCE',
    creationTime: toIso(startedAt),
    ...times,
    ...(mediaUri === undefined ? {} : { mediaUris: { '0': { mediaUri } } }),
  };
}

/** `startTime` is left out: the contract fills it for screen recordings only. Annotations come with the finished file. */
export function recordingMetadataModel(view: RecordingView): RecordingMetadataModel {
  const { endedAt, fileState } = view.recording;
  const shared = described(view, 'recordingmetadata');
  return {
    ...shared,
    ...(endedAt === undefined ? {} : { endTime: toIso(endedAt) }),
    annotations: fileState === 'AVAILABLE' ? shared.annotations : [],
  };
}
