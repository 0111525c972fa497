/** The soft tone that fills withheld stretches where it is asked for. */
import { frameRate } from './frames.ts';

const hertz = 400;
/** 30 dB below full scale: noticed, and not taken for speech. */
const amplitude = 1_036;
const tables = new Map<number, Int16Array>();

function tableAt(rate: number): Int16Array {
  const period = rate / hertz;
  const table =
    tables.get(rate) ??
    Int16Array.from({ length: period }, (_, at) =>
      Math.round(amplitude * Math.sin((2 * Math.PI * (at + 0.5)) / period)),
    );
  tables.set(rate, table);
  return table;
}

/** The tone's sample at a frame of the recording; the same wherever rendering began, and never zero. */
export function toneAt(frame: number, rate: number = frameRate): number {
  const table = tableAt(rate);
  return table[frame % table.length] ?? 0;
}
