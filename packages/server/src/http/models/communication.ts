/** Contract models of the nine kinds of communication, each with the members that it has and no other. */
import { disconnectTypes } from '@tacet/domain';
import { type Static, Type } from 'typebox';
import { LowerRecordingState, RecordingState } from './recording-state.ts';

const date = Type.String({ format: 'date-time' });
const text = Type.Optional(Type.String());

export const Address = Type.Object(
  { name: text, addressNormalized: Type.String(), addressRaw: Type.String(), addressDisplayable: Type.String() },
  { $id: 'Address' },
);
export type AddressModel = Static<typeof Address>;

/** A stretch that is over; the one that goes on shows in the communication itself. */
export const Segment = Type.Object(
  {
    startTime: date,
    endTime: date,
    type: Type.Enum(['alert', 'interact', 'hold', 'wrapup']),
    howEnded: Type.Enum(['connect', 'hold', 'unhold', 'disconnect', 'wrapup']),
    disconnectType: text,
  },
  { $id: 'Segment' },
);
export type SegmentModel = Static<typeof Segment>;

export const Wrapup = Type.Object(
  {
    code: Type.String(),
    name: text,
    notes: text,
    tags: Type.Optional(Type.Array(Type.String())),
    durationSeconds: Type.Optional(Type.Number()),
    endTime: date,
    provisional: Type.Boolean(),
  },
  { $id: 'Wrapup' },
);
export type WrapupModel = Static<typeof Wrapup>;

export const DisconnectTypeModel = Type.Enum(disconnectTypes);
export const Direction = Type.Enum(['inbound', 'outbound']);

/** Contract model `RecordersState`: we are the customer experience recorder, and there is no other. */
const RecordersState = Type.Object(
  {
    adhocState: RecordingState,
    customerExperienceState: RecordingState,
    agentExperienceState: RecordingState,
    snippetState: RecordingState,
  },
  { $id: 'RecordersState' },
);

/** Members that tell of recording; in the contract only calls have them. */
export const callRecordingMembers = {
  recording: Type.Boolean(),
  recordingState: LowerRecordingState,
  recordersState: RecordersState,
  securePause: Type.Boolean(),
};

/** Those of our states that the models have: each leaves out what its medium cannot do. */
export const firstStates = ['alerting', 'dialing', 'connected', 'disconnected'] as const;
export const scheduledStates = [...firstStates, 'scheduled'] as const;
export const parkedStates = ['alerting', 'connected', 'parked', 'disconnected'] as const;

const shared = {
  id: Type.String(),
  disconnectType: Type.Optional(DisconnectTypeModel),
  startAlertingTime: Type.Optional(date),
  connectedTime: Type.Optional(date),
  disconnectedTime: Type.Optional(date),
  provider: Type.String(),
  wrapup: Type.Optional(Wrapup),
};
const first = Type.Enum(firstStates);
const segmented = { segments: Type.Array(Segment) };
const held = { held: Type.Boolean(), startHoldTime: Type.Optional(date) };
const directed = { direction: Direction };
const recorded = { recordingId: text };
const scripted = { scriptId: text };
const worked = { ...shared, ...segmented, ...held, ...scripted };

export const CallModel = Type.Object(
  {
    ...{ ...worked, ...directed, ...recorded, state: first },
    ...callRecordingMembers,
    muted: Type.Boolean(),
    confined: Type.Boolean(),
    self: Address,
  },
  { $id: 'Call' },
);
export const CallbackModel = Type.Object(
  {
    ...{ ...worked, ...directed, state: Type.Enum(scheduledStates) },
    callbackNumbers: Type.Array(Type.String()),
    callbackUserName: text,
    callbackScheduledTime: Type.Optional(date),
    callerId: text,
    callerIdName: text,
  },
  { $id: 'Callback' },
);
export const EmailModel = Type.Object(
  { ...worked, ...directed, ...recorded, state: Type.Enum(parkedStates), parkTime: Type.Optional(date) },
  { $id: 'Email' },
);
export const MessageModel = Type.Object(
  {
    ...{ ...worked, ...directed, ...recorded, state: Type.Enum(parkedStates) },
    type: Type.String(),
    toAddress: Type.Optional(Address),
    fromAddress: Type.Optional(Address),
    parkTime: Type.Optional(date),
    resumeTime: Type.Optional(date),
  },
  { $id: 'Message' },
);
export const ConversationChatModel = Type.Object(
  { ...worked, ...directed, ...recorded, state: first, roomId: text },
  { $id: 'ConversationChat' },
);
export const CobrowsesessionModel = Type.Object(
  {
    ...{ ...shared, ...segmented, state: Type.Enum(scheduledStates) },
    self: Address,
    cobrowseSessionId: text,
    cobrowseRole: text,
  },
  { $id: 'Cobrowsesession' },
);
export const ScreenshareModel = Type.Object(
  { ...shared, ...segmented, state: first, context: text },
  { $id: 'Screenshare' },
);
export const SocialExpressionModel = Type.Object(
  { ...worked, ...recorded, state: first, socialMediaId: text, socialMediaHub: text, socialUserName: text },
  { $id: 'SocialExpression' },
);
export const VideoModel = Type.Object({ ...shared, state: first, context: text, self: Address }, { $id: 'Video' });
