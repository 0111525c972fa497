/** Contract models of conversations as one media type sees them; three of the nine types have none. */
import { type TSchema, Type } from 'typebox';
import { sharedMembers } from './conversation.ts';
import { listingOf } from './page.ts';
import {
  CallbackMediaParticipant,
  CallMediaParticipant,
  ChatMediaParticipant,
  CobrowseMediaParticipant,
  EmailMediaParticipant,
  MessageMediaParticipant,
} from './participant.ts';
import { LowerRecordingState } from './recording-state.ts';

const members = { ...sharedMembers, otherMediaUris: Type.Array(Type.String()) };

function conversationOf<T extends TSchema>(participant: T, name: string) {
  return Type.Object({ ...members, participants: Type.Array(participant) }, { $id: name });
}

export const CallConversation = Type.Object(
  {
    ...members,
    participants: Type.Array(CallMediaParticipant),
    recordingState: LowerRecordingState,
    securePause: Type.Boolean(),
  },
  { $id: 'CallConversation' },
);
export const CallbackConversation = conversationOf(CallbackMediaParticipant, 'CallbackConversation');
export const EmailConversation = conversationOf(EmailMediaParticipant, 'EmailConversation');
export const MessageConversation = conversationOf(MessageMediaParticipant, 'MessageConversation');
export const CobrowseConversation = conversationOf(CobrowseMediaParticipant, 'CobrowseConversation');
export const ChatConversation = conversationOf(ChatMediaParticipant, 'ChatConversation');

export const CallConversationListing = listingOf(CallConversation, 'CallConversationEntityListing');
export const CallbackConversationListing = listingOf(CallbackConversation, 'CallbackConversationEntityListing');
export const EmailConversationListing = listingOf(EmailConversation, 'EmailConversationEntityListing');
export const MessageConversationListing = listingOf(MessageConversation, 'MessageConversationEntityListing');
export const CobrowseConversationListing = listingOf(CobrowseConversation, 'CobrowseConversationEntityListing');
export const ChatConversationListing = listingOf(ChatConversation, 'ChatConversationEntityListing');
