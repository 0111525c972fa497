/** Opus by libopus in WebAssembly: each payload in order, with the decoder's memory of those before it. */
import { Fault } from '@tacet/domain';
import { OpusDecoder } from 'opus-decoder';

/** Samples of the longest packet there is: 120 ms (RFC 6716 §3.1). */
const packetSamplesMax = 5_760;

/** The decoder writes what it cannot decode to the console: only payloads that it can read are given to it (§3.4). */
function isReadable(payload: Uint8Array): boolean {
  const [first = 0, second = 0] = payload;
  const code = first & 3;
  if (payload.length === 0) return false;
  if (code === 1) return (payload.length - 1) % 2 === 0;
  if (code === 2) return payload.length >= 2 && second < 252 && payload.length - 2 >= second;
  return code !== 3 || (payload.length >= 2 && (second & 0x3f) > 0 && (second & 0x3f) <= 48);
}

function asIntegers(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))));
}

/** Decodes a run at 48 kHz; stereo is heard as one channel. */
export async function decodeOpus(payloads: readonly Uint8Array[]): Promise<readonly Int16Array[]> {
  // One channel: libopus itself brings both together.
  const decoder = new OpusDecoder({ channels: 1, streamCount: 1, coupledStreamCount: 0, channelMappingTable: [0] });
  await decoder.ready;
  try {
    return payloads.map((payload) => {
      if (!isReadable(payload)) return new Int16Array();
      const { channelData, samplesDecoded } = decoder.decodeFrame(payload);
      const [samples = new Float32Array()] = channelData;
      return asIntegers(samples.subarray(0, Math.min(samplesDecoded, packetSamplesMax)));
    });
  } catch (error) {
    throw new Fault('mediaUnavailable', { what: 'OPUS' }, error);
  } finally {
    decoder.free();
  }
}
