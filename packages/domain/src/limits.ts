/** Every bound of the recording mechanism in one table, each with its reason. */

export const limits = {
  /**
   * A crash may cost at most 1 s of admitted media (P4): chunk time plus sync time stay below it, with a fifth of a
   * second to spare for a thread or a disk that stands still for a moment.
   */
  chunkMsMax: 600,
  /**
   * Units that are not judged to the end wait unsealed for those that follow; a stream that is silent for this long
   * sends none for now. Far longer than any packet, and short beside `chunkMsMax`.
   */
  undecidedMsMax: 100,
  /** Masked units closer together than this are told as one interval: how often a key was pressed is nobody's business. */
  maskedJoinMs: 500,
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
  /**
   * Bytes of fed captures that one worker has been handed and has not taken yet: seconds of many thousand calls. Beyond it
   * units are refused and noted as lost by overload.
   */
  fedBacklogBytesMax: 16_777_216,
  /**
   * Bytes of items on their way to one worker whose fate is waited for: one of the largest there may be, or many small
   * ones, and half of what the spool may hold, so that a flood of mails never fails the spool that calls share.
   */
  keptBacklogBytesMax: 33_554_432,
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
  /** Communications of one conversation, ended ones included: its record is written whole with each change. */
  communicationsPerConversationMax: 512,
  /** Conversations that go on at once; beyond it none is begun by request. Each costs a few KiB of memory. */
  conversationsLiveMax: 100_000,
  /** How far ahead a callback may be agreed: who waits longer than a month is called anew. */
  callbackAheadMsMax: 2_678_400_000,
  /** How long after its time a callback is still what a call to its number is taken for: later it is rather forgotten. */
  callbackByNumberMsMax: 604_800_000,
  /** Ids of video meetings that are kept until they expire. */
  videoMeetingsMax: 10_000,
  /** How long an id of a meeting lasts when nothing else is said, and at most. */
  meetingDays: 30,
  meetingDaysMax: 365,
  /** Names by which other systems know a conversation. */
  externalIdsMax: 32,
  /** The same with all that its recording sessions bring over its whole life; further ones are not kept. */
  externalIdsPerConversationMax: 256,
  /** Holds that are over, which a communication remembers; the oldest are forgotten. */
  holdsPerCommunicationMax: 200,
  /** The contract shows the newest 20 transfers of a conversation; more are not kept. */
  transfersPerConversationMax: 20,
  /** How long somebody who was transferred to is waited for: a telephone that nobody takes stops ringing before. */
  transferRingMsMax: 180_000,
  /** What programs note about a participant; the conversation is one document that is written anew with each change. */
  attributesPerParticipantMax: 100,
  attributeNameCharactersMax: 256,
  attributeCharactersMax: 4_096,
  /** Names and values of all attributes in a conversation together: a pause writes that document too, and has to be quick. */
  attributesCharactersMax: 65_536,
  /** Notes of a wrap-up: a page and a half of text. */
  wrapupNotesCharactersMax: 4_096,
  wrapupTagsMax: 32,
  wrapupTextCharactersMax: 256,
  /** The name another system gives a conversation. */
  externalTagCharactersMax: 256,
  /** An address or a name that a request gives: longer than any number and any address of record in use. */
  addressCharactersMax: 256,
  /** Request body of the contract doors; a `SetRecordingState` is far below 1 KiB. */
  requestBodyBytesMax: 1_048_576,
} as const;
