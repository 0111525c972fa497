/** Every bound of the HTTP edge, each with its reason. */

export const httpLimits = {
  /** Nothing a caller sends us takes longer; a slow sender must not hold a connection for ever. */
  requestMs: 30_000,
  /** Headers come in one packet, or somebody plays with us. */
  headersMs: 10_000,
  /** Time between two looks for requests that are too slow. */
  slownessLookMs: 5_000,
  /** Longer than the idle time of usual proxies, so that they close first and no request is lost in between. */
  keepAliveMs: 65_000,
  /** Open connections; each costs some ten KiB, and a node serves a few hundred clients. */
  connectionsMax: 4_096,
  /** What is read and thrown away of a body that is too large, so that its sender gets to see the answer. */
  discardedBytesMax: 8_388_608,
  /** Requests that are under way when the server stops get this long to end. */
  stopMs: 5_000,
  /** Our tokens have 43 characters; nothing that long needs a look into the store. */
  bearerCharactersMax: 4_096,
  /** The longest wait for a recording that is not ready: the official client gives up after 16 s. */
  recordingWaitMs: 10_000,
  /** Time between two looks at a recording that somebody waits for. */
  recordingLookMs: 250,
  /** The longest wait for media whose result was forgotten meanwhile; players and proxies give up about then. */
  mediaWaitMs: 60_000,
  /** The longest name that somebody may wish for a file. */
  fileNameCharactersMax: 150,
  /** The longest language tag in use (RFC 5646 §4.4.1). */
  localeCharactersMax: 35,
  /** Links to media end after this time, as the contract's default for playback links has it (60 minutes). */
  mediaLinkMs: 3_600_000,
  /** Links to media that are remembered; the oldest is forgotten first. Some hundred bytes each. */
  mediaLinksMax: 10_000,
  /** Stored bytes after which a page of a co-browse recording ends, with the segment that it is in. */
  eventPageBytes: 2_097_152,
  /** Page size when none is asked for, and the largest there is (as in the contract's listings). */
  pageItems: 25,
  pageItemsMax: 100,
  /** Pages further on hold nothing that a person would look for, and cost the store the way there. */
  pageNumberMax: 100_000,
  /** Audit entries are read by programs. */
  auditItemsMax: 1_000,
  /** The contract counts requests by the minute. */
  rateWindowMs: 60_000,
  /** Clients, users and addresses that are counted in each class; the oldest window is forgotten first. */
  rateKeysMax: 10_000,
  /** Refusals that one address or client gets written into the audit log one by one in a minute; the rest is counted. */
  refusalsEach: 10,
  /** Addresses and clients whose refusals are told apart in a minute; those beyond share one place. */
  refusedKeysMax: 100,
  /** Arrays and objects inside each other in a body; the contract's deepest model has seven. */
  nestingMax: 32,
  /** Values in a body: far more than any list of the contract, and judged within a few hundredths of a second. */
  bodyValuesMax: 20_000,
  /** Browsers may remember for this long what a preflight told them. */
  preflightSeconds: 600,
  /** The longest text to search for: a SIP address. */
  searchCharactersMax: 512,
} as const;
