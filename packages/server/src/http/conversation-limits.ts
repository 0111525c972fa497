/** Bounds of what a request may say of a conversation, each with its reason; `limits` of the domain has the others. */

export const conversationLimits = {
  /** Names of people and systems: more than anybody has. */
  nameCharactersMax: 256,
  /** Ids that other systems give. */
  idCharactersMax: 256,
  /** Numbers of one callback: an office, a mobile and a few more. */
  callbackNumbersMax: 10,
  /** Callbacks of one bulk request, which are carried out one after another while the caller waits. */
  bulkCallbacksMax: 50,
  /** How long a publishing token lasts when nothing else is said: a page that is opened soon after, and its reloads. */
  publishingSeconds: 3_600,
  /** A working day: what a page of ours may do for longer wants a new token. */
  publishingSecondsMax: 43_200,
  /** The largest file that is uploaded for a message: below what one unit may have, its head included. */
  uploadBytesMax: 26_214_400,
  /** Of files that are being uploaded at the same time: what memory may be held for them. */
  uploadsBytesMax: 67_108_864,
  /** How long somebody has to begin with an upload. */
  uploadSeconds: 600,
} as const;
