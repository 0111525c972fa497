/** An event on its way to those who want to be told: whom it concerns, where they look for it, and what they read. */
import {
  type Actor,
  type Conversation,
  type ConversationId,
  type DivisionId,
  may,
  mediaTypesOf,
  type StoredEvent,
  type UserId,
} from '@tacet/domain';
import { conversationBody, mediaConversationBody } from './conversation-body.ts';
import { recordingBody, recordingStateBody } from './recording-body.ts';
import { type FindConversation, isInScope } from './subscription-rights.ts';
import { type Topic, topicKeys } from './topics.ts';

/** Whose an event is; what nobody may see has none. */
interface Audience {
  readonly conversationId: ConversationId;
  readonly divisionId: DivisionId;
  readonly userIds: ReadonlySet<UserId>;
}

export interface ToldEvent extends Audience {
  readonly number: number;
  readonly keys: readonly string[];
  /** The message for a topic, as text. */
  readonly messageFor: (topic: Topic) => string;
}

function conversationKeys(conversation: Conversation, userIds: readonly UserId[]): readonly string[] {
  const types = ['*' as const, ...mediaTypesOf(conversation)];
  const queueIds = new Set(conversation.participants.flatMap(({ queueId }) => queueId ?? []));
  return [
    ...userIds.flatMap((id) => types.map((type) => topicKeys.user(id, type))),
    ...[...queueIds].flatMap((id) => types.map((type) => topicKeys.queue(id, type))),
  ];
}

function keysOf(event: StoredEvent): readonly string[] {
  if (event.kind === 'conversationChanged') return conversationKeys(event.conversation, event.userIds);
  if (event.kind === 'recordingStateChanged') {
    return [topicKeys.recordingState(event.conversationId), topicKeys.recordingStates()];
  }
  return [topicKeys.recordings(event.conversationId), topicKeys.recording(event.recordingId)];
}

function bodyOf(event: StoredEvent, { mediaType }: Topic['row']): unknown {
  if (event.kind === 'recordingChanged') return recordingBody(event);
  if (event.kind === 'recordingStateChanged') return recordingStateBody(event);
  return mediaType === undefined ? conversationBody(event) : mediaConversationBody(event, mediaType);
}

/** Texts of bodies are made once for all who read them. */
function messages(event: StoredEvent): (topic: Topic) => string {
  const bodies = new Map<string, string>();
  const { number, correlationId } = event;
  return ({ name, row }) => {
    const made = bodies.get(row.mediaType ?? '*') ?? JSON.stringify(bodyOf(event, row));
    bodies.set(row.mediaType ?? '*', made);
    const position = `${number}-${name}`;
    const metadata = JSON.stringify({ CorrelationId: correlationId, number, position });
    return `{"topicName":${JSON.stringify(name)},"version":"2","eventBody":${made},"metadata":${metadata}}`;
  };
}

/**
 * @param find looks up the conversation of a recording.
 * @returns nothing for an event of a conversation that is gone: nobody can be said to have a right to it.
 * @throws Fault storageUnavailable.
 */
export async function toldEvent(event: StoredEvent, find: FindConversation): Promise<ToldEvent | undefined> {
  const audience = event.kind === 'recordingChanged' ? await audienceOf(event.conversationId, find) : given(event);
  return audience && { ...audience, number: event.number, keys: keysOf(event), messageFor: messages(event) };
}

function given(event: Exclude<StoredEvent, { readonly kind: 'recordingChanged' }>): Audience {
  const userIds = new Set(event.userIds);
  if (event.kind === 'recordingStateChanged') {
    return { conversationId: event.conversationId, divisionId: event.divisionId, userIds };
  }
  return { conversationId: event.conversation.id, divisionId: event.conversation.divisionId, userIds };
}

/** Of a recording: everybody who ever took part, for it becomes ready when they have left. */
async function audienceOf(id: ConversationId, find: FindConversation): Promise<Audience | undefined> {
  const conversation = await find(id);
  if (conversation === undefined) return undefined;
  const userIds = new Set(conversation.participants.flatMap(({ userId }) => userId ?? []));
  return { conversationId: id, divisionId: conversation.divisionId, userIds };
}

/** Whether the actor may be told of the event under that topic, now. */
export function maySee(actor: Actor, topic: Topic, event: ToldEvent): boolean {
  const { row, ids } = topic;
  const isOfOther = row.kind === 'recording' && ids[1] !== event.conversationId;
  if (isOfOther || !isInScope(actor, topic)) return false;
  // Rule: an event is told to holders of the topic's permission in the division of the conversation
  if (may(actor, row.permission, event.divisionId)) return true;
  if (actor.userId === undefined || !event.userIds.has(actor.userId)) return false;
  // Rule: without the permission, users are told of their own conversations under their own topics
  return row.isForParticipants === true || (row.isForOneself === true && ids[0] === actor.userId);
}
