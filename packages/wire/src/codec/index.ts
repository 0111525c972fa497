/** Audio codecs: G.711. */

export {
  decodeG711,
  decodeG711Sample,
  encodeG711,
  type G711Law,
  type SamplePlace,
  silenceCode,
} from './g711.ts';
export { type CodecLimits, codecLimits } from './limits.ts';
