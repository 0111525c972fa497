/** Contract model `MessageData`. */
import type { ConversationId } from '@tacet/domain';
import type { ItemHead } from '@tacet/media';
import type { MessageDataModel } from './models/sent-message.ts';
import { given } from './view-communication.ts';

export interface ShownMessage {
  readonly item: ItemHead;
  readonly at: string;
  readonly conversationId: ConversationId;
  readonly messengerType?: string;
}

export function messageDataModel({ item, at, conversationId, messengerType }: ShownMessage): MessageDataModel {
  const { id, direction = 'inbound', from, to, text } = item;
  return {
    ...{ id, timestamp: at, direction, status: direction === 'outbound' ? 'sent' : 'received' },
    ...given('fromAddress', from?.address),
    ...given('toAddress', to?.[0]?.address),
    ...given('messengerType', messengerType),
    normalizedMessage: { id, type: 'Text', ...given('text', text) },
    conversationId,
    selfUri: `/api/v2/conversations/messages/${conversationId}/messages/${id}`,
  };
}
