/** Media as a caller gets it: prepared, waited for, opened and read. */
import type { PlaybackPlan } from '../../src/control/index.ts';
import type { PlaybackPort, WantedMedia } from '../../src/http/ports.ts';

export interface Made {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly tookMs: number;
}

export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

/** @throws Fault as it could not be made. */
export async function made(playback: PlaybackPort, plan: PlaybackPlan, wanted: WantedMedia): Promise<Made> {
  let prepared = playback.prepare(plan, wanted);
  while (!prepared.isReady) {
    await prepared.changed;
    prepared = playback.prepare(plan, wanted);
  }
  const { lengthBytes, contentType, read } = await playback.open(plan, wanted);
  const bytes = await bytesOf(read(0, lengthBytes));
  if (bytes.length !== lengthBytes || lengthBytes !== prepared.lengthBytes) throw new Error('not as long as it said');
  return { bytes, contentType, tookMs: prepared.tookMs };
}
