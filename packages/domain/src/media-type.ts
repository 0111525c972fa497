/** The nine media types and the paths under which the contract knows them. */

/** A row of the contract: nine types, one mechanism. */
export interface MediaTypeRow {
  /** Singular name, as communications carry it. */
  readonly type: MediaType;
  /** Path segment in `/api/v2/conversations/{apiPath}/{id}/recordingstate`. */
  readonly apiPath: string;
  /** Member of a contract `Participant` that lists communications of this type. */
  readonly participantKey: string;
  /** Last part of notification topics about conversations of this type; two of them are spelt as nowhere else. */
  readonly topicPart: string;
}

export const mediaTypes = [
  'call',
  'callback',
  'chat',
  'cobrowsesession',
  'email',
  'message',
  'screenshare',
  'social',
  'video',
] as const;

export type MediaType = (typeof mediaTypes)[number];

export const mediaTypeRows: readonly MediaTypeRow[] = [
  { type: 'call', apiPath: 'calls', participantKey: 'calls', topicPart: 'calls' },
  { type: 'callback', apiPath: 'callbacks', participantKey: 'callbacks', topicPart: 'callbacks' },
  { type: 'chat', apiPath: 'chats', participantKey: 'chats', topicPart: 'chats' },
  {
    type: 'cobrowsesession',
    apiPath: 'cobrowsesessions',
    participantKey: 'cobrowsesessions',
    topicPart: 'cobrowseSessions',
  },
  { type: 'email', apiPath: 'emails', participantKey: 'emails', topicPart: 'emails' },
  { type: 'message', apiPath: 'messages', participantKey: 'messages', topicPart: 'messages' },
  { type: 'screenshare', apiPath: 'screenshares', participantKey: 'screenshares', topicPart: 'screenshares' },
  { type: 'social', apiPath: 'socials', participantKey: 'socialExpressions', topicPart: 'socialexpressions' },
  { type: 'video', apiPath: 'videos', participantKey: 'videos', topicPart: 'videos' },
];
