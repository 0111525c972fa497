/** The door, ours, at which a page is let in: a token for one conversation and one kind of media. */
import { type CommunicationId, toIso } from '@tacet/domain';
import { type Access, allowPublishing } from '../control/index.ts';
import { uuidIfGiven } from './body-ids.ts';
import { conversationLimits } from './conversation-limits.ts';
import { type GuardedDoor, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { PublishingToken, PublishingWish } from './models/publishing.ts';
import { conversationIdOf } from './path-ids.ts';
import { webChatPath } from './routes-webchat.ts';
import { given } from './view-communication.ts';

const access: Access = { permissions: ['tacet:conversation:add'] };

export function publishingDoors({ control, publishing }: HttpContext): readonly GuardedDoor[] {
  return [
    withBody({
      method: 'POST',
      path: '/tacet/v1/conversations/{conversationId}/publishing-tokens',
      operation: 'addPublishingToken',
      isPreview: true,
      summary: 'Gives out a token with which a page may publish into a conversation.',
      description:
        'It is good for this conversation and this kind of media alone, until it expires or the conversation ends. ' +
        'Hand it to the page of one participant: who has it can show what they like as that participant, and read nothing.',
      access: access.permissions,
      body: PublishingWish,
      answers: { 201: PublishingToken },
      answer: async (call) => {
        const { actor, asked, body } = call;
        const { seconds = conversationLimits.publishingSeconds, mediaType, communicationId, ...rest } = body;
        const conversationId = conversationIdOf(call);
        const writer = given('communicationId', uuidIfGiven<CommunicationId>('communicationId', communicationId));
        const wish = { ...rest, mediaType, ...writer };
        await allowPublishing(control, { actor, asked, access, conversationId, mediaType, ...writer });
        const { clientId, userId, name } = asked;
        const by = { clientId, name, ...(userId === undefined ? {} : { userId }) };
        const { token, expiresAt } = publishing.make({ ...wish, conversationId, by }, seconds * 1000);
        const pageUri = mediaType === 'chat' ? `${call.publicUrl}${webChatPath}#${token}` : undefined;
        return { status: 201, json: { token, expiresAt: toIso(expiresAt), ...given('pageUri', pageUri) } };
      },
    }),
  ];
}
