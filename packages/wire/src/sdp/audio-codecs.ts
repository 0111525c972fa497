/** The audio formats that we record, a row for each: a further codec is a further row. */

/** One row of the table. */
export interface AudioCodecRow {
  /** As SDP writes it; its case has no meaning. */
  readonly name: string;
  readonly clockRates: readonly number[];
  readonly channels: readonly number[];
  /** Meanings of static payload types (RFC 3551 §6). */
  readonly staticTypes?: readonly StaticType[];
  /** Format parameters that we understand, and repeat in an answer. */
  readonly parameters?: readonly string[];
  /** Parameters that change the payload in a way that we cannot read, unless they are `0`. */
  readonly refusedParameters?: readonly string[];
}

interface StaticType {
  readonly payloadType: number;
  readonly clockRate: number;
  readonly channels: number;
}

const mono = [1] as const;
const narrow = [8_000] as const;
const at = (payloadType: number, clockRate: number, channels: number): StaticType => ({
  payloadType,
  clockRate,
  channels,
});

/** RFC 4867 §8.1; the refused ones reorder or protect the frames of a payload. */
const amr = {
  channels: mono,
  parameters: [
    'octet-align',
    'mode-set',
    'mode-change-period',
    'mode-change-capability',
    'mode-change-neighbor',
    'max-red',
  ],
  refusedParameters: ['crc', 'robust-sorting', 'interleaving'],
} as const;

/** A codec by its name in lower case. */
export type AudioCodec = 'pcmu' | 'pcma' | 'g722' | 'opus' | 'l16' | 'g729' | 'amr' | 'amr-wb';

const audioCodecRows: Readonly<Record<AudioCodec, AudioCodecRow>> = {
  pcmu: { name: 'PCMU', clockRates: narrow, channels: mono, staticTypes: [at(0, 8_000, 1)] },
  pcma: { name: 'PCMA', clockRates: narrow, channels: mono, staticTypes: [at(8, 8_000, 1)] },
  /** Sampled at 16 kHz; that its clock says 8 is an old mistake that stays (RFC 3551 §4.5.2). */
  g722: { name: 'G722', clockRates: narrow, channels: mono, staticTypes: [at(9, 8_000, 1)] },
  /** RFC 7587: always 48000/2, whatever is sent. */
  opus: {
    name: 'opus',
    clockRates: [48_000],
    channels: [2],
    parameters: [
      ...['maxplaybackrate', 'sprop-maxcapturerate', 'maxaveragebitrate', 'minptime'],
      ...['stereo', 'sprop-stereo', 'cbr', 'useinbandfec', 'usedtx'],
    ],
  },
  l16: {
    name: 'L16',
    clockRates: [8_000, 16_000, 44_100, 48_000],
    channels: [1, 2],
    staticTypes: [at(10, 44_100, 2), at(11, 44_100, 1)],
  },
  g729: {
    name: 'G729',
    clockRates: narrow,
    channels: mono,
    staticTypes: [at(18, 8_000, 1)],
    parameters: ['annexb'],
  },
  amr: { name: 'AMR', clockRates: narrow, ...amr },
  'amr-wb': { name: 'AMR-WB', clockRates: [16_000], ...amr },
};

/** What may stand beside the sound of a stream: silence told, copies, and keys. */
const companionRows: { readonly [name: string]: AudioCodecRow } = {
  /** RFC 3389. */
  cn: { name: 'CN', clockRates: [8_000, 16_000, 48_000], channels: mono, staticTypes: [at(13, 8_000, 1)] },
  /** RFC 2198. */
  red: { name: 'red', clockRates: [8_000, 16_000, 44_100, 48_000], channels: [1, 2] },
  /** RFC 4733. */
  'telephone-event': { name: 'telephone-event', clockRates: [8_000, 16_000, 44_100, 48_000], channels: mono },
};

/** The row of an encoding name in lower case; undefined for what we do not know. */
export function audioRowOf(encoding: string): AudioCodecRow | undefined {
  const rows: { readonly [name: string]: AudioCodecRow } = { ...audioCodecRows, ...companionRows };
  return Object.hasOwn(rows, encoding) ? rows[encoding] : undefined;
}

export function isAudioCodec(encoding: string): encoding is AudioCodec {
  return Object.hasOwn(audioCodecRows, encoding);
}

/** What a static payload type stands for without an rtpmap line. */
export function staticMeaning(format: string): { encoding: string; clockRate: number; channels: number } | undefined {
  const rows: readonly (readonly [string, AudioCodecRow])[] = Object.entries({ ...audioCodecRows, ...companionRows });
  for (const [encoding, { staticTypes = [] }] of rows) {
    const found = staticTypes.find(({ payloadType }) => String(payloadType) === format);
    if (found !== undefined) return { encoding, clockRate: found.clockRate, channels: found.channels };
  }
  return undefined;
}
