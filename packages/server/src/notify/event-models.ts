/** Contract models of events about conversations: the lower-case kin of the models of the API, with members of their own. */
import { disconnectTypes, type MediaType } from '@tacet/domain';
import { type Static, Type } from 'typebox';

const date = Type.String({ format: 'date-time' });
const optionalDate = Type.Optional(date);
const text = Type.Optional(Type.String());
const lowerState = Type.Enum(['none', 'active', 'paused']);
const upperState = Type.Enum(['NONE', 'ACTIVE', 'PAUSED']);
const communicationState = Type.Enum(['alerting', 'dialing', 'connected', 'disconnected', 'scheduled', 'parked']);
const direction = Type.Enum(['inbound', 'outbound']);
const reference = Type.Optional(Type.Object({ id: Type.String(), name: text }));

const address = Type.Object({
  name: text,
  addressNormalized: Type.String(),
  addressRaw: Type.String(),
  addressDisplayable: Type.String(),
});

const wrapup = Type.Optional(
  Type.Object({
    code: Type.String(),
    notes: text,
    tags: Type.Optional(Type.Array(Type.String())),
    durationSeconds: Type.Optional(Type.Number()),
    endTime: date,
  }),
);

/** The members of `RecordersState` are upper case here too (contract §3). */
const recording = {
  recording: Type.Boolean(),
  recordingState: lowerState,
  recordersState: Type.Object({
    adhocState: upperState,
    customerExperienceState: upperState,
    agentExperienceState: upperState,
    snippetState: upperState,
  }),
  securePause: Type.Boolean(),
  muted: Type.Boolean(),
  confined: Type.Boolean(),
};

const communication = {
  id: Type.String(),
  state: communicationState,
  provider: Type.String(),
  disconnectType: Type.Optional(Type.Enum(disconnectTypes)),
  connectedTime: optionalDate,
  disconnectedTime: optionalDate,
  wrapup,
};
const held = { held: Type.Boolean(), startHoldTime: optionalDate, scriptId: text };

const callback = {
  callbackNumbers: Type.Array(Type.String()),
  callbackUserName: text,
  callbackScheduledTime: optionalDate,
};
const chat = { roomId: text };
const cobrowse = { cobrowseSessionId: text, cobrowseRole: text };
const message = { type: Type.String(), toAddress: Type.Optional(address), fromAddress: Type.Optional(address) };
const screen = { context: text };
const social = { socialMediaId: text, socialMediaHub: text, socialUserName: text };

const Call = Type.Object({ ...communication, ...held, ...recording, direction, self: address });
const Callback = Type.Object({ ...communication, ...held, ...callback, direction });
const Chat = Type.Object({ ...communication, ...held, ...chat });
const Cobrowse = Type.Object({ ...communication, ...cobrowse, self: address });
const Email = Type.Object({ ...communication, ...held, direction });
const Message = Type.Object({ ...communication, ...held, ...message });
const Screenshare = Type.Object({ ...communication, ...screen, self: address });
const SocialExpression = Type.Object({ ...communication, ...held, ...social, recordingId: text });
const Video = Type.Object({ ...communication, ...screen, self: address });

const person = {
  id: Type.String(),
  name: text,
  address: Type.String(),
  purpose: Type.String(),
  connectedTime: optionalDate,
  endTime: optionalDate,
  wrapup,
  wrapupRequired: Type.Boolean(),
  attributes: Type.Record(Type.String(), Type.String()),
  flaggedReason: Type.Optional(Type.Enum(['general'])),
  consultParticipantId: text,
};

const Participant = Type.Object({
  ...person,
  userId: text,
  queueId: text,
  calls: Type.Array(Call),
  callbacks: Type.Array(Callback),
  chats: Type.Array(Chat),
  cobrowsesessions: Type.Array(Cobrowse),
  emails: Type.Array(Email),
  messages: Type.Array(Message),
  screenshares: Type.Array(Screenshare),
  socialExpressions: Type.Array(SocialExpression),
  videos: Type.Array(Video),
});
export type ParticipantBody = Static<typeof Participant>;

const RecentTransfer = Type.Object({
  id: Type.String(),
  state: Type.String(),
  dateIssued: date,
  initiator: Type.Optional(Type.Object({ userId: Type.String() })),
  destination: Type.Object({ userId: text, address: text }),
});

export const ConversationBody = Type.Object(
  {
    id: Type.String(),
    participants: Type.Array(Participant),
    recentTransfers: Type.Array(RecentTransfer),
    recordingState: lowerState,
    securePause: Type.Boolean(),
    externalTag: text,
  },
  { $id: 'ConversationEventTopicConversation' },
);

/** A participant as one media type sees it: flat, with what the communication says. */
const flat = {
  ...person,
  startTime: date,
  startHoldTime: optionalDate,
  state: communicationState,
  direction,
  disconnectType: Type.Optional(Type.Enum(disconnectTypes)),
  held: Type.Boolean(),
  user: reference,
  queue: reference,
  script: reference,
  provider: Type.String(),
};

/** What the flat participants of each type have beside what all have. */
const ownMembers = {
  call: recording,
  callback,
  chat,
  cobrowsesession: cobrowse,
  email: {},
  message,
  screenshare: screen,
  social,
  video: screen,
};

/** How the contract calls each type in the names of its event models. */
const modelNames: { readonly [type in MediaType]: readonly [family: string, own: string] } = {
  call: ['Call', 'Call'],
  callback: ['Callback', 'Callback'],
  chat: ['Chat', 'Chat'],
  cobrowsesession: ['Cobrowse', 'Cobrowse'],
  email: ['Email', 'Email'],
  message: ['Message', 'Message'],
  screenshare: ['ScreenShare', 'ScreenShare'],
  social: ['SocialExpression', 'Social'],
  video: ['Video', 'Video'],
};

function mediaBody<T extends MediaType>(type: T) {
  const [family, own] = modelNames[type];
  const participant = Type.Object({ ...flat, ...ownMembers[type] });
  const shared = {
    id: Type.String(),
    participants: Type.Array(participant),
    otherMediaUris: Type.Array(Type.String()),
  };
  const state = type === 'call' ? { recordingState: lowerState, securePause: Type.Boolean() } : {};
  return Type.Object({ ...shared, ...state }, { $id: `Conversation${family}EventTopic${own}Conversation` });
}

export const mediaBodies = {
  call: mediaBody('call'),
  callback: mediaBody('callback'),
  chat: mediaBody('chat'),
  cobrowsesession: mediaBody('cobrowsesession'),
  email: mediaBody('email'),
  message: mediaBody('message'),
  screenshare: mediaBody('screenshare'),
  social: mediaBody('social'),
  video: mediaBody('video'),
};
