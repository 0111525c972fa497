/** The media types at whose doors conversations can be changed, as the contract's operations name them. */
import { type MediaType, type MediaTypeRow, mediaTypeRows } from '@tacet/domain';
import type { GuardedDoor } from './door.ts';

export interface ChangeableType extends MediaTypeRow {
  /** As operations have it: `patchConversations` followed by this. */
  readonly name: string;
  /** What one is called in a sentence. */
  readonly noun: string;
  /** Co-browsing and screen shares are deprecated by the contract; chats only older clients know. */
  readonly mark: Pick<GuardedDoor, 'isDeprecated'>;
}

const nouns: { readonly [type in MediaType]: string } = {
  call: 'call',
  callback: 'callback',
  chat: 'chat',
  cobrowsesession: 'co-browsing session',
  email: 'e-mail',
  message: 'message',
  screenshare: 'screen share',
  social: 'social expression',
  video: 'video',
};
const deprecated: readonly MediaType[] = ['chat', 'cobrowsesession', 'screenshare'];

/** All nine: their wrap-ups can be read and set. */
export const everyType: readonly ChangeableType[] = mediaTypeRows.map((row) => ({
  ...row,
  name: `${row.type.charAt(0).toUpperCase()}${row.type.slice(1)}`,
  noun: nouns[row.type],
  mark: deprecated.includes(row.type) ? { isDeprecated: true } : {},
}));

const withoutDoors: readonly MediaType[] = ['screenshare', 'social', 'video'];

/** The six that have doors of their own for conversations and participants. */
export const changeableTypes: readonly ChangeableType[] = everyType.filter(({ type }) => !withoutDoors.includes(type));

/** Where a participant is changed: at the door of a type, or whatever the types. */
export interface ParticipantPlace {
  /** Absent at the door for all types. */
  readonly type?: ChangeableType;
  /** Up to and with `{participantId}`. */
  readonly path: string;
  /** What operations are called, up to and with `Participant`, without the verb. */
  readonly name: string;
  readonly mark: Pick<GuardedDoor, 'isDeprecated'>;
}

const anyPlace: ParticipantPlace = {
  path: '/api/v2/conversations/{conversationId}/participants/{participantId}',
  name: 'ConversationParticipant',
  mark: {},
};

export function placeOf(type: ChangeableType): ParticipantPlace {
  const { apiPath, name, mark } = type;
  return {
    type,
    path: `/api/v2/conversations/${apiPath}/{conversationId}/participants/{participantId}`,
    name: `Conversations${name}Participant`,
    mark,
  };
}

/** The door for all types, and those of the six. */
export const participantPlaces: readonly ParticipantPlace[] = [anyPlace, ...changeableTypes.map(placeOf)];
