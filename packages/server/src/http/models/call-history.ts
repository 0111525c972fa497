/** Contract models of the calls that a user had. */
import { purposes } from '@tacet/domain';
import { type Static, Type } from 'typebox';
import { Direction, DisconnectTypeModel } from './communication.ts';
import { listingOf } from './page.ts';

const date = Type.String({ format: 'date-time' });
const text = Type.Optional(Type.String());

export const CallHistoryParticipant = Type.Object(
  {
    id: Type.String(),
    name: text,
    address: Type.String(),
    startTime: date,
    endTime: Type.Optional(date),
    purpose: Type.Enum(purposes),
    direction: Direction,
    user: Type.Optional(
      Type.Object({ id: Type.String(), name: Type.String(), version: Type.Integer(), selfUri: Type.String() }),
    ),
    disconnectType: Type.Optional(DisconnectTypeModel),
    didInteract: Type.Boolean(),
    flaggedReason: Type.Optional(Type.Enum(['general'])),
  },
  { $id: 'CallHistoryParticipant' },
);
export type CallHistoryParticipantModel = Static<typeof CallHistoryParticipant>;

export const CallHistoryConversation = Type.Object(
  {
    id: Type.String(),
    participants: Type.Array(CallHistoryParticipant),
    direction: Direction,
    wentToVoicemail: Type.Boolean(),
    missedCall: Type.Boolean(),
    startTime: date,
    wasConference: Type.Boolean(),
    wasCallback: Type.Boolean(),
    hadScreenShare: Type.Boolean(),
    hadCobrowse: Type.Boolean(),
    wasOutboundCampaign: Type.Boolean(),
    selfUri: Type.String(),
  },
  { $id: 'CallHistoryConversation' },
);
export type CallHistoryConversationModel = Static<typeof CallHistoryConversation>;

export const CallHistoryListing = listingOf(CallHistoryConversation, 'CallHistoryConversationEntityListing');

export const MaxParticipants = Type.Object({ maxParticipants: Type.Integer() }, { $id: 'MaxParticipants' });
