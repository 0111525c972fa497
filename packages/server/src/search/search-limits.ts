/** Bounds of searching what was written. */
export const searchLimits = {
  /** Words of one item that it can be found by: a long book chapter. What is behind them is in the recording all the same. */
  itemWordsMax: 20_000,
  /** Characters of one item that are looked at for words. */
  itemCharactersMax: 400_000,
  /** How often is looked for what came into store, in ms; a look that finds nothing costs some microseconds. */
  lookMs: 1_000,
  /** Segments of all media types that one look goes through, in one turn of the event loop. */
  lookSegmentsMax: 128,
  /** After something went wrong with the index, this long nothing is tried, in ms. */
  retryMs: 10_000,
  /** What is found beyond is not counted: nobody turns that many pages. */
  totalMax: 10_000,
  /** How many hits of a term are counted to find the rarest one. */
  rarityMax: 1_000,
  /** Questions that wait for the thread of the index; further ones are refused. */
  waitingMax: 32,
  /** Longest question, in characters. */
  questionCharactersMax: 500,
  /** What the thread of the index may take of memory, in MiB: the largest items are looked at one at a time. */
  memoryMiBMax: 512,
} as const;
