/** Samples as the bytes of a file, in each encoding. */
import { encodeG711 } from '@tacet/wire/codec';
import type { WavEncoding } from '@tacet/wire/container';

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function littleEndian(samples: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.buffer);
  return isLittleEndian ? bytes : new Uint8Array(Buffer.from(bytes.buffer).swap16());
}

const encoders: {
  readonly [encoding in WavEncoding]: (samples: Int16Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
} = {
  pcm16: littleEndian,
  mulaw: (samples) => encodeG711('pcmu', samples),
};

/** The bytes of interleaved samples, which give their memory away. */
export function sampleBytes(encoding: WavEncoding, samples: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return encoders[encoding](samples);
}
