/** Every bound on what SIP peers may make this edge hold or wait for, each with its reason. */

export interface SipEdgeLimits {
  /** Transactions at a time. Each lasts 32 s, so this takes 600 requests per second: 300 calls begun and ended. */
  readonly transactionsMax: number;
  /** Recording sessions at a time; the port range ends earlier, this holds should it ever not. */
  readonly dialogsMax: number;
  /** TCP connections at a time, and as many TLS ones. An SRC needs one; with this many the framers hold at most 64 MiB. */
  readonly connectionsMax: number;
  /** How long a new connection may take to its first whole message. */
  readonly firstMessageMs: number;
  /** How long a connection may be silent: longer than the 15 minutes after which an SRC refreshes by custom. */
  readonly idleMs: number;
  /** TLS handshakes under way at a time: each costs some ms of this thread, and none more is begun behind a full row. */
  readonly handshakesMax: number;
  /** How long a TLS handshake may take: five round trips to the other side of the world, twice over. */
  readonly handshakeMs: number;
  /** How long a connection that we make may take. */
  readonly connectMs: number;
  /** Bytes a peer may leave unread on its connection before it is cut off. */
  readonly unsentBytesMax: number;
  /** What is asked of the kernel for datagrams that wait while this thread is busy: some 2,000 INVITEs. */
  readonly receiveBufferBytes: number;
  /** Peers whose way to us is remembered, so that not every INVITE asks the kernel for it. */
  readonly localHostsMax: number;
  /** Communication session and group ids of one recording session; more would not be kept as keys. */
  readonly conversationKeysMax: number;
  /** Further names of other systems that are kept for one recording session. */
  readonly externalIdsMax: number;
  /** Seconds after which a peer that we could not serve may try again. */
  readonly retryAfterSeconds: number;
  /** Seconds after which a peer whose request overlapped with another may try again (RFC 3261 §14.2: 0 to 10). */
  readonly overlapRetrySeconds: number;
  /** How often a source is told what becomes of its recording: a person pauses and resumes no faster than that. */
  readonly tellEveryMs: number;
  /** How often a source that fell silent for us is asked to send again, if it would not hear of it. */
  readonly tellAgainMs: number;
  /** After what time it is tried again while another exchange is under way. */
  readonly tellBusyMs: number;
  /** Recording sessions begun per second on the long run: three times what is asked of one node. */
  readonly invitesPerSecond: number;
  /** Recording sessions begun at once, as when a site comes back: begun within 2 s, before a peer asks again twice. */
  readonly invitesAtOnce: number;
  /** How long a nonce is taken: a source asks anew each time after it. */
  readonly nonceMs: number;
  /** Nonces in use: each source needs one or two at a time, and one that takes a new one for each request 30 a second. */
  readonly noncesMax: number;
  /** How long a refused source is not written down again. */
  readonly refusalNoteMs: number;
  /** Refused sources that are written down within that time; more are only counted. */
  readonly refusalNotesMax: number;
  /** How often the certificate files are looked at. */
  readonly certificateCheckMs: number;
  /** How often it is asked of which recording sessions nothing comes; a limit of some seconds is looked at more often. */
  readonly inactivityLookMs: number;
  /** How long a stop waits for the answers to BYE and for recordings to be stored. */
  readonly stopMs: number;
  /** Timers of the platform end at 2**31 ms; an interval beyond it is cut to this. */
  readonly timerMsMax: number;
}

export const sipEdgeLimits: SipEdgeLimits = {
  transactionsMax: 20_000,
  dialogsMax: 20_000,
  connectionsMax: 1_024,
  firstMessageMs: 32_000,
  idleMs: 1_200_000,
  handshakesMax: 64,
  handshakeMs: 5_000,
  connectMs: 4_000,
  unsentBytesMax: 1_048_576,
  receiveBufferBytes: 4_194_304,
  localHostsMax: 1_024,
  conversationKeysMax: 64,
  externalIdsMax: 128,
  retryAfterSeconds: 10,
  overlapRetrySeconds: 2,
  tellEveryMs: 1_000,
  tellAgainMs: 10_000,
  tellBusyMs: 250,
  invitesPerSecond: 300,
  invitesAtOnce: 600,
  nonceMs: 300_000,
  noncesMax: 10_000,
  refusalNoteMs: 60_000,
  refusalNotesMax: 100,
  certificateCheckMs: 10_000,
  inactivityLookMs: 5_000,
  stopMs: 5_000,
  timerMsMax: 2_000_000_000,
};
