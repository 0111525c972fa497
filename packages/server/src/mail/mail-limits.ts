/** Bounds of what is read of mails: whoever knows the address may send one. */
export const mailLimits = {
  /** The largest mail that is taken: 25 MB of attachments grow by a third in base64, and stay below one unit of capture. */
  bytesMax: 31_457_280,
  /** Headers of a mail that are read to find its conversation; usual ones have some 10 KiB. */
  headerBytesMax: 131_072,
  /** Characters of a subject or a name that go into the description; the mail itself keeps all of it. */
  textCharactersMax: 998,
  /** Addresses of a mail that go into its description. */
  addressesMax: 100,
  /** Message-IDs of earlier mails that lead to a conversation: the oldest and the newest of a long thread. */
  referencesMax: 32,
  messageIdCharactersMax: 998,
  /** How deep parts may be within parts, and mails within mails. */
  nestingMax: 64,
  nestedMailsMax: 3,
  /** Headers of all parts together, when a mail is opened. */
  allHeaderBytesMax: 4_194_304,
  /** Attachments that are listed; what is beyond is in the mail as it came. */
  attachmentsMax: 1_000,
  /** Characters of the text and of the HTML that are shown. */
  shownCharactersMax: 2_000_000,
  /** A mail that takes longer to open is not opened: it can be had as it came. */
  openMsMax: 10_000,
  /** The same for all mails of a recording, put together as one file. */
  archiveMsMax: 60_000,
  /** What opening one mail may take of memory, in MiB. */
  openMemoryMiBMax: 384,
  /** Mails and attachments of one ZIP together. */
  archiveBytesMax: 134_217_728,
  /** Characters of bodies in one answer that lists mails; the rest can be had mail by mail. */
  listedCharactersMax: 8_000_000,
  /** Mails that wait to be opened; further ones are refused. */
  openWaitingMax: 64,
} as const;
