/** WAV headers for 16-bit PCM and µ-law: with a known length, or for a stream whose length comes late or never. */

import { found, type Result, refused } from '../result.ts';
import { containerLimits } from './limits.ts';

/** Little-endian 16-bit samples, or one byte of µ-law each (ITU-T G.711). */
export type WavEncoding = 'pcm16' | 'mulaw';

/** The shape of the sound that follows the header: samples, channels interleaved. */
export interface WavFormat {
  readonly encoding: WavEncoding;
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

interface EncodingFacts {
  /** `wFormatTag`, and the first two bytes of the subtype in the extensible form. */
  readonly tag: number;
  readonly bytesPerSample: number;
  /** What is not PCM has a size of extra fields behind the plain form, and counts its samples in a `fact` chunk. */
  readonly hasFact: boolean;
}

const encodings: Readonly<Record<WavEncoding, EncodingFacts>> = {
  pcm16: { tag: 1, bytesPerSample: 2, hasFact: false },
  mulaw: { tag: 7, bytesPerSample: 1, hasFact: true },
};
const extensibleTag = 0xfffe;
const factBytes = 12;
/** The largest size stands for an unknown one; players then read to the end. */
const unknownSize = 0xffff_ffff;
/** KSDATAFORMAT_SUBTYPE_PCM, and that of µ-law, without their first two bytes, which hold the tag. */
const subtypeTail: readonly number[] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/** Bytes of one sample of every channel. */
export function wavFrameBytes({ encoding, channelCount }: WavFormat): number {
  return channelCount * encodings[encoding].bytesPerSample;
}

/** Bytes that follow the sound: a chunk of odd length is filled up with a zero. */
export function wavPadBytes(format: WavFormat, frames: number): number {
  return (frames * wavFrameBytes(format)) % 2;
}

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
  const { data, fact, formatBytes, headerBytes } = layoutOf(format);
  const bytes = new Uint8Array(headerBytes);
  const view = new DataView(bytes.buffer);
  setText(bytes, 0, 'RIFF');
  const padBytes = frames === undefined ? 0 : wavPadBytes(format, frames);
  view.setUint32(4, dataBytes === undefined ? unknownSize : dataBytes + padBytes + headerBytes - 8, true);
  setText(bytes, 8, 'WAVEfmt ');
  view.setUint32(16, formatBytes, true);
  setFormat(view, format);
  if (isExtensible(format)) bytes.set(subtypeTail, 46);
  if (fact !== undefined) {
    setText(bytes, fact, 'fact');
    view.setUint32(fact + 4, 4, true);
    view.setUint32(fact + 8, frames ?? unknownSize, true);
  }
  setText(bytes, data, 'data');
  view.setUint32(data + 4, dataBytes ?? unknownSize, true);
  return found(bytes);
}

/** What to write over the header of a stream once its length is known: sizes of file and sound, and what a fact says. */
export function wavLengthPatches(format: WavFormat, frames: number): Result<readonly WavPatch[], WavFaultCode> {
  const header = wavHeader(format, frames);
  if (!header.ok) return header;
  const bytes = header.value;
  const { data, fact } = layoutOf(format);
  const at = (offset: number): WavPatch => ({ offset, bytes: bytes.slice(offset, offset + 4) });
  return found([at(4), ...(fact === undefined ? [] : [at(fact + 8)]), at(data + 4)]);
}

interface HeaderLayout {
  readonly formatBytes: number;
  /** Where the chunk begins that counts the samples, if there is one. */
  readonly fact: number | undefined;
  /** Where the chunk of the sound begins. */
  readonly data: number;
  readonly headerBytes: number;
}

function layoutOf(format: WavFormat): HeaderLayout {
  const { hasFact } = encodings[format.encoding];
  const plainBytes = hasFact ? 18 : 16;
  const formatBytes = isExtensible(format) ? 40 : plainBytes;
  const behind = 20 + formatBytes;
  const data = hasFact ? behind + factBytes : behind;
  return { formatBytes, fact: hasFact ? behind : undefined, data, headerBytes: data + 8 };
}

function setFormat(view: DataView, format: WavFormat): void {
  const { channelCount, sampleRate } = format;
  const { tag, bytesPerSample } = encodings[format.encoding];
  const frameBytes = wavFrameBytes(format);
  view.setUint16(20, isExtensible(format) ? extensibleTag : tag, true);
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
  view.setUint16(44, tag, true);
}

function isExtensible(format: WavFormat): boolean {
  return format.channelCount > 2;
}

function dataBytesOf(format: WavFormat, frames: number): number | undefined {
  const bytes = frames * wavFrameBytes(format);
  return isWithin(frames, 0, Number.MAX_SAFE_INTEGER) && bytes <= containerLimits.wavDataBytesMax ? bytes : undefined;
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function setText(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
}
