/** The marked frames that can be heard in rendered sound. */
import { encodeG711 } from '@tacet/wire/codec';
import type { WavSound } from '@tacet/wire/container';
import { type FoundFrame, framesIn } from './marks.ts';

/** Frames per channel, with the sample at which each begins. */
export function framesHeard({ channels }: WavSound): readonly (readonly FoundFrame[])[] {
  return channels.map((samples) => framesIn(Buffer.from(encodeG711('pcmu', samples))));
}
