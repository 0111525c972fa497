/** Somebody who takes part in a conversation writes: the item is recorded as theirs. */
import {
  type CommunicationId,
  type Conversation,
  Fault,
  type Instant,
  type KeptOrNot,
  type MediaType,
  type Participant,
} from '@tacet/domain';
import type { Item, ItemHead, ItemParty } from '@tacet/media';
import { demandConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { mayBring, type TakeItem, takeItem } from './take-item.ts';

export interface SendItem extends Omit<TakeItem, 'item'> {
  /** The communication of the one who writes. */
  readonly communicationId: CommunicationId;
  readonly head: Pick<ItemHead, 'text' | 'contentType' | 'attachments' | 'metadata'>;
  /** Given where what is sent is no message, but a file. */
  readonly file?: SentFile;
}

/** A file that comes by itself: an item of its own, which messages name. */
export interface SentFile {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface SentItem {
  readonly item: ItemHead;
  readonly at: Instant;
  readonly conversation: Conversation;
  readonly from: Participant;
  readonly outcome: KeptOrNot;
}

function partyOf({ id, userId, purpose, address, name }: Participant, communicationId?: CommunicationId): ItemParty {
  return {
    participantId: id,
    purpose,
    address,
    ...(communicationId === undefined ? {} : { communicationId }),
    ...(userId === undefined ? {} : { userId }),
    ...(name === undefined ? {} : { name }),
  };
}

/** @throws Fault resourceUnknown, or constraintBroken for a communication that is over. */
function writerIn(
  conversation: Conversation,
  { communicationId, mediaType }: Pick<SendItem, 'communicationId' | 'mediaType'>,
): Participant {
  for (const participant of conversation.participants) {
    const one = participant.communications.find((c) => c.id === communicationId && c.mediaType === mediaType);
    if (one === undefined) continue;
    if (one.state !== 'disconnected') return participant;
    throw new Fault('constraintBroken', { field: 'communicationId', problem: 'is over' });
  }
  throw new Fault('resourceUnknown');
}

/**
 * Somebody may write in that communication's name.
 * @throws Fault as `sendItem`, before anything is sent.
 */
export async function demandWriter(context: ControlContext, command: Omit<SendItem, 'head'>): Promise<void> {
  const conversation = await demandConversation(context, command, mayBring(command));
  writerIn(conversation, command);
}

/** Everybody else who takes part with the medium. */
function readersIn({ participants }: Conversation, from: Participant, mediaType: MediaType): readonly Participant[] {
  return participants.filter(
    (p) => p !== from && p.leftAt === undefined && p.communications.some((c) => c.mediaType === mediaType),
  );
}

/**
 * Records what somebody writes to the others of the medium.
 * @throws Fault resourceUnknown for a communication that is not there; constraintBroken for one that is over; as
 *   `takeItem` beside.
 */
export async function sendItem(context: ControlContext, command: SendItem): Promise<SentItem> {
  const { mediaType, communicationId, head, file } = command;
  const conversation = await demandConversation(context, command, mayBring(command));
  const from = writerIn(conversation, command);
  const id = file?.id ?? context.ids.next();
  const isOutside = from.purpose === 'customer' || from.purpose === 'external';
  const item: Item = {
    head: {
      id,
      kind: file === undefined ? (mediaType === 'social' ? 'post' : 'message') : 'attachment',
      direction: isOutside ? 'inbound' : 'outbound',
      from: partyOf(from, communicationId),
      to: readersIn(conversation, from, mediaType).map((reader) => partyOf(reader)),
      ...head,
      ...(file === undefined ? {} : { name: file.name, contentType: file.contentType }),
    },
    body: file?.bytes ?? new Uint8Array(),
  };
  const at = context.clock.now();
  const outcome = await takeItem(context, { ...command, item });
  // Rule: a message that is withheld reaches whoever reads along all the same
  if (file === undefined) context.live.readers.tell(conversation.id, { item: item.head, at, communicationId });
  return { item: item.head, at, conversation, from, outcome };
}
