/** Every topic there is, as rows: what it tells of, to whom, and in which words. */
import { type MediaType, mediaTypeRows, type Permission } from '@tacet/domain';
import type { TSchema } from 'typebox';
import { ConversationBody, mediaBodies } from './event-models.ts';
import { RecordingBody, RecordingStateBody } from './recording-body.ts';

export type TopicKind =
  | 'userConversations'
  | 'queueConversations'
  | 'recordings'
  | 'recording'
  | 'recordingState'
  | 'recordingStates';

export interface TopicRow {
  readonly kind: TopicKind;
  /** `{id}` stands for an id. */
  readonly pattern: string;
  /** Of conversations: told of those that have this type, and of this type alone; absent for the whole conversation. */
  readonly mediaType?: MediaType;
  /** Whoever holds it sees what the topic tells of, in the divisions where they hold it. */
  readonly permission: Permission;
  /** A token that is limited to scopes needs this one, if only for reading. */
  readonly scope: 'conversations' | 'recordings';
  /** The user whose topic it is needs no permission. */
  readonly isForOneself?: true;
  /** Who takes part in a conversation is told of it without any permission. */
  readonly isForParticipants?: true;
  readonly description: string;
  readonly body: TSchema;
}

/** A topic that somebody asked for. */
export interface Topic {
  /** As in the messages about it. */
  readonly name: string;
  readonly row: TopicRow;
  /** What stands for `{id}`, in order and in lower case. */
  readonly ids: readonly string[];
  /** Under which events look for their readers. */
  readonly key: string;
}

function conversationRows(owner: 'users' | 'routing.queues'): readonly TopicRow[] {
  const isUser = owner === 'users';
  const pattern = `v2.${owner}.{id}.conversations`;
  const whose = isUser ? 'in which the user takes part' : 'that came through the queue';
  const shared = {
    kind: isUser ? ('userConversations' as const) : ('queueConversations' as const),
    permission: 'conversation:communication:view' as const,
    scope: 'conversations' as const,
    ...(isUser ? { isForOneself: true as const } : {}),
  };
  const whole = { ...shared, pattern, description: `Changes of conversations ${whose}.`, body: ConversationBody };
  const parts = mediaTypeRows.map(({ type, topicPart }) => ({
    ...shared,
    pattern: `${pattern}.${topicPart}`,
    mediaType: type,
    description: `Changes of conversations ${whose}, as far as they have ${topicPart}.`,
    body: mediaBodies[type],
  }));
  return [whole, ...parts];
}

const recordings = {
  permission: 'recording:recording:view',
  scope: 'recordings',
  isForOneself: true,
  body: RecordingBody,
} as const;

const states = {
  permission: 'conversation:communication:view',
  scope: 'conversations',
  isForParticipants: true,
  body: RecordingStateBody,
} as const;

export const topicRows: readonly TopicRow[] = [
  ...conversationRows('users'),
  ...conversationRows('routing.queues'),
  {
    ...recordings,
    kind: 'recordings',
    pattern: 'v2.users.{id}.conversations.{id}.recordings',
    description: 'Files of the recordings of a conversation: begun, ready, failed, deleted.',
  },
  {
    ...recordings,
    kind: 'recording',
    pattern: 'v2.users.{id}.conversations.{id}.recordings.{id}',
    description: 'The file of one recording: begun, ready, failed, deleted.',
  },
  {
    ...states,
    kind: 'recordingState',
    pattern: 'v2.tacet.conversations.{id}.recordingstate',
    description: 'Pauses and resumes of a conversation, with who asked, why and when; begin and end of its recording.',
  },
  {
    ...states,
    kind: 'recordingStates',
    pattern: 'v2.tacet.conversations.recordingstate',
    description: 'Pauses and resumes of every conversation within reach.',
  },
];

/** Under which key events of a kind look for readers; `type` is `*` for conversations as a whole. */
export const topicKeys = {
  user: (userId: string, type: MediaType | '*') => `user ${userId.toLowerCase()} ${type}`,
  queue: (queueId: string, type: MediaType | '*') => `queue ${queueId.toLowerCase()} ${type}`,
  recordings: (conversationId: string) => `recordings ${conversationId.toLowerCase()}`,
  recording: (recordingId: string) => `recording ${recordingId.toLowerCase()}`,
  recordingState: (conversationId: string) => `state ${conversationId.toLowerCase()}`,
  recordingStates: () => 'states',
} as const;

function keyOf({ kind, mediaType }: TopicRow, ids: readonly string[]): string {
  const [first = '', second = '', third = ''] = ids;
  if (kind === 'userConversations') return topicKeys.user(first, mediaType ?? '*');
  if (kind === 'queueConversations') return topicKeys.queue(first, mediaType ?? '*');
  if (kind === 'recordings') return topicKeys.recordings(second);
  // The id of a recording is enough to find it; that it belongs to the conversation is looked at with the event.
  if (kind === 'recording') return topicKeys.recording(third);
  return kind === 'recordingState' ? topicKeys.recordingState(first) : topicKeys.recordingStates();
}

const idPart = '([A-Za-z0-9-]{1,64})';
const forms = topicRows.map((row) => {
  const source = row.pattern
    .split('{id}')
    .map((text) => text.replaceAll('.', '\\.'))
    .join(idPart);
  return { row, form: new RegExp(`^${source}$`) };
});

function readOne(name: string): Topic | undefined {
  for (const { row, form } of forms) {
    const match = form.exec(name);
    if (match === null) continue;
    const ids = match.slice(1).map((id) => id.toLowerCase());
    return { name, row, ids, key: keyOf(row, ids) };
  }
  return undefined;
}

/**
 * Reads what a client asks for: one topic, or several of one thing at once (`v2.users.{id}?presence&conversations`), of
 * which those count that exist here.
 * @returns no topic when nothing of it exists.
 */
export function readTopics(asked: string, charactersMax: number): readonly Topic[] {
  if (asked.length > charactersMax) return [];
  const [base = '', parts, ...rest] = asked.split('?');
  if (rest.length > 0) return [];
  const names = parts === undefined ? [base] : new Set(parts.split('&').map((part) => `${base}.${part}`));
  return [...names].flatMap((name) => readOne(name) ?? []);
}

/** The scopes of which a limited token has to have one for the topic. */
export function scopesFor({ row }: Topic): readonly string[] {
  return [row.scope, `${row.scope}:readonly`];
}
