/** An item comes in: it goes through the same gate as a packet, and is durable, or withheld, when that is answered. */
import {
  type ConversationId,
  Fault,
  type Instant,
  isActiveParticipant,
  type KeptOrNot,
  limits,
  type MediaType,
} from '@tacet/domain';
import { encodeItem, type Item } from '@tacet/media';
import { type Access, demandAccess } from './access.ts';
import type { Request } from './authorise.ts';
import { demandConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { itemStreamOf, recordItems } from './item-recordings.ts';
import { forgetWritten, maskWritten, pauseOnCard } from './mask-written.ts';
import type { Permit } from './permits.ts';

/** Who may bring an item. */
export interface Bringing {
  readonly access: Access;
  /** Users who take part need none of it. */
  readonly isForParticipants?: true;
}

export interface TakeItem extends Request, Bringing {
  readonly conversationId: ConversationId;
  /** The medium of the conversation that it belongs to. */
  readonly mediaType: MediaType;
  readonly item: Item;
  /** When it began to come, where it took its time. */
  readonly cameAt?: Instant;
}

/** The instant by which an item is judged: when it had come, or when it began to, if the recording was paused in between. */
async function judgedAt(context: ControlContext, { conversationId, cameAt }: TakeItem): Promise<Instant> {
  const now = context.clock.now();
  if (cameAt === undefined) return now;
  const spans = await context.store.spansOf(conversationId);
  // Rule: an item that was on its way while the recording was paused is withheld, also when it ends after the resume
  const wasPaused = spans.some(({ openedAt }) => openedAt === undefined || openedAt > cameAt);
  return wasPaused ? cameAt : now;
}

/** @throws Fault when the actor may not. */
export function mayBring({ access, isForParticipants }: Bringing): Permit {
  return (conversation, actor) => {
    const takesPart = actor.userId !== undefined && isActiveParticipant(conversation, actor.userId);
    if (isForParticipants !== true || !takesPart) demandAccess(actor, access, conversation);
  };
}

/**
 * Records an item, or withholds it where the conversation is paused. Recording is not delivery: what is withheld has
 * reached its reader all the same, and only the recording does not keep it. The body's bytes are overwritten.
 * @throws Fault conversationUnknown where the medium is not open in the conversation; permissionMissing; itemTooLarge;
 *   mediaUnavailable or storageUnavailable where it may not have been kept, and is to be brought again.
 */
export async function takeItem(context: ControlContext, command: TakeItem): Promise<KeptOrNot> {
  const { conversationId, mediaType, item, asked } = command;
  const arrivedAt = await judgedAt(context, command);
  await demandConversation(context, command, mayBring(command));
  const live = context.live.get(conversationId);
  if (live === undefined) throw new Fault('conversationUnknown', { conversationId });
  if (itemStreamOf(live, mediaType) === undefined) {
    await context.queue.run(conversationId, () => recordItems(context, live, asked));
  }
  const streamId = itemStreamOf(live, mediaType);
  if (streamId === undefined) throw new Fault('conversationUnknown', { conversationId });
  // Rule: numbers are masked before an item is kept
  const masked = maskWritten(context, live, item);
  const bytes = encodeItem(masked.item);
  item.body.fill(0);
  if (bytes.length > limits.unitBytesMax) throw new Fault('itemTooLarge', { maximum: limits.unitBytesMax });
  const outcome = await context.media.keep(streamId, bytes, arrivedAt);
  if (outcome === 'withheld') forgetWritten(live);
  else if (masked.hasCard) await pauseOnCard(context, conversationId);
  return outcome;
}
