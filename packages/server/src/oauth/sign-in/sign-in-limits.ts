/** Every bound of the sign-in in one table, each with its reason. */

export const signInLimits = {
  /** From the request of a program to the end of the sign-in: long enough to find the phone, short enough to forget. */
  interactionSeconds: 3_600,
  /** From one step of a sign-in to the next: what was proved so far counts for this long. */
  pendingMs: 600_000,
  /** Sign-ins between two steps that are remembered; the oldest is forgotten first, and its user starts anew. */
  pendingMax: 10_000,
  /** The form with the longest fields: e-mail address, password, token. */
  formBytesMax: 8_192,
  /** RFC 5321 §4.5.3.1.3, with room. */
  emailCharactersMax: 320,
  /** Six digits, a recovery code, and the spaces people type. */
  codeCharactersMax: 64,
  /** A call centre behind one address may begin its shift at once; a program gone wild is stopped. */
  beginningsPerMinute: 600,
  /** Requests of the sign-in pages: each sign-in takes four to eight. */
  pageRequestsPerMinute: 3_000,
  /** Addresses whose requests are counted; the oldest count is forgotten first. */
  countedAddressesMax: 10_000,
  /** Unfinished requests that are kept; the oldest ones are removed, so that nobody fills the disk. */
  interactionsMax: 20_000,
  /** Artifacts of one user and one client that are kept: tokens of all tabs, devices and sign-ins. */
  artifactsPerUserMax: 500,
  /** A code is redeemed at once (RFC 6749 §4.1.2 allows ten minutes, RFC 9700 wants it short). */
  codeSeconds: 60,
  /** A refresh token that is not used for this long ends. */
  refreshIdleSeconds: 2_592_000,
  /** However often it was rotated: after this long the user signs in again. */
  refreshFamilySeconds: 31_536_000,
  /** What a request to the outside provider may take: within the patience of a person who watches a blank page. */
  outsideRequestSeconds: 10,
  /** After this long the outside provider is asked anew where its endpoints are. */
  outsideDiscoveryMs: 3_600_000,
  /** A provider that cannot be reached is not asked again by every request. */
  outsideRetryMs: 5_000,
  /** Contract: idle timeouts of tokens, in minutes. */
  idleMinutesMin: 5,
  idleMinutesMax: 480,
  /** The last use of a token is kept this exactly; a write for each request would be too much. */
  tokenUseGrainMs: 60_000,
  /** Tokens whose last use is remembered beside the database. */
  tokenUsesMax: 50_000,
} as const;
