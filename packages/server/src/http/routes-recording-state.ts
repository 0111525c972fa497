/** The doors to the recording state: nine PUTs and a PATCH over one use-case; those of one's own are with the conversation. */

import { closedHeaders, refusedStateAs, setState } from './change-recording-state.ts';
import { type ChangeableType, everyType } from './changeable-types.ts';
import { type Answer, type GuardedCall, type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { RecordingState, SetRecordingStateBody } from './models/recording-state.ts';
import { wantedState } from './recording-state-body.ts';

function putDoor(http: HttpContext, { type, apiPath, name, mark }: ChangeableType): GuardedDoor {
  const answer = async (call: GuardedCall): Promise<Answer> => {
    const wish = { state: wantedState(call.body), right: 'others', mediaType: type } as const;
    const result = await setState(http, call, wish);
    return { ...ok(result.state), headers: closedHeaders(result) };
  };
  return {
    method: 'PUT',
    path: `/api/v2/conversations/${apiPath}/{conversationId}/recordingstate`,
    operation: `putConversations${name}Recordingstate`,
    summary: 'Pauses or resumes the recording of a conversation of this media type; answers the state reached.',
    ...mark,
    access: ['conversation:recording:pauseOthers'],
    refusedAs: refusedStateAs,
    body: SetRecordingStateBody,
    answers: { 200: RecordingState },
    answer,
  };
}

function patchDoor(http: HttpContext): GuardedDoor {
  return {
    method: 'PATCH',
    path: '/api/v2/conversations/{conversationId}/recordingstate',
    operation: 'patchConversationRecordingstate',
    summary: 'Pauses or resumes the recording of a conversation, whatever its media types.',
    access: ['conversation:recording:pauseOthers'],
    refusedAs: refusedStateAs,
    body: SetRecordingStateBody,
    answers: { 202: undefined },
    answer: async (call) => {
      const result = await setState(http, call, { state: wantedState(call.body), right: 'others' });
      return { status: 202, headers: closedHeaders(result) };
    },
  };
}

export function recordingStateDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...everyType.map((row) => putDoor(http, row)), patchDoor(http)];
}
