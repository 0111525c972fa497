/** Bounds of what a page may send, each with its reason. */

export const cobrowseLimits = {
  /** One event: the full snapshot of a very large page; a quarter of what may be on its way to a worker. */
  eventBytesMax: 4_194_304,
  /** The first frame: a token and two ids. */
  helloBytesMax: 16_384,
  /** Ids of ours that a page brings: random, and short. */
  idCharactersMax: 64,
  /** Digits of a card number (ISO/IEC 7812-1). */
  cardDigitsMin: 13,
  cardDigitsMax: 19,
  /** Arrays and objects inside each other in one event; a page nests as deep as its document, three levels for each. */
  nestingMax: 4_096,
} as const;
