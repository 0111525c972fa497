/** The doors through which callbacks are agreed, changed and called off. */
import {
  type ConversationId,
  type ExternalId,
  Fault,
  type Instant,
  type QueueId,
  type UserId,
  uuidAs,
} from '@tacet/domain';
import type { Static } from 'typebox';
import {
  type ConversationView,
  callbackState,
  callName,
  changeCallback,
  endCallback,
  type Joining,
  joinConversation,
  type Newcomer,
  type Request,
  startConversation,
} from '../control/index.ts';
import { instantIfGiven, uuidIfGiven, uuidIn } from './body-ids.ts';
import { conversationLimits } from './conversation-limits.ts';
import { type GuardedDoor, ok, withBody } from './door.ts';
import { EdgeFault } from './edge-fault.ts';
import { errorBody } from './faults.ts';
import type { HttpContext } from './http-context.ts';
import {
  BulkCallbackDisconnectRequest,
  BulkCallbackPatchRequest,
  BulkCallbackPatchResponse,
  CreateCallbackCommand,
  CreateCallbackOnConversationCommand,
  CreateCallbackResponse,
  PatchCallbackRequest,
  PatchCallbackResponse,
} from './models/creation.ts';
import { conversationIdOf, participantIdOf } from './path-ids.ts';
import { given } from './view-communication.ts';

const path = '/api/v2/conversations/callbacks';
const mediaType = 'callback';
/** The member of `data` that names the call in advance: any id that its recording session is going to bring. */
const callIdMember = 'tacet-call-id';
const { idCharactersMax } = conversationLimits;
const access = { permissions: ['conversation:callback:create'], isAll: true } as const;
const found =
  'The recording session of the call joins this conversation: by any of its ids that ' +
  `\`${callIdMember}\` in \`data\` names, by the conversation's own id, or by a number of the callback that is due.`;

function conversationIdIn(text: string): ConversationId {
  const id = uuidAs<ConversationId>(text);
  if (id === undefined) throw new Fault('conversationUnknown');
  return id;
}

/** Contract models `CreateCallbackResponse` and `PatchCallbackResponse`. */
function callbackAnswer({ conversation }: ConversationView): Static<typeof CreateCallbackResponse> {
  const callbacks = conversation.participants.flatMap(({ purpose, communications }) =>
    communications
      .filter((communication) => communication.mediaType === mediaType && communication.state !== 'disconnected')
      .map(({ id }) => ({ type: purpose === 'acd' ? ('ACD' as const) : ('EXTERNAL' as const), id, purpose })),
  );
  return {
    conversation: { id: conversation.id, selfUri: `${path}/${conversation.id}` },
    callbackIdentifiers: callbacks.filter(({ purpose }) => purpose !== 'agent').map(({ type, id }) => ({ type, id })),
  };
}

/**
 * What is agreed, whoever is called.
 * @throws EdgeFault callbackNumbersMissing or callbackQueueMissing; Fault constraintBroken.
 */
function callbackIn(body: Static<typeof CreateCallbackCommand>, now: Instant) {
  const { callbackNumbers = [], routingData, callbackUserName, scriptId, callerId, callerIdName } = body;
  const queueId = uuidIfGiven<QueueId>('queueId', body.queueId ?? routingData?.queueId);
  const [number] = callbackNumbers;
  if (number === undefined) throw new EdgeFault('callbackNumbersMissing');
  if (queueId === undefined) throw new EdgeFault('callbackQueueMissing');
  const scheduledAt = instantIfGiven(body.callbackScheduledTime);
  const details = {
    callbackNumbers,
    ...given('callbackUserName', callbackUserName),
    ...given('callbackScheduledAt', scheduledAt),
    ...given('scriptId', scriptId),
    ...given('callerId', callerId),
    ...given('callerIdName', callerIdName),
  };
  const how = { state: callbackState(now, scheduledAt), direction: 'outbound' } as const;
  const queue: Joining = { who: { purpose: 'acd', queueId }, ...how };
  return { number, name: callbackUserName, media: { mediaType, details } as const, how, queue };
}

/** @throws Fault constraintBroken. */
function namesIn({ data }: Static<typeof CreateCallbackCommand>): readonly ExternalId[] {
  // Rule: a callback may name an id that its call will bring along
  const callId = data?.[callIdMember];
  if (callId === undefined) return [];
  if (callId !== '' && callId.length <= idCharactersMax) return [callName(callId)];
  const problem = `has to have 1 to ${idCharactersMax} characters`;
  throw new Fault('constraintBroken', { field: `data.${callIdMember}`, problem });
}

