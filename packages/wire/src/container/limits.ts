/** Bounds on WAV files: what the format can say, and what a reader will take. */

export interface ContainerLimits {
  /** Channels of one file: one per media stream of a conversation, as many as one offer may carry. */
  readonly wavChannelsMax: number;
  /** Hertz; the highest rate any codec here could ever decode to. */
  readonly wavSampleRateMax: number;
  /** Bytes of sound in one file: sizes have 32 bits, of which the largest value means "not known yet". */
  readonly wavDataBytesMax: number;
  /** Bytes the reader takes; it holds everything in memory and is meant for checks, not for players. */
  readonly wavReadBytesMax: number;
  /** Chunks the reader passes over while it looks for the sound; files hold a handful. */
  readonly wavChunksMax: number;
}

export const containerLimits: ContainerLimits = {
  wavChannelsMax: 64,
  wavSampleRateMax: 192_000,
  wavDataBytesMax: 0xffff_ffff - 128,
  wavReadBytesMax: 268_435_456,
  wavChunksMax: 64,
};
