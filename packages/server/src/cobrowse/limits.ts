/** Every bound of the co-browse edge, each with its reason. */
import { cobrowseLimits } from '@tacet/wire/cobrowse';

export const cobrowseEdgeLimits = {
  /** Sockets at once: with those of notifications they stay below what the port takes at all. */
  socketsMax: 2_000,
  /** The largest event, and its head. */
  frameBytesMax: cobrowseLimits.eventBytesMax + 64,
  /** A page says who it is at once. */
  helloMsMax: 10_000,
  /** Sockets that have not said who they are; beyond it nobody else is let in. */
  strangersMax: 200,
  /** Time between two looks whether a page is still there; one that misses two is cut off. */
  beatMs: 15_000,
  /** How long a recording waits for a page that was cut off, or is being loaded anew. */
  reconnectMs: 30_000,
  /** After a restart longer: the script of ours waits for 45 s between two attempts at the most. */
  restartMs: 50_000,
  /** How long a page may take to show everything when it is asked to; one that stands still for longer is cut off. */
  answerMsMax: 60_000,
  /** What a page may send in one second: animations make hundreds of events, and nobody sees thousands. */
  eventsPerSecondMax: 1_000,
  /** The largest page shown anew every second. */
  bytesPerSecondMax: 8_388_608,
  /** So many full seconds may be taken at once, by a page that was slow for a while. */
  burstSeconds: 3,
  /** A page that was told to go has this long to close its socket. */
  closingMs: 2_000,
  /** After units were refused the page is asked to show everything anew, but not more often than this. */
  anewMsMin: 2_000,
} as const;

/** Why a page's socket is closed, as its close code says it (RFC 6455 §7.4.2); of these only the last two may come back. */
export const closeCodes = {
  malformed: 4400,
  tokenInvalid: 4401,
  over: 4404,
  replaced: 4409,
  tooFast: 4429,
  unavailable: 4503,
  stopping: 1012,
} as const;
export type CloseReason = keyof typeof closeCodes;
