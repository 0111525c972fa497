/** The doors through which e-mail conversations begin, and are taken up again. */
import { type QueueId, uuidAs } from '@tacet/domain';
import type { Static } from 'typebox';
import { type Joining, reconnect, startConversation } from '../control/index.ts';
import { type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import { EdgeFault } from './edge-fault.ts';
import type { HttpContext } from './http-context.ts';
import { CreateEmailRequest } from './models/creation.ts';
import { EmailConversation } from './models/media-conversation.ts';
import { conversationIdOf } from './path-ids.ts';
import { given } from './view-communication.ts';
import { mediaConversationModel } from './view-media-conversation.ts';

type Email = Static<typeof CreateEmailRequest>;

const mediaType = 'email';

/** Where a mail is to wait: with a queue, or with a flow that asks further. */
function routeIn({ queueId, flowId, direction }: Email): { readonly queueId?: QueueId; readonly flowId?: string } {
  if (queueId !== undefined && flowId !== undefined) throw new EdgeFault('emailRoutesTooMany');
  const queue = queueId === undefined ? undefined : uuidAs<QueueId>(queueId);
  const flow = flowId === undefined ? undefined : uuidAs<QueueId>(flowId);
  if (queueId !== undefined && queue === undefined) throw new EdgeFault('emailQueueInvalid');
  if (flowId !== undefined && flow === undefined) throw new EdgeFault('emailFlowInvalid');
  if (direction === 'OUTBOUND' && queue === undefined) throw new EdgeFault('emailQueueMissing');
  if (queue === undefined && flow === undefined) throw new EdgeFault('emailRouteMissing');
  return { ...given('queueId', queue), ...given('flowId', flow) };
}

/** The customer, and whoever the mail waits for: the user who writes, the queue, or the flow. */
function peopleIn(body: Email, { actor }: Pick<GuardedCall, 'actor'>): readonly Joining[] {
  const { queueId, flowId } = routeIn(body);
  const isOutbound = body.direction === 'OUTBOUND';
  const address = isOutbound ? body.toAddress : body.fromAddress;
  const direction = isOutbound ? 'outbound' : 'inbound';
  const customer = {
    purpose: 'customer',
    ...given('address', address),
    ...given('name', isOutbound ? body.toName : body.fromName),
    ...given('attributes', body.attributes),
  } as const;
  const queue = given('queueId', queueId);
  if (isOutbound && actor.userId !== undefined) {
    return [
      { who: { purpose: 'agent', userId: actor.userId, ...queue }, direction },
      { who: customer, direction },
    ];
  }
  const route =
    flowId === undefined ? { purpose: 'acd' as const, ...queue } : { purpose: 'ivr' as const, address: flowId };
  return [
    { who: customer, direction },
    { who: route, direction },
  ];
}

function createDoor({ control }: HttpContext): GuardedDoor {
  return withBody({
    method: 'POST',
    path: '/api/v2/conversations/emails',
    operation: 'postConversationsEmails',
    summary: 'Begins an e-mail conversation.',
    description:
      'Tacet sends no mail. Subject and bodies are read and dropped: nothing of them is kept, and nothing of them is logged.',
    access: ['conversation:email:create'],
    body: CreateEmailRequest,
    answers: { 200: EmailConversation },
    answer: async ({ actor, asked, body }) => {
      const { provider, toAddress, fromAddress } = body;
      if (provider === undefined || provider === '') throw new EdgeFault('emailProviderMissing');
      const details = { provider, ...given('toAddress', toAddress), ...given('fromAddress', fromAddress) };
      const access = { permissions: ['conversation:email:create'] } as const;
      const joining = peopleIn(body, { actor });
      const view = await startConversation(control, { actor, asked, access, mediaType, details, joining });
      return ok(mediaConversationModel(mediaType, view));
    },
  });
}

function reconnectDoor({ control }: HttpContext): GuardedDoor {
  return {
    method: 'POST',
    path: '/api/v2/conversations/emails/{conversationId}/reconnect',
    operation: 'postConversationsEmailReconnect',
    summary: 'Takes an e-mail conversation up again that is over, with the user and the last customer.',
    description: 'What was paused when it ended is paused still.',
    access: ['conversation:communication:reconnect'],
    needsUser: true,
    answers: { 204: undefined },
    answer: async (call) => {
      const { actor, asked } = call;
      await reconnect(control, { actor, asked, conversationId: conversationIdOf(call), mediaType });
      return { status: 204 };
    },
  };
}

export function emailCreationDoors(http: HttpContext): readonly GuardedDoor[] {
  return [createDoor(http), reconnectDoor(http)];
}
