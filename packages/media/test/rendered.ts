/** Rendered audio as tests look at it. */
import assert from 'node:assert/strict';
import { readWav, type WavSound } from '@tacet/wire/container';
import { type AudioPorts, AudioRendering, type AudioStyle, type GapMode } from '../src/index.ts';
import type { RecordedCall } from './recorded-call.ts';

export async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}

/** @param style a gap mode stands for PCM with such gaps. */
export function rendering(
  call: RecordedCall,
  style: GapMode | AudioStyle = 'silence',
  ports: AudioPorts = call,
): AudioRendering {
  const { blobs, keys, clocks } = { clocks: undefined, ...ports };
  return new AudioRendering(call.score, typeof style === 'string' ? { gap: style } : style, {
    blobs,
    keys,
    ...(clocks === undefined ? {} : { clocks }),
  });
}

/** The whole file. */
export function render(call: RecordedCall, style: GapMode | AudioStyle = 'silence'): Promise<Buffer> {
  return bytesOf(rendering(call, style).read());
}

export function soundOf(file: Uint8Array): WavSound {
  const sound = readWav(file);
  assert.ok(sound.ok, 'the file is WAV');
  return sound.value;
}

/** The samples of one channel of the whole recording. */
export async function channelOf(call: RecordedCall, channel: number, gap: GapMode = 'silence'): Promise<Int16Array> {
  return soundOf(await render(call, gap)).channels[channel] ?? assert.fail(`there is no channel ${channel}`);
}
