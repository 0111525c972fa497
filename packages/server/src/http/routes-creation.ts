/** The doors, ours, through which conversations of any media type begin and are joined. */
import type { CommunicationDetails, DivisionId, ParticipantId, QueueId, UserId } from '@tacet/domain';
import { Fault } from '@tacet/domain';
import {
  type Access,
  type ConversationView,
  type Joining,
  joinConversation,
  startConversation,
} from '../control/index.ts';
import { instantIfGiven, uuidIfGiven } from './body-ids.ts';
import { type Answer, type GuardedDoor, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { FoundConversation } from './models/conversation.ts';
import { ConversationJoin, ConversationStart, type DetailsWish, type JoiningWish } from './models/own-creation.ts';
import { conversationIdOf } from './path-ids.ts';
import { given } from './view-communication.ts';
import { foundConversationModel } from './view-conversation.ts';

const access: Access = { permissions: ['tacet:conversation:add'] };

function detailsIn({ callbackScheduledTime, ...details }: DetailsWish): CommunicationDetails {
  return { ...details, ...given('callbackScheduledAt', instantIfGiven(callbackScheduledTime)) } as CommunicationDetails;
}

/** @throws Fault constraintBroken for somebody without a purpose who does not take part yet. */
function joiningIn({
  participantId,
  purpose,
  address,
  name,
  attributes,
  state,
  direction,
  ...ids
}: JoiningWish): Joining {
  const how = { ...given('state', state), ...given('direction', direction) };
  const known = uuidIfGiven<ParticipantId>('participantId', participantId);
  if (known !== undefined) return { who: known, ...how };
  if (purpose === undefined) {
    throw new Fault('constraintBroken', { field: 'participants.purpose', problem: 'is missing' });
  }
  const who = {
    purpose,
    ...given('address', address),
    ...given('name', name),
    ...given('attributes', attributes),
    ...given('userId', uuidIfGiven<UserId>('userId', ids.userId)),
    ...given('queueId', uuidIfGiven<QueueId>('queueId', ids.queueId)),
  };
  return { who, ...how };
}

function created(view: ConversationView): Answer {
  return { status: 201, json: foundConversationModel(view) };
}

export function creationDoors({ control }: HttpContext): readonly GuardedDoor[] {
  return [
    withBody({
      method: 'POST',
      path: '/tacet/v1/conversations',
      operation: 'startConversation',
      // Their bodies grow with what records the content of digital media.
      isPreview: true,
      summary: 'Begins a conversation of any media type.',
      description:
        'It goes on until every communication was disconnected, over restarts of the server too. A recording session finds ' +
        'it by an external id of the name communicationSession, and starts closed if it was paused before.',
      access: access.permissions,
      body: ConversationStart,
      answers: { 201: FoundConversation },
      answer: async ({ actor, asked, body }) => {
        const { mediaType, participants, externalIds, details } = body;
        const divisionId = uuidIfGiven<DivisionId>('divisionId', body.divisionId);
        const joining = participants.map(joiningIn);
        const about = { ...given('divisionId', divisionId), ...given('externalIds', externalIds) };
        const media = { mediaType, ...(details === undefined ? {} : { details: detailsIn(details) }) };
        return created(await startConversation(control, { actor, asked, access, joining, ...media, ...about }));
      },
    }),
    withBody({
      method: 'POST',
      path: '/tacet/v1/conversations/{conversationId}/communications',
      operation: 'joinConversation',
      isPreview: true,
      summary: 'Adds participants to a conversation, or a further media type to those who are in it.',
      description: 'A pause stays what it is, and holds for what is added too.',
      access: access.permissions,
      body: ConversationJoin,
      answers: { 201: FoundConversation },
      answer: async (call) => {
        const { actor, asked, body } = call;
        const { mediaType, participants, details } = body;
        const joining = participants.map(joiningIn);
        const conversationId = conversationIdOf(call);
        const media = { mediaType, ...(details === undefined ? {} : { details: detailsIn(details) }) };
        return created(await joinConversation(control, { actor, asked, access, conversationId, joining, ...media }));
      },
    }),
  ];
}
