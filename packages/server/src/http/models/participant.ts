/** Contract models of participants: with all their communications, or flat beside those of one media type. */
import { purposes } from '@tacet/domain';
import { type Static, Type } from 'typebox';
import {
  Address,
  CallbackModel,
  CallModel,
  CobrowsesessionModel,
  ConversationChatModel,
  callRecordingMembers,
  Direction,
  DisconnectTypeModel,
  EmailModel,
  firstStates,
  MessageModel,
  ScreenshareModel,
  SocialExpressionModel,
  VideoModel,
  Wrapup,
} from './communication.ts';

const date = Type.String({ format: 'date-time' });
const text = Type.Optional(Type.String());
export const reference = Type.Object(
  { id: Type.String(), name: text, selfUri: Type.String() },
  { $id: 'DomainEntityRef' },
);

const shared = {
  id: Type.String(),
  name: text,
  address: Type.String(),
  startTime: date,
  connectedTime: Type.Optional(date),
  endTime: Type.Optional(date),
  purpose: Type.Enum(purposes),
  attributes: Type.Record(Type.String(), Type.String()),
  wrapupRequired: Type.Boolean(),
  wrapup: Type.Optional(Wrapup),
  flaggedReason: Type.Optional(Type.Enum(['general'])),
};

export const ParticipantModel = Type.Object(
  {
    ...shared,
    userId: text,
    userUri: text,
    queueId: text,
    consultParticipantId: text,
    calls: Type.Array(CallModel),
    callbacks: Type.Array(CallbackModel),
    chats: Type.Array(ConversationChatModel),
    cobrowsesessions: Type.Array(CobrowsesessionModel),
    emails: Type.Array(EmailModel),
    messages: Type.Array(MessageModel),
    screenshares: Type.Array(ScreenshareModel),
    socialExpressions: Type.Array(SocialExpressionModel),
    videos: Type.Array(VideoModel),
  },
  { $id: 'Participant' },
);
export type ParticipantModel = Static<typeof ParticipantModel>;

/** What flat participants can be in; a callback that waits for its time is alerting. */
export const flatStates = [...firstStates, 'parked'] as const;

const flat = {
  ...shared,
  state: Type.Enum(flatStates),
  direction: Direction,
  disconnectType: Type.Optional(DisconnectTypeModel),
  startAlertingTime: Type.Optional(date),
  held: Type.Boolean(),
  startHoldTime: Type.Optional(date),
  provider: Type.String(),
  user: Type.Optional(reference),
  queue: Type.Optional(reference),
  script: Type.Optional(reference),
  parkTime: Type.Optional(date),
  resumeTime: Type.Optional(date),
};

export const CallMediaParticipant = Type.Object(
  {
    ...flat,
    ...callRecordingMembers,
    muted: Type.Boolean(),
    confined: Type.Boolean(),
    consultParticipantId: text,
  },
  { $id: 'CallMediaParticipant' },
);
export const CallbackMediaParticipant = Type.Object(
  {
    ...flat,
    callbackNumbers: Type.Array(Type.String()),
    callbackUserName: text,
    callbackScheduledTime: Type.Optional(date),
  },
  { $id: 'CallbackMediaParticipant' },
);
export const EmailMediaParticipant = Type.Object(flat, { $id: 'EmailMediaParticipant' });
export const MessageMediaParticipant = Type.Object(
  { ...flat, type: Type.String(), toAddress: Type.Optional(Address), fromAddress: Type.Optional(Address) },
  { $id: 'MessageMediaParticipant' },
);
export const CobrowseMediaParticipant = Type.Object(
  { ...flat, cobrowseSessionId: text, cobrowseRole: text },
  { $id: 'CobrowseMediaParticipant' },
);
export const ChatMediaParticipant = Type.Object({ ...flat, roomId: text }, { $id: 'ChatMediaParticipant' });

export const flatParticipant = Type.Object(flat);
export type FlatParticipantModel = Static<typeof flatParticipant>;
