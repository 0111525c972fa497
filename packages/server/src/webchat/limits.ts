/** Every bound of the web chat edge, each with its reason. */

export const webChatLimits = {
  /** Sockets at once: with those of the other edges they stay below what the port takes at all. */
  socketsMax: 2_000,
  /** Sockets that have not said who they are; beyond it nobody else is let in. */
  strangersMax: 200,
  /** A page says who it is at once. */
  helloMsMax: 10_000,
  /** The longest message; a text of more is sent as an attachment. */
  textCharactersMax: 8_000,
  /** A message of that length where every character takes the most bytes, escaped, and the token of a hello. */
  frameBytesMax: 65_536,
  /** Names that a page gives its messages, to be told what became of them. */
  refCharactersMax: 64,
  /** What one page may write in a second, in the long run and at once: nobody types faster. */
  messagesPerSecondMax: 2,
  burstMessages: 10,
  /** Messages of one page that are not durable yet. */
  pendingMax: 10,
  /** What a reader who does not read may make us hold; then it is cut off. */
  unreadBytesMax: 1_048_576,
  /** Time between two looks whether a page is still there; one that misses two is cut off. */
  beatMs: 15_000,
  /** A page that was told to go has this long to close its socket. */
  closingMs: 2_000,
} as const;

/** Why a page's socket is closed, as its close code says it (RFC 6455 §7.4.2); of these only the last two may come back. */
export const closeCodes = {
  malformed: 4400,
  tokenInvalid: 4401,
  over: 4404,
  tooFast: 4429,
  unavailable: 4503,
  stopping: 1012,
} as const;
export type CloseReason = keyof typeof closeCodes;
