/** Every bound of playback, each with its reason. */

export const playbackLimits = {
  /** Reads at a time: each holds a minute or two of every stream in memory, a few MiB for two. */
  readsMax: 64,
  /** Transcodes at a time: each takes a core for as long as it lasts, and live calls need the others. */
  transcodesMax: 2,
  /** Transcodes that wait for their turn: the recordings of a long list, and of a few people who ask for one. */
  transcodesWaitingMax: 256,
  /** A transcode that nobody has asked for in this time is ended: clients that are answered 202 ask again within seconds. */
  transcodeWantedMs: 60_000,
  /** A transcode that takes longer hangs: the largest result is made in a few minutes by a busy machine. */
  transcodeMs: 900_000,
  /** For so long those who ask again are told that a transcode failed; then it is tried anew. */
  transcodeFailedMs: 30_000,
  /** One result: three hours of MP3, more than four of Opus. It is in memory while it is made. */
  resultBytesMax: 67_108_864,
  /**
   * Segments of one recording of pictures: a quarter of an hour of a busy screen, hours of one on which little moves.
   * They are in memory three times while the file is put together.
   */
  picturesBytesMax: 134_217_728,
  /** All results that are kept: eight calls of two hours as Opus. */
  keptBytesMax: 201_326_592,
  /** A result that nobody has read for this time is forgotten: as long as links to it last. */
  keptMs: 3_600_000,
  /** A worker gets this long to end what it had started, when the server stops. */
  workerStopMs: 2_000,
  /** Decoding a segment of a minute takes ffmpeg a fraction of a second. */
  decodeMsMax: 30_000,
  /** ffmpeg lists its encoders within a fraction of it. */
  probeMs: 10_000,
  /** What is kept of the complaints of a program that failed. */
  complaintCharactersMax: 300,
} as const;
