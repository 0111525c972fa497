/** Every bound of identity in one table, each with its reason. */

export const identityLimits = {
  /** Contract: `OAuthClient.accessTokenValiditySeconds` lies between 5 minutes and 48 hours, a day when omitted. */
  tokenValiditySecondsMin: 300,
  tokenValiditySecondsMax: 172_800,
  tokenValiditySecondsDefault: 86_400,
  /** An expired token is told from an unknown one for this long; the row is only kept for the better answer. */
  expiredKeptMs: 86_400_000,
  /** Tokens of one client that are kept; a client that asks for more than it uses loses its oldest ones. */
  tokensPerClientMax: 20_000,
  /** After this many new tokens the old ones are looked through, so that rows are bounded without a timer. */
  pruneEveryCount: 1_000,
  /** A bearer token is 43 characters; anything far longer is not one and is not worth hashing. */
  bearerCharactersMax: 512,
  /** A token request is a form of a few names; the longest useful one is below 1 KiB. */
  tokenRequestBytesMax: 8_192,
  /** What an operator may choose as a secret: long enough to resist guessing, short enough to hash at once. */
  secretCharactersMin: 8,
  secretCharactersMax: 256,
  /** Names and e-mail addresses are shown in one line. */
  nameCharactersMax: 200,
  /** The longest address of record a SIP message of ours carries. */
  sipAddressCharactersMax: 512,
  /** Desk phone, soft phone, mobile, and room to spare. */
  sipAddressesPerUserMax: 20,
  /** Secrets that wait to be hashed; each costs a tenth of a second, so more would only time out. */
  secretChecksWaitingMax: 32,
  /** Clients whose last good secret is remembered, so that they are not hashed again. */
  knownSecretsMax: 10_000,
  /** Clients and addresses whose failures are remembered; the least recent is forgotten first. */
  throttledKeysMax: 10_000,
} as const;
