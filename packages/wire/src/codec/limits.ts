/** Bounds on decoding: how much one call may ask for. */

export interface CodecLimits {
  /** Values between two samples of the same channel in an interleaved target; the channels one recording may have. */
  readonly strideMax: number;
}

export const codecLimits: CodecLimits = { strideMax: 64 };
