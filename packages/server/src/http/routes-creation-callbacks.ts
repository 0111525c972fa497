/** The doors through which callbacks are agreed, changed and called off. */
import { type ConversationId, Fault, type QueueId, type UserId, uuidAs } from '@tacet/domain';
import type { Static } from 'typebox';
import {
  type ConversationView,
  callbackState,
  changeCallback,
  endCallback,
  type Request,
  startConversation,
} from '../control/index.ts';
import { instantIfGiven, uuidIfGiven, uuidIn } from './body-ids.ts';
import { type GuardedDoor, ok, withBody } from './door.ts';
import { EdgeFault } from './edge-fault.ts';
import { errorBody } from './faults.ts';
import type { HttpContext } from './http-context.ts';
import {
  BulkCallbackDisconnectRequest,
  BulkCallbackPatchRequest,
  BulkCallbackPatchResponse,
  CreateCallbackCommand,
  CreateCallbackResponse,
  PatchCallbackRequest,
  PatchCallbackResponse,
} from './models/creation.ts';
import { given } from './view-communication.ts';

const path = '/api/v2/conversations/callbacks';
const mediaType = 'callback';

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

/** @throws EdgeFault callbackNumbersMissing or callbackQueueMissing. */
function callbackIn(body: Static<typeof CreateCallbackCommand>) {
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
  const name = given('name', callbackUserName);
  const customer = { purpose: 'customer', address: number, ...name, ...given('attributes', body.data) } as const;
  return { details, scheduledAt, people: [{ who: customer }, { who: { purpose: 'acd', queueId } }] as const };
}

function createDoor({ control }: HttpContext): GuardedDoor {
  return withBody({
    method: 'POST',
    path,
    operation: 'postConversationsCallbacks',
    summary: 'Begins a conversation that waits for somebody to call back.',
    description: 'Nobody is called by Tacet: the callback waits until a user is assigned, or it is called off.',
    access: ['conversation:callback:create'],
    needsAll: true,
    body: CreateCallbackCommand,
    answers: { 200: CreateCallbackResponse },
    answer: async ({ actor, asked, body }) => {
      const { details, scheduledAt, people } = callbackIn(body);
      const state = callbackState(control.clock.now(), scheduledAt);
      const access = { permissions: ['conversation:callback:create'], isAll: true } as const;
      const joining = people.map((one) => ({ ...one, state, direction: 'outbound' as const }));
      return ok(
        callbackAnswer(await startConversation(control, { actor, asked, access, mediaType, details, joining })),
      );
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
  return [createDoor(http), changeDoor(http), bulkChangeDoor(http), bulkEndDoor(http)];
}
