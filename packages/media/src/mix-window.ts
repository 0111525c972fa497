/** Mixes packets into one window of samples: streams of one channel are added up, and loud ones saturate. */
import { decodeG711, type SamplePlace } from '@tacet/wire/codec';
import { common, type FrameRange } from './frames.ts';
import type { PlacedPacket } from './place-audio.ts';
import { toneAt } from './tone.ts';

const fromTheStart: SamplePlace = { offset: 0, stride: 1 };

interface Channel {
  /** Sums, wider than a sample, so that saturation comes after adding. */
  readonly sums: Int32Array;
  /** 1 where a packet was placed. */
  readonly covered: Uint8Array;
}

/** The window at hand; one is made per reading and used again. */
export class MixWindow {
  readonly #channels: readonly Channel[];
  readonly #decoded: Int16Array;
  #range: FrameRange = { from: 0, to: 0 };

  constructor(channelCount: number, framesMax: number) {
    this.#channels = Array.from({ length: channelCount }, () => ({
      sums: new Int32Array(framesMax),
      covered: new Uint8Array(framesMax),
    }));
    this.#decoded = new Int16Array(framesMax);
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

  /** Adds the part of a packet that lies within the window. */
  add({ frame, packet }: PlacedPacket): void {
    const { payload, law, channels } = packet;
    const part = common({ from: frame, to: frame + payload.length }, this.#range);
    if (part.from >= part.to) return;
    const decoded = this.#decoded;
    const count = decodeG711(law, payload.subarray(part.from - frame, part.to - frame), decoded, fromTheStart);
    const start = part.from - this.#range.from;
    for (const number of channels) {
      const channel = this.#channels[number];
      if (channel === undefined) continue;
      const { sums, covered } = channel;
      for (let at = 0; at < count; at += 1) {
        sums[start + at] = (sums[start + at] ?? 0) + (decoded[at] ?? 0);
      }
      covered.fill(1, start, start + count);
    }
  }

  /** Lays the tone into a gap, in every channel, wherever no packet reaches into it. */
  fillWithTone(gap: FrameRange): void {
    const part = common(gap, this.#range);
    for (let frame = part.from; frame < part.to; frame += 1) {
      const at = frame - this.#range.from;
      for (const { sums, covered } of this.#channels) {
        if (covered[at] === 0) sums[at] = toneAt(frame);
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
