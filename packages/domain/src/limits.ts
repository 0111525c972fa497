/** Every bound of the recording mechanism in one table, each with its reason. */

export const limits = {
  /**
   * A crash may cost at most 1 s of admitted media (P4): chunk time plus sync time stay below it, with a fifth of a
   * second to spare for a thread or a disk that stands still for a moment.
   */
  chunkMsMax: 600,
  /** Time between group syncs of a spool, see `chunkMsMax`. */
  spoolSyncMs: 150,
  /** One allocation size and one unit of loss; larger units travel in a chunk of their own. */
  chunkBytesMax: 65_536,
  /** The largest single unit: an e-mail with attachments. */
  unitBytesMax: 33_554_432,
  /** A segment ends after this long so that spool files can be released while a long call goes on. */
  segmentMsMax: 60_000,
  /** Sealed but not yet synced bytes a worker may hold; beyond it storage is too slow and captures end with a fault. */
  spoolBacklogBytesMax: 67_108_864,
  /** A spool file is rotated at this size, so that space comes back while calls go on. */
  spoolFileBytesMax: 67_108_864,
  /** A record of a spool or segment file; anything larger is damage. */
  recordBytesMax: 34_603_008,
  /** Sources (SSRCs) whose highest withheld media time a gatekeeper remembers; the oldest is forgotten first. */
  lateSourcesMax: 16,
  /** How far behind the highest withheld media time a unit still counts as late; further behind is a restarted source. */
  lateWindowMs: 30_000,
  /** Everything asked of a media worker must be confirmed within this time, or the answer is an error (P2). */
  gateDeadlineMs: 2_000,
  /** A fence that has not come back is sent again after this time. */
  fenceRetryMs: 40,
  /** A conference this large is beyond any contact centre; more is a broken or hostile source. */
  participantsPerConversationMax: 128,
  streamsPerRecordingMax: 64,
  /** Request body of the contract doors; a `SetRecordingState` is far below 1 KiB. */
  requestBodyBytesMax: 1_048_576,
} as const;
