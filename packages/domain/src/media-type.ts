/** The nine media types and the paths under which the contract knows them. */

/** A row of the contract: nine types, one mechanism. */
export interface MediaTypeRow {
  /** Singular name, as communications carry it. */
  readonly type: MediaType;
  /** Path segment in `/api/v2/conversations/{apiPath}/{id}/recordingstate`. */
  readonly apiPath: string;
  /** Member of a contract `Participant` that lists communications of this type. */
  readonly participantKey: string;
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
  { type: 'call', apiPath: 'calls', participantKey: 'calls' },
  { type: 'callback', apiPath: 'callbacks', participantKey: 'callbacks' },
  { type: 'chat', apiPath: 'chats', participantKey: 'chats' },
  { type: 'cobrowsesession', apiPath: 'cobrowsesessions', participantKey: 'cobrowsesessions' },
  { type: 'email', apiPath: 'emails', participantKey: 'emails' },
  { type: 'message', apiPath: 'messages', participantKey: 'messages' },
  { type: 'screenshare', apiPath: 'screenshares', participantKey: 'screenshares' },
  { type: 'social', apiPath: 'socials', participantKey: 'socialExpressions' },
  { type: 'video', apiPath: 'videos', participantKey: 'videos' },
];
