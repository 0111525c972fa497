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
  /** What the contract's clients show of a description. */
  descriptionCharactersMax: 1_000,
  /** Addresses that sign-ins of one client lead back to: test, staging and production of a few programs. */
  redirectUrisPerClientMax: 50,
  redirectUriCharactersMax: 2_000,
  /** The contract has fewer than a hundred scopes. */
  scopesPerClientMax: 100,
  /** Grants named in one request; every role in every division of a large installation goes into a few of them. */
  grantsPerChangeMax: 500,
  /** Policies of one role; there are far fewer kinds of things to have permissions for. */
  policiesPerRoleMax: 500,
  actionsPerPolicyMax: 100,
  /** NIST SP 800-63B §5.1.1.2 and ASVS 2.1.1: at least twelve, and long sentences welcome; hashing costs the same. */
  passwordCharactersMin: 12,
  passwordCharactersMax: 256,
  /** Passwords hashed together: each takes 19 MiB and a core, of which the recordings need the rest. */
  passwordsHashedAtOnceMax: 2,
  /** Passwords that wait for it; more than these would wait longer than a person does. */
  passwordsWaitingMax: 32,
  /** Accounts and addresses that once belonged together, see `PasswordCheck`. */
  knownPlacesMax: 50_000,
  /** ASVS 2.6.1: each works once; ten last until the next device is set up. */
  recoveryCodesCount: 10,
  /** How long the secret before a rotation may count: a week, for deployments that go out by hand. */
  secretOverlapSecondsMax: 604_800,
  secretOverlapSecondsDefault: 86_400,
  /** Secrets that wait to be hashed; each costs a tenth of a second, so more would only time out. */
  secretChecksWaitingMax: 32,
  /** Clients whose last good secret is remembered, so that they are not hashed again. */
  knownSecretsMax: 10_000,
  /** Clients and addresses whose failures are remembered; the least recent is forgotten first. */
  throttledKeysMax: 10_000,
} as const;
