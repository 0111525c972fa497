/** Contract models with which a conversation is transferred, given to a user, named, or changed as a whole. */
import { consultVoices, transferTypes } from '@tacet/domain';
import { Type } from 'typebox';

const text = Type.Optional(Type.String());
const transferType = Type.Optional(
  Type.Enum(transferTypes, { description: 'Unattended when nothing is said.', default: 'Unattended' }),
);
const userId = Type.Optional(Type.String({ description: 'A user who is known here.' }));
const queueId = Type.Optional(Type.String({ description: 'Any queue, by its id.' }));
const address = Type.Optional(
  Type.String({ description: 'A telephone number, a SIP address, or the id of a user or a queue.' }),
);
const voicemail = Type.Optional(Type.Boolean({ description: 'Refused: nothing here takes messages.' }));

export const TransferRequest = Type.Object(
  { transferType, userId, userName: text, queueId, address, voicemail },
  { $id: 'TransferRequest' },
);
export const TransferToAgentRequest = Type.Object(
  { transferType, userId, userName: text, userDisplayName: text, voicemail },
  { $id: 'TransferToAgentRequest' },
);
export const TransferToQueueRequest = Type.Object(
  { transferType, queueId, queueName: text },
  { $id: 'TransferToQueueRequest' },
);
export const TransferToExternalRequest = Type.Object({ transferType, address }, { $id: 'TransferToExternalRequest' });
export const TransferToAddressRequest = Type.Object({ transferType, address }, { $id: 'TransferToAddressRequest' });

const consult = {
  speakTo: Type.Optional(
    Type.Enum(consultVoices, { description: 'DESTINATION when nothing is said.', default: 'DESTINATION' }),
  ),
  consultingUserId: Type.Optional(Type.String({ description: 'Who consults, where the token has no user.' })),
};

export const ConsultTransfer = Type.Object(
  {
    ...consult,
    destination: Type.Optional(Type.Object({ address, name: text, userId, queueId }, { $id: 'Destination' })),
  },
  { $id: 'ConsultTransfer' },
);
export const ConsultTransferToAgent = Type.Object(
  { ...consult, userId, userDisplayName: text },
  { $id: 'ConsultTransferToAgent' },
);
export const ConsultTransferToQueue = Type.Object(
  { ...consult, queueId, queueName: text },
  { $id: 'ConsultTransferToQueue' },
);
export const ConsultTransferToExternal = Type.Object({ ...consult, address }, { $id: 'ConsultTransferToExternal' });
export const ConsultTransferToAddress = Type.Object({ ...consult, address }, { $id: 'ConsultTransferToAddress' });
export const ConsultTransferUpdate = Type.Object(
  { speakTo: Type.Enum(consultVoices), consultingUserId: text },
  { $id: 'ConsultTransferUpdate' },
);
export const ConsultTransferResponse = Type.Object(
  { destinationParticipantId: Type.String() },
  { $id: 'ConsultTransferResponse' },
);

export const ConversationUser = Type.Object({ id: Type.String() }, { $id: 'ConversationUser' });
export const ConversationTagsUpdate = Type.Object({ externalTag: Type.String() }, { $id: 'ConversationTagsUpdate' });

/** What the contract calls a string and says no more about: ours is the id of the conversation. */
export const ConversationId = Type.String({ $id: 'ConversationId' });

/** One wish at a time; of what a `Conversation` has beside these, nothing can be set. */
export const ConversationChange = Type.Object(
  {
    recordingState: Type.Optional(Type.Enum(['ACTIVE', 'PAUSED'], { description: 'In any case.' })),
    state: Type.Optional(Type.Enum(['disconnected'])),
    conversationIds: Type.Optional(
      Type.Array(Type.String(), { description: 'Refused: calls are joined by the telephone system.' }),
    ),
  },
  { $id: 'Conversation' },
);
