/** The doors to the recording state: nine PUTs and two PATCHes over one use-case. */
import { type AuditAction, type MediaType, type MediaTypeRow, mediaTypeRows, toIso } from '@tacet/domain';
import { type RecordingStateSet, type SetRecordingState, setRecordingState, viewOf } from '../control/index.ts';
import { type Answer, type GuardedCall, type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { conversationIdOf } from './path-ids.ts';
import { wantedState, wantedStateAlone } from './recording-state-body.ts';
import { conversationModel } from './view-conversation.ts';

type Wish = Pick<SetRecordingState, 'state' | 'right'> & { readonly mediaType?: MediaType };

async function carryOut({ control }: HttpContext, call: GuardedCall, wish: Wish): Promise<RecordingStateSet> {
  const { actor, asked } = call;
  const conversationId = conversationIdOf(call);
  call.handOver();
  return setRecordingState(control, { actor, asked, conversationId, cause: 'securePause', ...wish });
}

/** The instant from which on nothing is kept: as a date, and exactly. */
function closedHeaders({ closedAt }: RecordingStateSet): { readonly [name: string]: string } {
  if (closedAt === undefined) return {};
  return { 'tacet-closed-at': toIso(closedAt), 'tacet-closed-at-ms': String(closedAt) };
}

/** A wish that was not read, or not understood, counts as one to pause: it is what these doors are for. */
function refusedAs(body: unknown): AuditAction {
  const { recordingState } = Object(body) as { readonly recordingState?: unknown };
  return String(recordingState).toUpperCase() === 'ACTIVE' ? 'recordingResumed' : 'recordingPaused';
}

function putDoor(http: HttpContext, { type, apiPath }: MediaTypeRow): GuardedDoor {
  const answer = async (call: GuardedCall): Promise<Answer> => {
    const wish = { state: wantedState(call.body), right: 'others', mediaType: type } as const;
    const result = await carryOut(http, call, wish);
    return { ...ok(result.state), headers: closedHeaders(result) };
  };
  return {
    method: 'PUT',
    path: `/api/v2/conversations/${apiPath}/{conversationId}/recordingstate`,
    operation: `putConversations${type.charAt(0).toUpperCase()}${type.slice(1)}Recordingstate`,
    summary: 'Pauses or resumes the recording of a conversation of this media type; answers the state reached.',
    access: ['conversation:recording:pauseOthers'],
    refusedAs,
    body: 'SetRecordingState',
    answers: { 200: 'RecordingState' },
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
    refusedAs,
    body: 'SetRecordingState',
    answers: { 202: '' },
    answer: async (call) => {
      const result = await carryOut(http, call, { state: wantedState(call.body), right: 'others' });
      return { status: 202, headers: closedHeaders(result) };
    },
  };
}

/** The door of the agent: one's own conversation, as one who takes part in it (contract §10 row 1). */
function patchCallDoor(http: HttpContext): GuardedDoor {
  return {
    method: 'PATCH',
    path: '/api/v2/conversations/calls/{conversationId}',
    operation: 'patchConversationsCall',
    summary: 'Pauses or resumes the recording of a call in which the user takes part.',
    access: ['conversation:recording:pause'],
    refusedAs,
    body: 'Conversation',
    answers: { 202: 'Conversation' },
    answer: async (call) => {
      const wish = { state: wantedStateAlone(call.body), right: 'own', mediaType: 'call' } as const;
      const result = await carryOut(http, call, wish);
      const json = conversationModel(viewOf(http.control, result.conversation));
      return { status: 202, json, headers: closedHeaders(result) };
    },
  };
}

export function recordingStateDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...mediaTypeRows.map((row) => putDoor(http, row)), patchDoor(http), patchCallDoor(http)];
}
