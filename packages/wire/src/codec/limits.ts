/** Bounds on decoding: how much one call may ask for, and when a sound counts as a key. */

export interface CodecLimits {
  /** Values between two samples of the same channel in an interleaved target; the channels one recording may have. */
  readonly strideMax: number;
  readonly dtmf: DtmfLimits;
}

interface DtmfLimits {
  /** Length of a block: the shortest in which neighbouring tones can be told apart; a key of 40 ms holds two whole ones. */
  readonly blockUs: number;
  /** Mean square of the faintest sound that is looked at: -40 dBm0, for tones of -30 dBm0 that fill part of a block. */
  readonly powerMin: number;
  /** Energy of the differences between samples against that of the samples; tones of a key with noise lie in between. */
  readonly slopeMin: number;
  readonly slopeMax: number;
  /** Share of its two tones in a block's energy: less for a tone that is off its frequency by 1.8 %, in noise of -12 dB. */
  readonly shareMin: number;
  /** The same for the last samples before an edge, of which the tone may fill only a part. */
  readonly edgeShareMin: number;
  /** Share of one tone alone, given how uneven both may be. */
  readonly toneShareMin: number;
  /** Ratio of the powers of both tones: 10 dB, where networks keep within 8. */
  readonly twistMax: number;
  /** Blocks without the key after which it is up: what is left of a tone at its end is silenced as well. */
  readonly missedBlocks: number;
  /** Blocks behind an edge in which a key counts at once: only the end of its tone may be there. */
  readonly edgeBlocks: number;
}

export const codecLimits: CodecLimits = {
  strideMax: 64,
  dtmf: {
    blockUs: 12_750,
    powerMin: 24_900,
    slopeMin: 0.2,
    slopeMax: 1.65,
    shareMin: 0.58,
    edgeShareMin: 0.4,
    toneShareMin: 0.05,
    twistMax: 10,
    missedBlocks: 2,
    edgeBlocks: 3,
  },
};
