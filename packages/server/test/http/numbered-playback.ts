/** Playback whose bytes tell their own place, and which can be damaged anywhere. */
import { Fault } from '@tacet/domain';
import type { PlaybackPlan } from '../../src/control/index.ts';
import type { GapStyle, OpenedPlayback, PlaybackPort } from '../../src/http/ports.ts';

/** The byte at a place: a pattern that repeats only after a prime number of bytes. */
export function byteAt(place: number): number {
  return (place % 251) + 1;
}

export class NumberedPlayback implements PlaybackPort {
  lengthBytes = 100_000;
  /** The first byte that cannot be verified. */
  damagedFrom = Number.POSITIVE_INFINITY;
  /** Bytes fewer (or, below 0, more) than were promised. */
  missingBytes = 0;
  readonly opened: { readonly plan: PlaybackPlan; readonly gap: GapStyle }[] = [];
  /** Highest place that was read so far, for tests of back-pressure. */
  readUpTo = 0;

  async open(plan: PlaybackPlan, { gap }: { readonly gap: GapStyle }): Promise<OpenedPlayback> {
    this.opened.push({ plan, gap });
    const { lengthBytes } = this;
    return { lengthBytes, contentType: 'audio/wav', read: (from, to) => this.#read(from, to) };
  }

  async *#read(from: number, to: number): AsyncGenerator<Uint8Array> {
    const end = to - this.missingBytes;
    for (let place = from; place < end; place += 4_096) {
      if (place + 4_096 > this.damagedFrom) throw new Fault('recordingDamaged');
      const length = Math.min(4_096, end - place);
      this.readUpTo = Math.max(this.readUpTo, place + length);
      yield Uint8Array.from({ length }, (_, index) => byteAt(place + index));
    }
  }
}
