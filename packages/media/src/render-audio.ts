/**
 * Renders a recording as WAV: one channel per participant, 16-bit PCM or µ-law at 8, 16 or 48 kHz, in windows of a second.
 *
 * Whatever a range begins with, its bytes are those of the whole: packets are placed segment by segment, by rules that
 * know nothing of windows, so that reading may begin anywhere.
 */
import { Fault, type Interval, latest, type Recording, type SegmentDescriptor } from '@tacet/domain';
import { payloadCodecs } from './audio-packets.ts';
import { type AudioPlan, type AudioStyle, audioPlan, piecesWithin } from './audio-plan.ts';
import { AudioReel } from './audio-reel.ts';
import { type AudioChannel, channelMap, folded } from './channel-map.ts';
import { ClockMemory } from './clock-memory.ts';
import type { FrameRange } from './frames.ts';
import { MixWindow } from './mix-window.ts';
import type { SegmentPorts } from './read-segment.ts';
import { sampleBytes } from './sample-bytes.ts';
import type { DecodeRun } from './sound-codecs.ts';
import { StreamAlignment } from './stream-alignment.ts';

/** Everything about a recording that its audio is made of. */
export interface AudioScore {
  readonly recording: Pick<Recording, 'id' | 'streams'>;
  /** From start to end of the recording; until now for a live one. */
  readonly stretch: Interval;
  readonly channels: readonly AudioChannel[];
  /** Those that are in store; what is missing of a live recording is silence. */
  readonly segments: readonly SegmentDescriptor[];
  /** Where the recording was paused. */
  readonly withheld: readonly Interval[];
}

export interface AudioPorts extends SegmentPorts {
  /** Kept between renderings, it spares the reading of all that lies before a range. */
  readonly clocks?: ClockMemory;
  /** Decodes what is not decoded here; recordings of such codecs cannot be rendered without it. */
  readonly decodeOutside?: DecodeRun;
}

/** Audio of a known length, read in ranges. */
export class AudioRendering {
  readonly #score: AudioScore;
  readonly #style: AudioStyle;
  readonly #ports: AudioPorts & { readonly clocks: ClockMemory };
  readonly #plan: AudioPlan;

  /** @throws Fault formatUnavailable when WAV cannot hold that many channels or that much sound. */
  constructor(score: AudioScore, style: AudioStyle, ports: AudioPorts) {
    this.#score = score;
    this.#style = style;
    this.#ports = { clocks: new ClockMemory(), ...ports };
    this.#plan = audioPlan(score, style);
  }

  get lengthBytes(): number {
    return this.#plan.lengthBytes;
  }

  /**
   * The bytes from `from` up to, but not including, `to`; each piece owns its memory.
   * @throws Fault recordingDamaged at the first chunk that does not verify; storageUnavailable; valueInvalid when the
   *   range does not lie within the audio.
   */
  async *read(from: number = 0, to: number = this.lengthBytes): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    const isWithin = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to;
    if (!isWithin || to > this.lengthBytes) throw new Fault('valueInvalid', { what: 'range' });
    const { header, lengthBytes, padBytes } = this.#plan;
    if (from < header.length && from < to) yield new Uint8Array(header.subarray(from, to));
    const soundEnd = lengthBytes - padBytes;
    const sound = { from: Math.max(0, from - header.length), to: Math.min(to, soundEnd) - header.length };
    if (sound.from < sound.to) yield* this.#sound(sound);
    if (Math.max(from, soundEnd) < to) yield new Uint8Array(to - Math.max(from, soundEnd));
  }

  /** Bytes of the sound, counted from its first; the range may begin and end within a frame. */
  async *#sound(range: FrameRange): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
    const reels = this.#reels();
    const window = new MixWindow(this.#plan.channelCount, this.#plan.rate);
    let skip = range.from % this.#plan.frameBytes;
    let left = range.to - range.from;
    for (const piece of piecesWithin(this.#plan, range)) {
      for (let at = piece.from; at < piece.to; at += this.#plan.rate) {
        const bytes = await this.#render(reels, window, {
          from: at,
          to: Math.min(piece.to, at + this.#plan.rate),
        });
        const part = skip === 0 && bytes.length <= left ? bytes : bytes.slice(skip, skip + left);
        skip = 0;
        left -= part.length;
        yield part;
      }
    }
  }

  #reels(): readonly AudioReel[] {
    const { recording, segments, channels, stretch, withheld } = this.#score;
    const { rate } = this.#plan;
    const byStream = recording.streams.map(({ id }) =>
      segments.filter((segment) => segment.streamId === id).sort((a, b) => a.number - b.number),
    );
    const alignment = new StreamAlignment(byStream);
    return recording.streams.map((stream, place) => {
      const codecs = payloadCodecs(stream.codecs);
      const channelsAt = folded(channelMap(stream, channels), this.#plan.channelCount);
      const clocks = this.#ports.clocks.of(recording.id, stream.id);
      const own = { segments: byStream[place] ?? [], codecs, channelsAt, clocks, rate };
      return new AudioReel({ ...own, place, alignment, withheld }, stretch.from, this.#ports);
    });
  }

  async #render(reels: readonly AudioReel[], window: MixWindow, range: FrameRange): Promise<Uint8Array<ArrayBuffer>> {
    const until = reels.map((reel) => reel.reach(range)).reduce((a, b) => latest(a, b), this.#score.stretch.from);
    await Promise.all(reels.map((reel) => reel.survey(range, until)));
    const sounds = await Promise.all(reels.map((reel) => reel.soundsWithin(range)));
    window.begin(range);
    for (const sound of sounds.flat()) window.add(sound);
    if (this.#style.gap === 'tone') for (const gap of this.#plan.gaps) window.fillWithTone(gap);
    return sampleBytes(this.#style.encoding ?? 'pcm16', window.samples());
  }
}