function createDoor({ control }: HttpContext): GuardedDoor {
  return withBody({
    method: 'POST',
    path,
    operation: 'postConversationsCallbacks',
    summary: 'Begins a conversation that waits for somebody to call back.',
    description: `Nobody is called by Tacet: the callback waits until a user is assigned, or it is called off. ${found}`,
    access: access.permissions,
    needsAll: true,
    body: CreateCallbackCommand,
    answers: { 200: CreateCallbackResponse },
    answer: async ({ actor, asked, body }) => {
      const { number, name, media, how, queue } = callbackIn(body, control.clock.now());
      const who = { purpose: 'customer', address: number, ...given('name', name), ...given('attributes', body.data) };
      const joining: readonly Joining[] = [{ who: who as Newcomer, ...how }, queue];
      const command = { actor, asked, access, ...media, joining, externalIds: namesIn(body) };
      return ok(callbackAnswer(await startConversation(control, command)));
    },
  });
}

function joinDoor({ control }: HttpContext): GuardedDoor {
  return withBody({
    method: 'POST',
    path: '/api/v2/conversations/{conversationId}/participants/{participantId}/callbacks',
    operation: 'postConversationParticipantCallbacks',
    summary: 'Agrees with somebody who takes part that they are called back.',
    description: `Nobody is called by Tacet. ${found}`,
    access: access.permissions,
    needsAll: true,
    body: CreateCallbackOnConversationCommand,
    answers: { 201: undefined },
    answer: async (call) => {
      const { actor, asked, body } = call;
      const { media, how, queue } = callbackIn(body, control.clock.now());
      const [conversationId, participantId] = [conversationIdOf(call), participantIdOf(call)];
      const joining: readonly Joining[] = [{ who: participantId, ...how }, queue];
      const noted = given('noted', body.data === undefined ? undefined : { participantId, attributes: body.data });
      const about = { conversationId, externalIds: namesIn(body), ...noted };
      await joinConversation(control, { actor, asked, access, ...media, joining, ...about });
      return { status: 201 };
    },
  });
}

/** @throws Fault as `changeCallback`. */
async function change({ control }: HttpContext, { actor, asked }: Request, body: Static<typeof PatchCallbackRequest>) {
  const view = await changeCallback(control, {
    ...{ actor, asked, conversationId: conversationIdIn(body.conversationId) },
    agentId: uuidIn<UserId>('agentId', body.agentId),
    ...given('queueId', uuidIfGiven<QueueId>('queueId', body.queueId)),
    ...given('numbers', body.callbackNumbers),
    ...given('scheduledAt', instantIfGiven(body.callbackScheduledTime)),
  });
  return callbackAnswer(view);
}

function changeDoor(http: HttpContext): GuardedDoor {
  return withBody({
    method: 'PATCH',
    path,
    operation: 'patchConversationsCallbacks',
    summary: 'Changes when and whom to call, and who calls.',
    access: ['conversation:callback:edit'],
    body: PatchCallbackRequest,
    answers: { 200: PatchCallbackResponse },
    answer: async (call) => ok(await change(http, call, call.body)),
  });
}

type BulkResult = Static<typeof BulkCallbackPatchResponse>['results'][number];

/** Each on its own: one that cannot be changed keeps none of the others from it. */
async function changed(http: HttpContext, by: Request, one: Static<typeof PatchCallbackRequest>): Promise<BulkResult> {
  try {
    return { entity: await change(http, by, one) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code, message } = errorBody(error, by.asked.requestId, 'conversations');
    return { error: { code, message } };
  }
}

function bulkChangeDoor(http: HttpContext): GuardedDoor {
  return withBody({
    method: 'POST',
    path: `${path}/bulk/update`,
    operation: 'postConversationsCallbacksBulkUpdate',
    summary: 'Changes several callbacks, each on its own.',
    access: ['conversation:callback:edit'],
    body: BulkCallbackPatchRequest,
    answers: { 200: BulkCallbackPatchResponse },
    answer: async (call) => {
      const results: BulkResult[] = [];
      for (const one of call.body.patchCallbackRequests) results.push(await changed(http, call, one));
      const errorIndexes = results.flatMap(({ error }, place) => (error === undefined ? [] : [place]));
      return ok({ results, errorCount: errorIndexes.length, errorIndexes });
    },
  });
}

function bulkEndDoor({ control }: HttpContext): GuardedDoor {
  return withBody({
    method: 'POST',
    path: `${path}/bulk/disconnect`,
    operation: 'postConversationsCallbacksBulkDisconnect',
    summary: 'Calls several callbacks off.',
    description: 'They end one after another; those before one that cannot be ended are over when that is answered.',
    access: ['conversation:communication:disconnect'],
    body: BulkCallbackDisconnectRequest,
    answers: { 202: undefined },
    answer: async ({ actor, asked, body }) => {
      for (const { conversationId, callbackId } of body.callbackDisconnectIdentifiers) {
        const id = conversationIdIn(conversationId);
        const callback = uuidAs<Parameters<typeof endCallback>[1]['callbackId']>(callbackId);
        if (callback === undefined) throw new Fault('participantUnknown');
        await endCallback(control, { actor, asked, conversationId: id, callbackId: callback });
      }
      return { status: 202 };
    },
  });
}

export function callbackCreationDoors(http: HttpContext): readonly GuardedDoor[] {
  return [createDoor(http), joinDoor(http), changeDoor(http), bulkChangeDoor(http), bulkEndDoor(http)];
}
