/** Contract models `Recording` and `RecordingMetadata`, and the bytes of media. */
import { type Static, Type } from 'typebox';
import { Annotation } from './annotation.ts';
import { ChatMessage, RecordingEmailMessage, RecordingMessagingMessage } from './transcript.ts';

const date = Type.String({ format: 'date-time' });
const optionalDate = Type.Optional(date);

/** Members that both models have. */
const shared = {
  id: Type.String(),
  conversationId: Type.String(),
  mediaSubtype: Type.Enum(['Trunk', 'Station', 'Consult', 'Screen', 'Snippet']),
  fileState: Type.Enum(['ARCHIVED', 'AVAILABLE', 'DELETED', 'RESTORED', 'RESTORING', 'UPLOADING', 'ERROR']),
  annotations: Type.Array(Annotation),
  sessionId: Type.String(),
  endTime: optionalDate,
  archiveDate: optionalDate,
  deleteDate: optionalDate,
  selfUri: Type.String(),
};

const MediaResult = Type.Object({ mediaUri: Type.String() }, { $id: 'MediaResult' });

export const Recording = Type.Object(
  {
    ...shared,
    media: Type.Enum(['audio', 'chat', 'messaging', 'email', 'screen']),
    recordingFileRole: Type.Enum(['CUSTOMER_EXPERIENCE', 'ADHOC']),
    creationTime: date,
    startTime: optionalDate,
    originalRecordingStartTime: optionalDate,
    outputDurationMs: Type.Optional(Type.Integer({ minimum: 0 })),
    outputSizeInBytes: Type.Optional(Type.Integer({ minimum: 0 })),
    estimatedTranscodeTimeMs: Type.Optional(Type.Integer({ minimum: 0 })),
    actualTranscodeTimeMs: Type.Optional(Type.Integer({ minimum: 0 })),
    mediaUris: Type.Optional(Type.Record(Type.String(), MediaResult)),
    transcript: Type.Optional(Type.Array(ChatMessage)),
    emailTranscript: Type.Optional(Type.Array(RecordingEmailMessage)),
    messagingTranscript: Type.Optional(Type.Array(RecordingMessagingMessage)),
  },
  { $id: 'Recording' },
);
export type RecordingModel = Static<typeof Recording>;

export const RecordingMetadata = Type.Object(
  { ...shared, media: Type.Enum(['audio', 'chat', 'email', 'message']), startTime: optionalDate },
  { $id: 'RecordingMetadata' },
);
export type RecordingMetadataModel = Static<typeof RecordingMetadata>;

/** A file of media, in the format that its link was asked for. */
export const MediaBytes = Type.String({ $id: 'MediaBytes', contentMediaType: 'audio/*' });
