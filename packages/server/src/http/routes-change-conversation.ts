/** The doors at which a conversation is changed as a whole: paused by its own participants, ended, named, assigned. */
import { type AuditAction, Fault, type Permission, type UserId, uuidAs } from '@tacet/domain';
import {
  assignPermissions,
  assignUser,
  type Changed,
  disconnectConversation,
  readConversation,
  tagConversation,
  viewOf,
} from '../control/index.ts';
import { closedHeaders, refusedStateAs, setState } from './change-recording-state.ts';
import { type ChangeableType, changeableTypes } from './changeable-types.ts';
import { conversationWish, refuseMerge } from './conversation-wish.ts';
import { type Answer, type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { ConversationModel } from './models/conversation.ts';
import { ConversationChange, ConversationId, ConversationTagsUpdate, ConversationUser } from './models/handover.ts';
import { conversationIdOf } from './path-ids.ts';
import { conversationModel } from './view-conversation.ts';

const disconnecting: readonly Permission[] = ['conversation:communication:disconnect'];

function changedAt(call: GuardedCall): Changed {
  const { actor, asked } = call;
  return { actor, asked, conversationId: conversationIdOf(call) };
}

/** What was not read, or not understood, counts as a wish to pause: such a refusal may not hide behind another one. */
function refusedAs(body: unknown): AuditAction {
  const wish = Object(body) as { readonly [name: string]: unknown };
  const isFor = (name: string): boolean => (wish[name] ?? undefined) !== undefined;
  if (isFor('recordingState')) return refusedStateAs(body);
  if (isFor('state')) return 'conversationDisconnected';
  return isFor('conversationIds') ? 'conversationChanged' : refusedStateAs(body);
}

async function disconnected(
  { control }: HttpContext,
  call: GuardedCall,
  permissions: readonly Permission[],
  type: ChangeableType,
): Promise<Answer> {
  const about = { ...changedAt(call), mediaType: type.type, permissions };
  call.handOver();
  return ok(conversationModel(viewOf(control, await disconnectConversation(control, about))));
}

/** The door of the agent: one's own conversation, as one who takes part in it (contract §10 row 1). */
function patchDoor(http: HttpContext, type: ChangeableType): GuardedDoor {
  const { control } = http;
  const permissions: readonly Permission[] =
    type.type === 'message' ? [...disconnecting, 'conversation:message:park'] : disconnecting;
  return withBody({
    method: 'PATCH',
    path: `/api/v2/conversations/${type.apiPath}/{conversationId}`,
    operation: `patchConversations${type.name}`,
    summary: `Pauses or resumes the recording of a ${type.noun} in which the user takes part, or ends it for everybody.`,
    description:
      'Pausing needs `conversation:recording:pause` and a user who takes part; ending needs ' +
      '`conversation:communication:disconnect`. One wish in a request.',
    ...type.mark,
    access: [...permissions, 'conversation:recording:pause'],
    needsUser: true,
    refusedAs,
    body: ConversationChange,
    answers: { 200: ConversationModel, 202: ConversationModel },
    answer: async (call) => {
      const wish = conversationWish(call.body);
      if (wish.kind === 'disconnect') return disconnected(http, call, disconnecting, type);
      if (wish.kind === 'merge') {
        const { conversation } = await readConversation(control, call.actor, conversationIdOf(call));
        return refuseMerge(conversation.id, wish.others);
      }
      const result = await setState(http, call, { state: wish.state, right: 'own', mediaType: type.type });
      const json = conversationModel(viewOf(control, result.conversation));
      return { status: 202, json, headers: closedHeaders(result) };
    },
  });
}

function endDoors({ control }: HttpContext): readonly GuardedDoor[] {
  const end = async (call: GuardedCall): Promise<void> => {
    await disconnectConversation(control, { ...changedAt(call), permissions: disconnecting });
  };
  const description = 'Recordings are closed and stored when this is answered, and their sources are told to stop.';
  const shared = { description, access: disconnecting } as const;
  return [
    {
      ...shared,
      method: 'DELETE',
      path: '/api/v2/conversations/{conversationId}',
      operation: 'deleteConversation',
      summary: 'Ends a conversation: everybody leaves. Nothing that was recorded is deleted.',
      answers: { 204: undefined },
      answer: async (call) => {
        await end(call);
        return { status: 204 };
      },
    },
    {
      ...shared,
      method: 'POST',
      path: '/api/v2/conversations/{conversationId}/disconnect',
      operation: 'postConversationDisconnect',
      summary: 'Ends a conversation: everybody leaves.',
      answers: { 202: ConversationId },
      answer: async (call) => {
        await end(call);
        return { status: 202, json: conversationIdOf(call) };
      },
    },
  ];
}

function tagDoor({ control }: HttpContext): GuardedDoor {
  const permissions: readonly Permission[] = ['conversation:externalTag:edit'];
  return withBody({
    method: 'PUT',
    path: '/api/v2/conversations/{conversationId}/tags',
    operation: 'putConversationTags',
    summary: 'Sets the name by which another system knows a conversation.',
    access: permissions,
    body: ConversationTagsUpdate,
    answers: { 202: ConversationId },
    answer: async (call) => {
      await tagConversation(control, { ...changedAt(call), externalTag: call.body.externalTag, permissions });
      return { status: 202, json: conversationIdOf(call) };
    },
  });
}

function assignDoor({ control }: HttpContext): GuardedDoor {
  return withBody({
    method: 'POST',
    path: '/api/v2/conversations/{conversationId}/assign',
    operation: 'postConversationAssign',
    summary: 'Gives a conversation to a user, who is alerting until connected.',
    description: 'For oneself a permission to pull is needed, for another user one to assign, of a media type it has.',
    access: assignPermissions,
    body: ConversationUser,
    answers: { 202: ConversationId },
    answer: async (call) => {
      const userId = uuidAs<UserId>(call.body.id);
      const about = changedAt(call);
      if (userId === undefined) throw new Fault('constraintBroken', { field: 'id', problem: 'names no user' });
      await assignUser(control, { ...about, userId });
      return { status: 202, json: about.conversationId };
    },
  });
}

export function changeConversationDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...changeableTypes.map((type) => patchDoor(http, type)), ...endDoors(http), tagDoor(http), assignDoor(http)];
}
