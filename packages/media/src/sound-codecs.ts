/** How payloads become samples: a row for each codec, whatever is decoded here or outside. */
import type { Codec } from '@tacet/domain';
import { decodeG711, type G711Law, G722Decoder } from '@tacet/wire/codec';

/** Payloads of one source that follow each other, decoded in order from a fresh state; the samples of each, one channel. */
export type DecodeRun = (codec: Codec, payloads: readonly Uint8Array[]) => Promise<readonly Int16Array[]>;

interface SoundCodec {
  /** Samples per second that decoding gives. */
  readonly rate: (codec: Codec) => number;
  /** Whether each payload is understood with those before it alone. */
  readonly isStateful: boolean;
  /** Absent where something outside decodes. */
  readonly decode?: (codec: Codec, payloads: readonly Uint8Array[]) => readonly Int16Array[];
}

function g711(law: G711Law): SoundCodec {
  return {
    rate: () => 8_000,
    isStateful: false,
    decode: (_codec, payloads) =>
      payloads.map((payload) => {
        const samples = new Int16Array(payload.length);
        decodeG711(law, payload, samples, { offset: 0, stride: 1 });
        return samples;
      }),
  };
}

/** RFC 3551 §4.5.11: most significant byte first, channels interleaved; they are heard as one. */
function linearSamples({ channels = 1 }: Codec, payload: Uint8Array): Int16Array {
  const samples = new Int16Array(Math.floor(payload.length / (2 * channels)));
  for (let at = 0; at < samples.length; at += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      const byte = 2 * (at * channels + channel);
      sum += (((payload[byte] ?? 0) << 24) >> 16) | (payload[byte + 1] ?? 0);
    }
    samples[at] = sum / channels;
  }
  return samples;
}

const outside = (rate: number): SoundCodec => ({ rate: () => rate, isStateful: true });

const soundCodecs: { readonly [name: string]: SoundCodec } = {
  PCMU: g711('pcmu'),
  PCMA: g711('pcma'),
  G722: {
    rate: () => 16_000,
    isStateful: true,
    decode: (_codec, payloads) => {
      const decoder = new G722Decoder();
      return payloads.map((payload) => {
        const samples = new Int16Array(2 * payload.length);
        decoder.decode(payload, samples);
        return samples;
      });
    },
  },
  L16: {
    rate: ({ clockRate }) => clockRate,
    isStateful: false,
    decode: (codec, payloads) => payloads.map((payload) => linearSamples(codec, payload)),
  },
  OPUS: outside(48_000),
  G729: outside(8_000),
  AMR: outside(8_000),
  'AMR-WB': outside(16_000),
};

/** `undefined` for what is no sound: comfort noise, which is rendered as silence of true length, and redundancy. */
export function soundCodecOf({ name }: Codec): SoundCodec | undefined {
  return Object.hasOwn(soundCodecs, name) ? soundCodecs[name] : undefined;
}

/** The rate in which nothing of the streams is lost: 8, 16 or 48 kHz. */
export function renderRate(streams: readonly { readonly codecs: readonly Codec[] }[], rateMax: number): number {
  const rates = streams.flatMap(({ codecs }) => codecs.map((codec) => soundCodecOf(codec)?.rate(codec) ?? 0));
  const highest = Math.min(rateMax, Math.max(0, ...rates));
  if (highest <= 8_000) return 8_000;
  return highest <= 16_000 ? 16_000 : 48_000;
}
