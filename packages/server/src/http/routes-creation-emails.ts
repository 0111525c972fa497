/** The doors through which e-mail conversations begin, and are taken up again. */
import { type ConversationId, type QueueId, uuidAs } from '@tacet/domain';
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
import { partyOf, recordMail } from './written-mail.ts';

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

/** What the request writes is the first mail of the conversation. */
async function recordFirst(
  http: HttpContext,
  { actor, asked, body }: Pick<GuardedCall, 'actor' | 'asked'> & { readonly body: Email },
  conversationId: ConversationId,
): Promise<void> {
  const { direction, fromAddress, fromName, toAddress, toName, subject, textBody, htmlBody } = body;
  if (textBody === undefined && htmlBody === undefined) return;
  const [from] = partyOf({ ...given('email', fromAddress), ...given('name', fromName) });
  const to = partyOf({ ...given('email', toAddress), ...given('name', toName) });
  const said = { ...given('from', from), ...given('subject', subject) };
  const content = { ...given('text', textBody), ...given('html', htmlBody) };
  const access = { permissions: ['conversation:email:create'] } as const;
  const way = { direction: direction === 'OUTBOUND' ? 'outbound' : 'inbound' } as const;
  await recordMail(http, { actor, asked }, { ...way, to, ...said, ...content, conversationId, access });
}

function createDoor(http: HttpContext): GuardedDoor {
  const { control } = http;
  return withBody({
    method: 'POST',
    path: '/api/v2/conversations/emails',
    operation: 'postConversationsEmails',
    summary: 'Begins an e-mail conversation.',
    description:
      'A body that it carries is recorded as its first mail; the answer waits until that is durable. Tacet sends no mail.',
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
      await recordFirst(http, { actor, asked, body }, view.conversation.id);
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
