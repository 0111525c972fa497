/** Models with which conversations of any media type begin, and are joined: doors of ours, beside the contract's. */
import { limits, mediaTypes, purposes } from '@tacet/domain';
import { type Static, Type } from 'typebox';
import { conversationLimits } from '../conversation-limits.ts';
import { attributes, messageTypes } from './creation.ts';

const { nameCharactersMax, idCharactersMax, callbackNumbersMax } = conversationLimits;
const name = Type.Optional(Type.String({ maxLength: nameCharactersMax }));
const id = Type.Optional(Type.String({ maxLength: idCharactersMax }));
const address = Type.String({ minLength: 1, maxLength: limits.addressCharactersMax });
const uuid = Type.String({ format: 'uuid' });

const details = Type.Object(
  {
    provider: name,
    scriptId: id,
    callbackNumbers: Type.Optional(Type.Array(address, { maxItems: callbackNumbersMax })),
    callbackUserName: name,
    callbackScheduledTime: Type.Optional(Type.String({ format: 'date-time' })),
    callerId: Type.Optional(address),
    callerIdName: name,
    toAddress: Type.Optional(address),
    fromAddress: Type.Optional(address),
    messageType: Type.Optional(Type.Enum(messageTypes)),
    roomId: id,
    cobrowseRole: Type.Optional(Type.Enum(['sharer', 'viewer', 'controller'])),
    socialMediaId: id,
    socialMediaHub: name,
    socialUserName: name,
  },
  { description: 'What only some media types have; descriptions, never content.' },
);
export type DetailsWish = Static<typeof details>;

const how = {
  state: Type.Optional(Type.Enum(['alerting', 'dialing', 'scheduled', 'connected'], { default: 'connected' })),
  direction: Type.Optional(Type.Enum(['inbound', 'outbound'], { default: 'inbound' })),
};
const who = {
  purpose: Type.Optional(Type.Enum(purposes, { description: 'Needed, unless a participantId is given.' })),
  address: Type.Optional(address),
  name,
  userId: Type.Optional(uuid),
  queueId: Type.Optional(uuid),
  attributes: Type.Optional(attributes),
};
const newcomer = Type.Object({ ...who, purpose: Type.Enum(purposes), ...how });
const anybody = Type.Object({
  participantId: Type.Optional(Type.String({ format: 'uuid', description: 'Somebody who takes part already.' })),
  ...who,
  ...how,
});
export type JoiningWish = Static<typeof anybody>;

const several = { minItems: 1, maxItems: limits.participantsPerConversationMax };
const mediaType = Type.Enum(mediaTypes);

export const ConversationStart = Type.Object(
  {
    mediaType,
    participants: Type.Array(newcomer, several),
    externalIds: Type.Optional(
      Type.Array(
        Type.Object({
          name: Type.String({ minLength: 1, maxLength: nameCharactersMax }),
          value: Type.String({ minLength: 1, maxLength: 512 }),
        }),
        { maxItems: limits.externalIdsMax },
      ),
    ),
    divisionId: Type.Optional(uuid),
    details: Type.Optional(details),
  },
  { $id: 'ConversationStart' },
);

export const ConversationJoin = Type.Object(
  { mediaType, participants: Type.Array(anybody, several), details: Type.Optional(details) },
  { $id: 'ConversationJoin' },
);
