/**
 * The card that stands where a recording of pictures was paused: the sign for a pause on dark grey, as one VP8 key frame.
 *
 * It was made once, by ffmpeg 5.1 with libvpx:
 *   ffmpeg -f lavfi -i color=c=0x303030:s=640x360:r=1:d=1 -vf "drawbox=x=250:y=110:w=50:h=140:color=0xd0d0d0:t=fill,
 *   drawbox=x=340:y=110:w=50:h=140:color=0xd0d0d0:t=fill" -frames:v 1 -c:v libvpx -b:v 200k -an -f ivf cards/withheld.ivf
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StillCard } from '@tacet/media';

/** An IVF file of one frame: the head of the file, that of the frame, and the frame. */
const headBytes = 32 + 12;
/** A player that is set into the middle of a pause finds it at once. */
const everyMs = 1_000;

export function withheldCard(): StillCard {
  const file = readFileSync(join(import.meta.dirname, 'cards', 'withheld.ivf'));
  return { frame: new Uint8Array(file.subarray(headBytes)), everyMs };
}
