/** Bodies of events about recordings and their state. */
import { pauseCauses, type RecordingChanged, type RecordingStateChanged, toIso } from '@tacet/domain';
import { type Static, Type } from 'typebox';
import { dated, given, lowerState } from './communication-body.ts';

const date = Type.Optional(Type.String({ format: 'date-time' }));

/** Links to media are given to whoever asks for the recording, for their own use; events carry none. */
export const RecordingBody = Type.Object(
  {
    id: Type.String(),
    conversationId: Type.String(),
    fileState: Type.Enum(['AVAILABLE', 'DELETED', 'UPLOADING', 'ERROR']),
    mediaUris: Type.Array(Type.Object({ mediaUri: Type.String() })),
  },
  { $id: 'RecordingEventRecording' },
);

export function recordingBody(event: RecordingChanged): Static<typeof RecordingBody> {
  const { recordingId: id, conversationId, fileState } = event;
  return { id, conversationId, fileState, mediaUris: [] };
}

/** Ours: the contract has no topic that tells of a pause. */
export const RecordingStateBody = Type.Object(
  {
    conversationId: Type.String(),
    state: Type.Enum(['none', 'active', 'paused']),
    securePause: Type.Boolean(),
    dateChanged: Type.String({ format: 'date-time' }),
    actor: Type.Optional(
      Type.Object({
        clientId: Type.String(),
        userId: Type.Optional(Type.String()),
        name: Type.String(),
        door: Type.String(),
      }),
    ),
    requestId: Type.Optional(Type.String()),
    cause: Type.Optional(Type.Enum([...pauseCauses])),
    reason: Type.Optional(Type.Enum(['SecurePause', 'Hold', 'FlowOrQueue', 'Pause'])),
    spanId: Type.Optional(Type.String()),
    closedAt: date,
    openedAt: date,
    withheldCount: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { $id: 'TacetRecordingState' },
);

export function recordingStateBody(event: RecordingStateChanged): Static<typeof RecordingStateBody> {
  const { at, conversationId, state, isSecurePause, by, cause, reason, spanId, closedAt, openedAt } = event;
  const actor = by && { clientId: by.clientId, ...given('userId', by.userId), name: by.name, door: by.door };
  return {
    conversationId,
    state: lowerState(state),
    securePause: isSecurePause,
    dateChanged: toIso(at),
    ...given('actor', actor),
    ...given('requestId', by?.requestId),
    ...given('cause', cause),
    ...given('reason', reason),
    ...given('spanId', spanId),
    ...dated('closedAt', closedAt),
    ...dated('openedAt', openedAt),
    ...given('withheldCount', event.withheldCount),
  };
}
