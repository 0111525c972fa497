/** Every bound of the notification edge, each with its reason. */

export const notifyLimits = {
  /** Channels of one user and client: the contract's limit. One more takes the place of the least used. */
  channelsPerOwner: 20,
  /** Channels of everybody; a few KiB each. Beyond it none is made. */
  channelsMax: 10_000,
  /** Topics of one channel: the contract's limit. */
  topicsPerChannel: 1_000,
  /** Topics of all channels together: some hundred bytes each. */
  topicsMax: 500_000,
  /** The longest topic names three things by their UUIDs; one that combines several names the parts of one of them. */
  topicCharactersMax: 512,
  /** A channel lives this long (contract), and subscribing extends its life. */
  channelMs: 86_400_000,
  /** Time between two heartbeats (contract). */
  heartbeatMs: 30_000,
  /** A frame of a client: a subscription to as many topics as a channel takes has a third of this. */
  frameBytesMax: 262_144,
  /** Frames of one client between two heartbeats; the command line's client writes one a second. */
  framesPerBeatMax: 3_000,
  /** Subscriptions of one client over its socket between two heartbeats: each is judged and written down. */
  subscribesPerBeatMax: 60,
  /** Bytes that may wait for one client. One who is further behind is read to from the outbox, as fast as it reads. */
  bufferedBytesMax: 1_048_576,
  /** A client that takes nothing for this long is cut off. Its channel keeps its place. */
  stuckMs: 10_000,
  /** A client that is told to go has this long to answer, then its connection is cut. */
  closingMs: 2_000,
  /** Connected clients: half of the connections that the port takes at all. */
  socketsMax: 2_048,
  /** Events read at a time for a client that is behind: what is done in one turn of the event loop stays far below a packet time. */
  pageEvents: 32,
  /** Events told in one turn of the event loop; the rest waits for the next one. */
  turnEvents: 64,
  /** Events that wait to be told. Beyond it everybody reads them from the outbox instead. */
  waitingEventsMax: 10_000,
  /** Wait before what failed with the storage is tried again. */
  retryMs: 1_000,
  /** Events are kept as long as a channel lives, so that each can catch up. */
  eventMs: 86_400_000,
  /** The newest events are kept, so that a busy day fills a gigabyte or so and not the disk. */
  eventsMax: 500_000,
  /** Events forgotten at a time, with a pause before the next ones: a step takes a few ms, which others must not wait for again and again. */
  pruneEvents: 200,
  prunePauseMs: 25,
  /** What channels have received is written down together, this long after it changed: a crash tells it again, not more. */
  saveMs: 5_000,
} as const;

export type NotifyLimits = { readonly [name in keyof typeof notifyLimits]: number };
