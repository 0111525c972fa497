/** The formats that an encoder makes, one row each; WAV in both encodings is rendered as it is read. */
import type { MediaFormat } from '../http/ports.ts';

export type TranscodedFormat = Exclude<MediaFormat, 'WAV' | 'WAV_ULAW'>;

/** The sound that is encoded. */
export interface Sound {
  /** 1 or 2. */
  readonly channelCount: number;
  /** Samples of each channel. */
  readonly frameCount: number;
}

export interface TranscodeRow {
  /** As ffmpeg names it. */
  readonly encoder: string;
  readonly contentType: string;
  /** A little more than two channels of noise take; decides which recordings are too long. */
  readonly bytesPerSecond: number;
  /** Arguments of ffmpeg between input and output. */
  readonly argumentsFor: (sound: Sound) => readonly string[];
}

/** Participants beyond two share the second channel: players know left and right, and take more for loudspeakers. */
export const transcodedChannelsMax = 2;

/** Not `voip`: its stereo lets each side be heard on the other. */
const opus = ({ channelCount }: Sound): readonly string[] => [
  ...['-c:a', 'libopus', '-application', 'audio'],
  ...['-b:a', channelCount === 1 ? '24k' : '32k'],
];

/** `HH:MM:SS.mmm`, as Matroska writes lengths. */
function clockTime(ms: number): string {
  const part = (unitMs: number, modulus: number, width: number): string =>
    String(Math.floor(ms / unitMs) % modulus).padStart(width, '0');
  return `${part(3_600_000, 1_000, 2)}:${part(60_000, 60, 2)}:${part(1_000, 60, 2)}.${part(1, 1_000, 3)}`;
}

export const transcodeRows: { readonly [format in TranscodedFormat]: TranscodeRow } = {
  WEBM: {
    encoder: 'libopus',
    contentType: 'audio/webm',
    bytesPerSecond: 4_300,
    // The length stands at the head of the file, where an encoder that writes into a pipe cannot go back to.
    argumentsFor: (sound) => [
      ...opus(sound),
      ...['-metadata', `DURATION=${clockTime(Math.round(sound.frameCount / 8))}`, '-f', 'webm'],
    ],
  },
  OGG_OPUS: {
    encoder: 'libopus',
    contentType: 'audio/ogg',
    bytesPerSecond: 4_200,
    argumentsFor: (sound) => [...opus(sound), '-f', 'ogg'],
  },
  OGG_VORBIS: {
    encoder: 'libvorbis',
    contentType: 'audio/ogg',
    bytesPerSecond: 5_700,
    argumentsFor: () => ['-c:a', 'libvorbis', '-q:a', '4', '-f', 'ogg'],
  },
  MP3: {
    encoder: 'libmp3lame',
    contentType: 'audio/mpeg',
    bytesPerSecond: 6_100,
    // Channels stay apart, and the frame that tells the length is ours (`mp3InfoFrame`).
    argumentsFor: ({ channelCount }) => [
      ...['-c:a', 'libmp3lame', '-b:a', channelCount === 1 ? '24k' : '48k', '-joint_stereo', '0'],
      ...['-write_xing', '0', '-id3v2_version', '0', '-f', 'mp3'],
    ],
  },
};

export const transcodedFormats: readonly TranscodedFormat[] = Object.keys(transcodeRows) as TranscodedFormat[];

export function isTranscoded(format: MediaFormat): format is TranscodedFormat {
  return format in transcodeRows;
}
