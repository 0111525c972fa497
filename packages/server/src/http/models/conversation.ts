/** Contract model `Conversation`, what it shares with its siblings, and its listings. */
import { type Static, Type } from 'typebox';
import { listingOf } from './page.ts';
import { ParticipantModel } from './participant.ts';
import { RecordingState } from './recording-state.ts';

const date = Type.String({ format: 'date-time' });
const text = Type.Optional(Type.String());

export const DivisionMembership = Type.Object(
  {
    division: Type.Object({ id: Type.String(), selfUri: Type.String() }),
    entities: Type.Array(Type.Object({ id: Type.String(), selfUri: Type.String() })),
  },
  { $id: 'ConversationDivisionMembership' },
);
export type DivisionMembershipModel = Static<typeof DivisionMembership>;

export const TransferResponse = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum(['Pending', 'Active', 'Complete', 'Canceled', 'Failed', 'Timeout', 'Unknown']),
    dateIssued: date,
    initiator: Type.Optional(Type.Object({ userId: Type.String() })),
    destination: Type.Object({ userId: text, address: text }),
    transferType: Type.Optional(Type.Enum(['Attended', 'Unattended'])),
  },
  { $id: 'TransferResponse' },
);
export type TransferResponseModel = Static<typeof TransferResponse>;

/** What `Conversation` and the models of single media types have in common. */
export const sharedMembers = {
  id: Type.String(),
  divisions: Type.Array(DivisionMembership),
  recentTransfers: Type.Array(TransferResponse),
  selfUri: Type.String(),
};

const members = {
  ...sharedMembers,
  startTime: date,
  endTime: Type.Optional(date),
  externalTag: text,
  participants: Type.Array(ParticipantModel),
  recordingState: RecordingState,
  securePause: Type.Boolean(),
};

/** `state` is left out: the contract has it in requests only. */
export const ConversationModel = Type.Object(members, { $id: 'Conversation' });
export type ConversationModel = Static<typeof ConversationModel>;

export const ConversationEntityListing = listingOf(ConversationModel, 'ConversationEntityListing');

/** What we tell beside the contract's members: the names that other systems have for the conversation. */
export const FoundConversation = Type.Object(
  { ...members, externalIds: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })) },
  { $id: 'FoundConversation' },
);
export const FoundConversationListing = listingOf(FoundConversation, 'FoundConversationListing');
