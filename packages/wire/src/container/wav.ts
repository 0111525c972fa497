/** WAV headers for 16-bit PCM: with a known length, or for a stream whose length comes late or never. */

import { found, type Result, refused } from '../result.ts';
import { containerLimits } from './limits.ts';

/** The shape of the sound that follows the header: little-endian 16-bit samples, channels interleaved. */
export interface WavFormat {
  /** 1 to `wavChannelsMax`. */
  readonly channelCount: number;
  /** In hertz. */
  readonly sampleRate: number;
}

/** Four bytes to put over a header that was written without a length. */
export interface WavPatch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export type WavFaultCode =
  /** Channels or sample rate outside the bounds. */
  | 'wavFormatUnsupported'
  /** More sound than 32 bits can count. */
  | 'wavTooLarge'
  /** On reading: not a WAV file of 16-bit PCM. */
  | 'wavMalformed';

const bytesPerSample = 2;
const pcmTag = 1;
const extensibleTag = 0xfffe;
/** The largest size stands for an unknown one; players then read to the end. */
const unknownSize = 0xffff_ffff;
/** KSDATAFORMAT_SUBTYPE_PCM without its first two bytes, which hold the PCM tag. */
const subtypeTail: readonly number[] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/**
 * The bytes before the sound. `frames` is the number of samples per channel, or undefined for a stream whose end is
 * not known. More than two channels need the extensible form, since the plain one leaves their meaning open.
 */
export function wavHeader(format: WavFormat, frames: number | undefined): Result<Uint8Array, WavFaultCode> {
  if (!isWithin(format.channelCount, 1, containerLimits.wavChannelsMax))
    return refused('wavFormatUnsupported', 'channels');
  if (!isWithin(format.sampleRate, 1, containerLimits.wavSampleRateMax)) return refused('wavFormatUnsupported', 'rate');
  const dataBytes = frames === undefined ? undefined : dataBytesOf(format, frames);
  if (frames !== undefined && dataBytes === undefined) return refused('wavTooLarge', 'frames');
  const formatBytes = isExtensible(format) ? 40 : 16;
  const bytes = new Uint8Array(28 + formatBytes);
  const view = new DataView(bytes.buffer);
  setText(bytes, 0, 'RIFF');
  view.setUint32(4, dataBytes === undefined ? unknownSize : dataBytes + bytes.length - 8, true);
  setText(bytes, 8, 'WAVEfmt ');
  view.setUint32(16, formatBytes, true);
  setFormat(view, format);
  if (isExtensible(format)) bytes.set(subtypeTail, 46);
  setText(bytes, 20 + formatBytes, 'data');
  view.setUint32(24 + formatBytes, dataBytes ?? unknownSize, true);
  return found(bytes);
}

/** What to write over the header of a stream once its length is known: the size of the file and that of the sound. */
export function wavLengthPatches(format: WavFormat, frames: number): Result<readonly WavPatch[], WavFaultCode> {
  const header = wavHeader(format, frames);
  if (!header.ok) return header;
  const bytes = header.value;
  const at = (offset: number): WavPatch => ({ offset, bytes: bytes.slice(offset, offset + 4) });
  return found([at(4), at(bytes.length - 4)]);
}

function setFormat(view: DataView, format: WavFormat): void {
  const { channelCount, sampleRate } = format;
  const frameBytes = channelCount * bytesPerSample;
  view.setUint16(20, isExtensible(format) ? extensibleTag : pcmTag, true);
  view.setUint16(22, channelCount, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, bytesPerSample * 8, true);
  if (!isExtensible(format)) return;
  view.setUint16(36, 22, true);
  view.setUint16(38, bytesPerSample * 8, true);
  // No loudspeaker positions: the channels are parties of a conversation and not places in a room.
  view.setUint32(40, 0, true);
  view.setUint16(44, pcmTag, true);
}

function isExtensible(format: WavFormat): boolean {
  return format.channelCount > 2;
}

function dataBytesOf(format: WavFormat, frames: number): number | undefined {
  const bytes = frames * format.channelCount * bytesPerSample;
  return isWithin(frames, 0, Number.MAX_SAFE_INTEGER) && bytes <= containerLimits.wavDataBytesMax ? bytes : undefined;
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function setText(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
}
