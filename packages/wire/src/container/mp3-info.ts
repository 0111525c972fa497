/**
 * The frame that LAME puts before the sound of an MP3 file ("Info tag"): how long the sound is, and how much of it
 * players leave out at both ends. An encoder that writes into a pipe cannot make it, since all of this is known last.
 */
import { found, type Result, refused } from '../result.ts';

type Mp3FaultCode =
  /** The first frame is not of constant-rate MPEG-2 or 2.5, layer III, or too small for a tag. */
  | 'mp3Unsupported'
  /** The sound does not consist of whole frames, or of fewer than its samples need. */
  | 'mp3Malformed';

export interface Mp3Sound {
  /** Bytes of all frames. */
  readonly dataBytes: number;
  /** Samples per channel that went into the encoder. */
  readonly sampleCount: number;
}

/** Samples per channel of one frame of MPEG-2 and 2.5, layer III (ISO/IEC 13818-3 §2.4.3.2). */
const mp3FrameSamples = 576;
/** What LAME puts before the first sample; its decoders add 529 more and know that. */
const lameDelaySamples = 576;
/** By their index in the frame header, in kbit/s: layer III of MPEG-2 and 2.5. */
const bitRates: readonly number[] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** By version and index in the frame header, in hertz. */
const sampleRates: readonly (readonly number[])[] = [[11_025, 12_000, 8_000], [], [22_050, 24_000, 16_000]];
const tagBytes = 156;
const tocEntries = 100;

/** Bytes of the frame whose header these are, and of what stands before its sound; `undefined` for other kinds. */
function frameLayout(header: Uint8Array): { readonly frameBytes: number; readonly sideBytes: number } | undefined {
  const [sync = 0, kind = 0, rates = 0, mode = 0] = header;
  // Layer III, without a checksum, in the versions that have 576 samples in a frame.
  if (sync !== 0xff || (kind & 0xe7) !== 0xe3) return undefined;
  const sampleRate = sampleRates[(kind >> 3) & 3]?.[(rates >> 2) & 3];
  const bitRate = bitRates[rates >> 4];
  if (sampleRate === undefined || bitRate === undefined || bitRate === 0) return undefined;
  const frameBytes = ((mp3FrameSamples / 8) * bitRate * 1_000) / sampleRate;
  const isMono = mode >> 6 === 3;
  return Number.isInteger(frameBytes) ? { frameBytes, sideBytes: isMono ? 13 : 21 } : undefined;
}

/** CRC-16 of the tag: the polynomial 0x8005, bits reversed, from zero. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 0 ? sum >> 1 : (sum >> 1) ^ 0xa001;
  }
  return sum;
}

/**
 * The frame to put before the sound.
 * @param first the sound's first frame, or at least the four bytes of its header.
 */
export function mp3InfoFrame(first: Uint8Array, sound: Mp3Sound): Result<Uint8Array<ArrayBuffer>, Mp3FaultCode> {
  const layout = frameLayout(first);
  if (layout === undefined || layout.sideBytes + tagBytes > layout.frameBytes)
    return refused('mp3Unsupported', 'byte 0');
  const { frameBytes, sideBytes } = layout;
  const frameCount = sound.dataBytes / frameBytes;
  const padding = frameCount * mp3FrameSamples - lameDelaySamples - sound.sampleCount;
  // Delay and padding have twelve bits each.
  if (!Number.isInteger(frameCount) || !(padding >= 0 && padding < 4_096)) return refused('mp3Malformed', 'frames');
  const bytes = new Uint8Array(frameBytes);
  bytes.set(first.subarray(0, 4));
  const tag = new DataView(bytes.buffer, sideBytes, tagBytes);
  setText(bytes, sideBytes, 'Info');
  // Frames, bytes, places and quality are told.
  tag.setUint32(4, 0x0f);
  tag.setUint32(8, frameCount);
  tag.setUint32(12, frameBytes + sound.dataBytes);
  for (let entry = 0; entry < tocEntries; entry += 1) tag.setUint8(16 + entry, Math.floor((entry * 256) / tocEntries));
  setText(bytes, sideBytes + 120, 'LAME');
  tag.setUint8(141, (lameDelaySamples >> 4) & 0xff);
  tag.setUint8(142, ((lameDelaySamples & 0x0f) << 4) | (padding >> 8));
  tag.setUint8(143, padding & 0xff);
  tag.setUint32(148, frameBytes + sound.dataBytes);
  tag.setUint16(154, checksum(bytes.subarray(0, sideBytes + 154)));
  return found(bytes);
}

function setText(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
}
