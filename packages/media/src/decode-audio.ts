/** Placed packets of one segment into sound at the rate of the rendering. */
import { type Codec, Fault } from '@tacet/domain';
import { frameRate } from './frames.ts';
import { mediaLimits } from './limits.ts';
import { type AudioPacket, inOrderSent, type PlacedPacket } from './place-audio.ts';
import { resampled } from './resample.ts';
import { type DecodeRun, soundCodecOf } from './sound-codecs.ts';

/** Sound, and where it begins, in frames of the rendering. */
export interface PlacedSound {
  readonly frame: number;
  readonly samples: Int16Array;
  readonly channels: readonly number[];
}

export interface SoundDecoding {
  readonly rate: number;
  /** For codecs that are not decoded here; without it they cannot be rendered. */
  readonly decodeOutside?: DecodeRun | undefined;
}

export function isStateful(codecs: readonly Codec[]): boolean {
  return codecs.some((codec) => soundCodecOf(codec)?.isStateful === true);
}

/** The packets at the end of a segment from which a decoder of the next one gets going. */
export function tailOf(packets: readonly AudioPacket[]): readonly AudioPacket[] {
  return inOrderSent(packets).flatMap((sent) => sent.slice(-mediaLimits.warmUpPackets));
}

/** Those of the tail that belong before the first packet of a source: the same source and codec, with no pause between. */
function warmUp(tail: readonly AudioPacket[], first: AudioPacket): readonly AudioPacket[] {
  const own = tail.filter(({ ssrc, codec }) => ssrc === first.ssrc && codec.payloadType === first.codec.payloadType);
  const last = own.at(-1);
  if (last === undefined) return [];
  const ahead = (first.timestamp - last.timestamp) | 0;
  return ahead > 0 && ahead <= first.codec.clockRate * mediaLimits.warmUpGapSeconds ? own : [];
}

/** Packets of one source and codec, in the order sent. */
function runsOf(placed: readonly PlacedPacket[]): readonly (readonly PlacedPacket[])[] {
  const runs = new Map<string, PlacedPacket[]>();
  for (const one of placed) {
    const key = `${one.packet.ssrc}/${one.packet.codec.payloadType}`;
    const run = runs.get(key) ?? [];
    runs.set(key, run);
    run.push(one);
  }
  return [...runs.values()];
}

async function decodedRun(
  codec: Codec,
  payloads: readonly Uint8Array[],
  decodeOutside: DecodeRun | undefined,
): Promise<readonly Int16Array[]> {
  const decode = soundCodecOf(codec)?.decode;
  if (decode !== undefined) return decode(codec, payloads);
  if (decodeOutside === undefined) throw new Fault('mediaUnavailable', { what: codec.name });
  return decodeOutside(codec, payloads);
}

/** Neighbours made one, so that the filter finds no edge between them. */
function* stretches(
  run: readonly PlacedPacket[],
  sounds: readonly Int16Array[],
  perFrame: number,
): Generator<PlacedSound> {
  let at = 0;
  while (at < run.length) {
    const head = run[at];
    if (head === undefined) return;
    const parts: Int16Array[] = [];
    let length = 0;
    for (; at < run.length; at += 1) {
      const [next, sound] = [run[at], sounds[at]];
      if (next === undefined || sound === undefined) break;
      const isNext = Math.abs((next.frame - head.frame) * perFrame - length) < 1;
      const isAlike = next.packet.channels.join() === head.packet.channels.join();
      if (parts.length > 0 && !(isNext && isAlike)) break;
      parts.push(sound);
      length += sound.length;
    }
    const samples = new Int16Array(length);
    let filled = 0;
    for (const part of parts) {
      samples.set(part, filled);
      filled += part.length;
    }
    yield { frame: head.frame, samples, channels: head.packet.channels };
    if (parts.length === 0) at += 1;
  }
}

/**
 * Decodes what was placed. Each source begins with a decoder that has heard the packets of `tail` before it, if they
 * belong there: so a segment sounds the same wherever reading began.
 */
export async function decodeAudio(
  placed: readonly PlacedPacket[],
  tail: readonly AudioPacket[],
  { rate, decodeOutside }: SoundDecoding,
): Promise<readonly PlacedSound[]> {
  const sounds: PlacedSound[] = [];
  for (const run of runsOf(placed)) {
    const first = run[0]?.packet;
    if (first === undefined) continue;
    const { codec } = first;
    const own = soundCodecOf(codec)?.rate(codec) ?? frameRate;
    const before = warmUp(tail, first);
    const payloads = [...before, ...run.map(({ packet }) => packet)].map(({ payload }) => payload);
    const decoded = (await decodedRun(codec, payloads, decodeOutside)).slice(before.length);
    const place = (frame: number): number => Math.round((frame * rate) / frameRate);
    if (own === rate) {
      for (const [at, { frame, packet }] of run.entries()) {
        const samples = decoded[at];
        if (samples !== undefined) sounds.push({ frame: place(frame), samples, channels: packet.channels });
      }
      continue;
    }
    for (const { frame, samples, channels } of stretches(run, decoded, own / frameRate)) {
      sounds.push({ frame: place(frame), samples: resampled(samples, own, rate), channels });
    }
  }
  return sounds.sort((a, b) => a.frame - b.frame);
}
