/** Mixes packets into one window of samples: streams of one channel are added up, and loud ones saturate. */
import type { PlacedSound } from './decode-audio.ts';
import { common, type FrameRange } from './frames.ts';
import { toneAt } from './tone.ts';

interface Channel {
  /** Sums, wider than a sample, so that saturation comes after adding. */
  readonly sums: Int32Array;
  /** 1 where a packet was placed. */
  readonly covered: Uint8Array;
}

/** The window at hand; one is made per reading and used again. */
export class MixWindow {
  readonly #channels: readonly Channel[];
  readonly #rate: number;
  #range: FrameRange = { from: 0, to: 0 };

  /** @param rate frames per second, and the most that a window holds. */
  constructor(channelCount: number, rate: number) {
    this.#channels = Array.from({ length: channelCount }, () => ({
      sums: new Int32Array(rate),
      covered: new Uint8Array(rate),
    }));
    this.#rate = rate;
  }

  /** Begins a window with nothing in it. */
  begin(range: FrameRange): void {
    this.#range = range;
    const length = range.to - range.from;
    for (const { sums, covered } of this.#channels) {
      sums.fill(0, 0, length);
      covered.fill(0, 0, length);
    }
  }

  /** Adds the part of a sound that lies within the window. */
  add({ frame, samples, channels }: PlacedSound): void {
    const part = common({ from: frame, to: frame + samples.length }, this.#range);
    if (part.from >= part.to) return;
    const [skipped, count] = [part.from - frame, part.to - part.from];
    const start = part.from - this.#range.from;
    for (const number of channels) {
      const channel = this.#channels[number];
      if (channel === undefined) continue;
      const { sums, covered } = channel;
      for (let at = 0; at < count; at += 1) {
        sums[start + at] = (sums[start + at] ?? 0) + (samples[skipped + at] ?? 0);
      }
      covered.fill(1, start, start + count);
    }
  }

  /** Lays the tone into a gap, in every channel, wherever no sound reaches into it. */
  fillWithTone(gap: FrameRange): void {
    const part = common(gap, this.#range);
    for (let frame = part.from; frame < part.to; frame += 1) {
      const at = frame - this.#range.from;
      for (const { sums, covered } of this.#channels) {
        if (covered[at] === 0) sums[at] = toneAt(frame, this.#rate);
      }
    }
  }

  /** The window's samples, channels interleaved, in memory of their own. */
  samples(): Int16Array<ArrayBuffer> {
    const length = this.#range.to - this.#range.from;
    const stride = this.#channels.length;
    const samples = new Int16Array(length * stride);
    for (const [number, { sums }] of this.#channels.entries()) {
      for (let at = 0, to = number; at < length; at += 1, to += stride) {
        const sum = sums[at] ?? 0;
        samples[to] = Math.max(-32_768, Math.min(32_767, sum));
      }
    }
    return samples;
  }
}
