/** Audio codecs: G.711, G.722, what other payloads carry, and the keys that can be heard in them. */

export { amrFrameCount, opusMayHoldCopy } from './copies.ts';
export { DtmfDetector, dtmfMeasures } from './dtmf-detector.ts';
export {
  decodeG711,
  decodeG711Sample,
  encodeG711,
  type G711Law,
  g711Table,
  type SamplePlace,
  silenceCode,
} from './g711.ts';
export { G722Decoder } from './g722.ts';
export { type CodecLimits, codecLimits } from './limits.ts';
export { opusPacketMs } from './opus.ts';
export { type AmrShape, amrFrames, amrStorageHead, g729Frames } from './speech-frames.ts';
