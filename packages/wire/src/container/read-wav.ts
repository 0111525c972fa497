/** A small WAV reader for checks: everything in memory, 16-bit PCM only. */

import { found, type Result, refused } from '../result.ts';
import { containerLimits } from './limits.ts';
import type { WavFaultCode } from './wav.ts';

/** The sound of a file, one array per channel, all of one length. */
export interface WavSound {
  /** In hertz. */
  readonly sampleRate: number;
  readonly channels: readonly Int16Array[];
}

interface Layout {
  readonly channelCount: number;
  readonly sampleRate: number;
}

/**
 * Reads a file of 16-bit PCM, plain or extensible. A sound chunk that says it is longer than the file, as one of a
 * stream without known length does, ends where the file ends; an unfinished last frame is left out.
 */
export function readWav(bytes: Uint8Array): Result<WavSound, WavFaultCode> {
  if (bytes.length > containerLimits.wavReadBytesMax) return refused('wavTooLarge', 'bytes');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (textAt(bytes, 0) !== 'RIFF' || textAt(bytes, 8) !== 'WAVE') return refused('wavMalformed', 'byte 0');
  let layout: Layout | undefined;
  let at = 12;
  for (let count = 0; at + 8 <= bytes.length && count < containerLimits.wavChunksMax; count += 1) {
    const name = textAt(bytes, at);
    const size = view.getUint32(at + 4, true);
    const from = at + 8;
    if (name === 'fmt ') {
      layout = readLayout(view, from, size);
      if (layout === undefined) return refused('wavFormatUnsupported', `byte ${from}`);
    }
    if (name === 'data') {
      if (layout === undefined) return refused('wavMalformed', `byte ${at}`);
      return found(readSound(view, from, Math.min(size, bytes.length - from), layout));
    }
    // Chunks begin at even offsets; a byte fills up an odd one.
    at = from + size + (size % 2);
  }
  return refused('wavMalformed', `byte ${Math.min(at, bytes.length)}`);
}

function readLayout(view: DataView, at: number, size: number): Layout | undefined {
  if (size < 16 || at + size > view.byteLength) return undefined;
  const tag = view.getUint16(at, true);
  const subtype = tag === 0xfffe && size >= 40 ? view.getUint16(at + 24, true) : tag;
  const channelCount = view.getUint16(at + 2, true);
  const isSupported =
    subtype === 1 &&
    view.getUint16(at + 14, true) === 16 &&
    channelCount >= 1 &&
    channelCount <= containerLimits.wavChannelsMax &&
    view.getUint16(at + 12, true) === channelCount * 2;
  return isSupported ? { channelCount, sampleRate: view.getUint32(at + 4, true) } : undefined;
}

function readSound(view: DataView, from: number, size: number, { channelCount, sampleRate }: Layout): WavSound {
  const frames = Math.floor(size / (channelCount * 2));
  const channels = Array.from({ length: channelCount }, (_, channel) =>
    Int16Array.from({ length: frames }, (_, frame) => view.getInt16(from + (frame * channelCount + channel) * 2, true)),
  );
  return { sampleRate, channels };
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
