/** A mail comes in: it finds the conversation of its thread, or begins one, and is an item of it. */
import {
  type ConversationId,
  type ExternalId,
  Fault,
  isActive,
  type KeptOrNot,
  limits,
  openCommunications,
  withExternalIds,
} from '@tacet/domain';
import type { Item } from '@tacet/media';
import { demandAccess } from './access.ts';
import type { ControlContext } from './context.ts';
import { keysOf, mailName } from './conversation-keys.ts';
import type { JoinedMedia, Joining } from './newcomers.ts';
import { startConversation } from './start-conversation.ts';
import { type TakeItem, takeItem } from './take-item.ts';

const mediaType = 'email';

/** A mail, and what ties it to others (RFC 5322 §3.6.4). */
export interface Mail {
  readonly item: Item;
  readonly messageId?: string;
  /** Message-IDs of earlier mails of its thread, the nearest first. */
  readonly references: readonly string[];
  /** Who takes part in the conversation that it begins, if it does. */
  readonly joining: readonly Joining[];
  readonly details?: JoinedMedia['details'];
}

export interface TakeMail extends Omit<TakeItem, 'conversationId' | 'mediaType' | 'item'> {
  readonly mail: Mail;
}

export interface MailTaken {
  readonly conversationId: ConversationId;
  readonly outcome: KeptOrNot;
  readonly hasBegun: boolean;
}

function namesOf({ messageId, references }: Mail): readonly ExternalId[] {
  return [...(messageId === undefined ? [] : [messageId]), ...references].map(mailName);
}

/** The conversation in which one of these mails is, if mails are still written in it. */
async function threadOf(
  context: ControlContext,
  names: readonly ExternalId[],
  { actor, access }: TakeMail,
): Promise<ConversationId | undefined> {
  const keys = keysOf({ externalIds: names });
  const id = context.live.idOfKeys(keys);
  if (id === undefined) return undefined;
  // What began at the same moment is there when its turn is over.
  const found = await context.queue.run(id, async () => context.live.get(id)?.conversation);
  const isOpen = found !== undefined && openCommunications(found).some((one) => one.mediaType === mediaType);
  if (isOpen) {
    demandAccess(actor, access, found);
    return id;
  }
  context.live.unlearn(keys, id);
  return undefined;
}

/**
 * From now on an answer to this mail finds the conversation, also if the mail itself is withheld: what is paused must not
 * go on elsewhere.
 */
async function nameThread(context: ControlContext, id: ConversationId, names: readonly ExternalId[]): Promise<void> {
  await context.queue.run(id, async () => {
    const live = context.live.get(id);
    if (live === undefined || !isActive(live.conversation)) throw new Fault('conversationUnknown');
    const named = withExternalIds(live.conversation, names);
    if (named === live.conversation) return;
    await context.store.commit({ conversations: [named] });
    live.conversation = named;
    const kept = new Set(named.externalIds);
    context.live.learn(keysOf({ externalIds: names.filter((name) => kept.has(name)) }), id);
  });
}

async function begin(
  context: ControlContext,
  command: TakeMail,
  names: readonly ExternalId[],
): Promise<ConversationId> {
  const { actor, asked, access, mail } = command;
  const { joining, details } = mail;
  const externalIds = names.slice(0, limits.externalIdsMax);
  const started = { actor, asked, access, mediaType, joining, externalIds, ...(details && { details }) } as const;
  const { conversation } = await startConversation(context, started);
  return conversation.id;
}

/**
 * Records a mail with the conversation of its thread, or withholds it where that is paused; begins a conversation where
 * none goes on.
 * @throws Fault as `startConversation` and `takeItem`: the mail is to be brought again.
 */
export async function takeMail(context: ControlContext, command: TakeMail): Promise<MailTaken> {
  const { mail, ...request } = command;
  const names = namesOf(mail);
  const known = await threadOf(context, names, command);
  const conversationId = known ?? (await begin(context, command, names));
  if (known !== undefined) await nameThread(context, known, names);
  const outcome = await takeItem(context, { ...request, conversationId, mediaType, item: mail.item });
  return { conversationId, outcome, hasBegun: known === undefined };
}
