/** An item comes in: it goes through the same gate as a packet, and is durable, or withheld, when that is answered. */
import { type ConversationId, Fault, type KeptOrNot, limits, type MediaType } from '@tacet/domain';
import { encodeItem, type Item } from '@tacet/media';
import { type Access, demandAccess } from './access.ts';
import type { Request } from './authorise.ts';
import { demandConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { itemStreamOf, recordItems } from './item-recordings.ts';

export interface TakeItem extends Request {
  readonly access: Access;
  readonly conversationId: ConversationId;
  /** The medium of the conversation that it belongs to. */
  readonly mediaType: MediaType;
  readonly item: Item;
}

/**
 * Records an item, or withholds it where the conversation is paused. Recording is not delivery: what is withheld has
 * reached its reader all the same, and only the recording does not keep it. The body's bytes are overwritten.
 * @throws Fault conversationUnknown where the medium is not open in the conversation; permissionMissing; itemTooLarge;
 *   mediaUnavailable or storageUnavailable where it may not have been kept, and is to be brought again.
 */
export async function takeItem(context: ControlContext, command: TakeItem): Promise<KeptOrNot> {
  const { conversationId, mediaType, item, asked, access } = command;
  const arrivedAt = context.clock.now();
  await demandConversation(context, command, (conversation, actor) => demandAccess(actor, access, conversation));
  const live = context.live.get(conversationId);
  if (live === undefined) throw new Fault('conversationUnknown', { conversationId });
  if (itemStreamOf(live, mediaType) === undefined) {
    await context.queue.run(conversationId, () => recordItems(context, live, asked));
  }
  const streamId = itemStreamOf(live, mediaType);
  if (streamId === undefined) throw new Fault('conversationUnknown', { conversationId });
  const bytes = encodeItem(item);
  item.body.fill(0);
  if (bytes.length > limits.unitBytesMax) throw new Fault('itemTooLarge', { maximum: limits.unitBytesMax });
  return context.media.keep(streamId, bytes, arrivedAt);
}
