/** The soft tone that fills withheld stretches where it is asked for. */
import { frameRate } from './frames.ts';

const hertz = 400;
/** 30 dB below full scale: noticed, and not taken for speech. */
const amplitude = 1_036;
const period = frameRate / hertz;

const table = Int16Array.from({ length: period }, (_, at) =>
  Math.round(amplitude * Math.sin((2 * Math.PI * (at + 0.5)) / period)),
);

/** The tone's sample at a frame of the recording; the same wherever rendering began, and never zero. */
export function toneAt(frame: number): number {
  return table[frame % period] ?? 0;
}
