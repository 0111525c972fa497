/** The formats that an encoder makes, one row each; WAV in both encodings is rendered as it is read. */
import type { MediaFormat } from '../http/ports.ts';

export type TranscodedFormat = Exclude<MediaFormat, 'WAV' | 'WAV_ULAW'>;

/** The sound that is encoded. */
export interface Sound {
  /** 1 or 2. */
  readonly channelCount: number;
  /** Samples of each channel. */
  readonly frameCount: number;
  /** Samples per second. */
  readonly rate: number;
}

export interface TranscodeRow {
  /** As ffmpeg names it. */
  readonly encoder: string;
  readonly contentType: string;
  /** A little more than two channels of noise take; decides which recordings are too long. */
  readonly bytesPerSecond: number;
  /** The highest rate that it is made in, where there is one. */
  readonly rateMax?: number;
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

/** The first frame of a file has to hold 177 bytes, and there are more of them in a second at a higher rate. */
function mp3BitRate(channelCount: number, rate: number): string {
  if (rate === 8_000) return channelCount === 1 ? '24k' : '48k';
  return channelCount === 1 ? '40k' : '64k';
}

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
      ...['-metadata', `DURATION=${clockTime(Math.round((sound.frameCount * 1_000) / sound.rate))}`, '-f', 'webm'],
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
    bytesPerSecond: 8_100,
    // Above, it is another kind of MP3, which our first frame does not know.
    rateMax: 16_000,
    // Channels stay apart, and the frame that tells the length is ours (`mp3InfoFrame`).
    argumentsFor: ({ channelCount, rate }) => [
      ...['-c:a', 'libmp3lame', '-b:a', mp3BitRate(channelCount, rate), '-joint_stereo', '0'],
      ...['-write_xing', '0', '-id3v2_version', '0', '-f', 'mp3'],
    ],
  },
};

export const transcodedFormats: readonly TranscodedFormat[] = Object.keys(transcodeRows) as TranscodedFormat[];

export function isTranscoded(format: MediaFormat): format is TranscodedFormat {
  return format in transcodeRows;
}
