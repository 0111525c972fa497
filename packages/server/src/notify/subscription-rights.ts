/** Whether somebody may subscribe to a topic. What is then told is judged again, event by event. */
import {
  type Actor,
  type Conversation,
  type ConversationId,
  Fault,
  may,
  mayAnywhere,
  type Permission,
  uuidAs,
} from '@tacet/domain';
import { scopesFor, type Topic } from './topics.ts';

export type FindConversation = (id: ConversationId) => Promise<Conversation | undefined>;

/** The conversation that a topic names; nothing for topics that name none. */
function conversationIn({ row, ids }: Topic): ConversationId | undefined {
  if (row.kind === 'recordingState') return uuidAs(ids[0] ?? '');
  return row.kind === 'recordings' || row.kind === 'recording' ? uuidAs(ids[1] ?? '') : undefined;
}

function tookPart(actor: Actor, conversation: Conversation): boolean {
  return actor.userId !== undefined && conversation.participants.some(({ userId }) => userId === actor.userId);
}

/** Whether the topic is the actor's own, as far as it is anybody's. */
function isOwn(actor: Actor, { row, ids }: Topic): boolean {
  if (row.isForOneself === true) return actor.userId !== undefined && ids[0] === actor.userId;
  return row.isForParticipants === true && actor.userId !== undefined;
}

/** @returns the permission that is missing, if one is. */
async function missingFor(actor: Actor, topic: Topic, find: FindConversation): Promise<Permission | undefined> {
  const { permission } = topic.row;
  const id = conversationIn(topic);
  const conversation = id === undefined ? undefined : await find(id);
  if (conversation === undefined) {
    // Rule: a topic needs its permission in some division, unless it is about the actor
    return mayAnywhere(actor, permission) || isOwn(actor, topic) ? undefined : permission;
  }
  // Rule: a topic of one conversation needs its permission in that division, unless the actor took part
  if (may(actor, permission, conversation.divisionId)) return undefined;
  return isOwn(actor, topic) && tookPart(actor, conversation) ? undefined : permission;
}

/** Whether the actor's token reaches the topic at all; one without a list of scopes reaches whatever its holder may. */
export function isInScope({ scopes }: Actor, topic: Topic): boolean {
  return scopes === undefined || scopesFor(topic).some((scope) => scopes.includes(scope));
}

/**
 * @param find looks up the conversation that a topic names.
 * @returns why the actor may not subscribe, if so: permissionMissing or scopeMissing.
 * @throws Fault storageUnavailable.
 */
export async function refusalOf(actor: Actor, topic: Topic, find: FindConversation): Promise<Fault | undefined> {
  // Rule: a token that is limited to scopes is told only of what they reach
  if (!isInScope(actor, topic)) return new Fault('scopeMissing', { scopes: scopesFor(topic) });
  const permission = await missingFor(actor, topic, find);
  return permission && new Fault('permissionMissing', { permissions: [permission] });
}
