/** Sound sent through a screen as a capture does it, and what would be stored of it. */
import type { Unit, UnitScreen } from '@tacet/capture';
import { type Codec, type Instant, instant } from '@tacet/domain';
import { decodeG711, encodeG711 } from '@tacet/wire/codec';
import { writeRtpPacket } from '@tacet/wire/rtp';
import { audioScreen } from '../src/audio-screen.ts';

export const pcmu: Codec = { name: 'PCMU', payloadType: 0, clockRate: 8_000 };

/** Root mean square of 0 dBm0 in 16-bit samples of G.711: a full sine has 3.17 dBm0. */
const milliwatt = 32_124 / Math.SQRT2 / 10 ** (3.17 / 20);

/** A key's two tones; levels of each in dBm0. */
export function key(row: number, column: number, ms: number, levels: readonly [number, number]): Float64Array {
  const [low, high] = [[697, 770, 852, 941][row] ?? 0, [1_209, 1_336, 1_477, 1_633][column] ?? 0];
  const [a, b] = levels.map((level) => milliwatt * Math.SQRT2 * 10 ** (level / 20));
  return Float64Array.from({ length: ms * 8 }, (_, at) => {
    const turns = (2 * Math.PI * at) / 8_000;
    return (a ?? 0) * Math.sin(turns * low + 0.3) + (b ?? 0) * Math.sin(turns * high + 1.1);
  });
}

export function joined(parts: readonly ArrayLike<number>[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function asSamples(sound: ArrayLike<number>): Int16Array<ArrayBuffer> {
  return Int16Array.from(sound, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value))));
}

interface Held {
  readonly bytes: Uint8Array;
  isMasked: boolean;
}

/** What a capture keeps of the units that it is given: the builder and the sealing left out. */
export class ScreenedStream {
  readonly screen: UnitScreen | undefined;
  readonly units: Held[] = [];
  #sealedCount = 0;
  #sentCount = 0;

  constructor(codecs: readonly Codec[] = [pcmu], more: Parameters<typeof audioScreen>[0] = {}) {
    this.screen = audioScreen({ codecs, ...more });
  }

  /** @returns whether the unit was kept. */
  take(bytes: Uint8Array, arrivedAt: Instant = instant(1_000 + this.#sentCount * 20)): boolean {
    this.#sentCount += 1;
    const unit: Unit = { bytes, arrivedAt, isAnchor: true };
    const verdict = this.screen?.judge(unit) ?? 0;
    if (verdict < 0) return false;
    this.units.push({ bytes, isMasked: false });
    this.#silence(verdict);
    return true;
  }

  /** Seals what is judged, as the end of a chunk does. */
  seal(): void {
    this.#sealedCount = Math.max(this.#sealedCount, this.units.length - (this.screen?.undecidedCount ?? 0));
  }

  /** Ends a segment, as a pause does. */
  cut(): void {
    this.#silence(this.screen?.settle() ?? 0);
    this.#sealedCount = this.units.length;
  }

  get maskedCount(): number {
    return this.units.filter(({ isMasked }) => isMasked).length;
  }

  #silence(count: number): void {
    for (const unit of this.units.slice(Math.max(this.#sealedCount, this.units.length - count))) {
      if (!unit.isMasked) this.screen?.silence(unit.bytes);
      unit.isMasked = true;
    }
  }
}

/** Sends sound as PCMU, sealing often, and answers what is stored of it and how many of the packets are masked. */
export function storedOf(
  sound: ArrayLike<number>,
  {
    packetMs = 20,
    sealEvery = 7,
    cutsAt = [],
  }: { packetMs?: number; sealEvery?: number; cutsAt?: readonly number[] } = {},
): { readonly samples: Int16Array<ArrayBuffer>; readonly maskedCount: number; readonly packetCount: number } {
  const stream = new ScreenedStream();
  const size = packetMs * 8;
  const samples = asSamples(sound);
  for (let at = 0, n = 0; at + size <= samples.length; at += size, n += 1) {
    if (cutsAt.includes(n)) stream.cut();
    const payload = encodeG711('pcmu', samples.subarray(at, at + size));
    stream.take(writeRtpPacket({ payloadType: 0, sequence: n, timestamp: at, ssrc: 7, payload }));
    if (n % sealEvery === 0) stream.seal();
  }
  stream.cut();
  const stored = new Int16Array(stream.units.length * size);
  for (const [n, { bytes }] of stream.units.entries()) {
    decodeG711('pcmu', bytes.subarray(12), stored, { offset: n * size, stride: 1 });
  }
  return { samples: stored, maskedCount: stream.maskedCount, packetCount: stream.units.length };
}
