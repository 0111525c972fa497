/** Which of a media line's formats we take: one codec, and what goes along with it. */

import { formatParametersOf, packetTimeMsOf, rtpMapOf } from './attributes.ts';
import { type AudioCodec, type AudioCodecRow, audioRowOf, isAudioCodec } from './audio-codecs.ts';
import type { Attribute, MediaDescription } from './description.ts';
import { sdpLimits } from './limits.ts';

/** What a payload type that we take stands for. */
export interface AgreedFormat {
  /** Lower case: a codec, `cn`, `red` or `telephone-event`. */
  readonly encoding: string;
  readonly payloadType: number;
  readonly clockRate: number;
  readonly channels: number;
  /** Format parameters that we understand; nothing else of the peer's text. */
  readonly parameters?: string;
}

/** What will arrive on an accepted stream. */
export interface AudioFormat {
  readonly codec: AudioCodec;
  readonly payloadType: number;
  /** All that we take, in the order of the offer; exactly one is a codec. */
  readonly formats: readonly AgreedFormat[];
  readonly packetMs: number | undefined;
}

/** Numbers and plain words, as every parameter that we repeat has them. */
const plainValue = /^[A-Za-z0-9.,-]{1,64}$/;

/** The codec is the first in the offer's order of preference that we know. */
export function audioFormatOf(media: MediaDescription): AudioFormat | undefined {
  const known = media.formats.filter(isPayloadType).flatMap((format) => agreedFormat(media, format) ?? []);
  const audio = known.find(({ encoding }) => isAudioCodec(encoding));
  if (audio === undefined || !isAudioCodec(audio.encoding)) return undefined;
  const heard = known.filter(({ encoding, clockRate }) => {
    if (encoding === 'telephone-event') return true;
    return encoding === 'cn' && clockRate === audio.clockRate;
  });
  const taken = [audio, ...heard.slice(0, sdpLimits.companionsMax)];
  const red = known.find((format) => format.encoding === 'red' && carriesOnly(media, format, taken));
  const formats = known.filter((format) => taken.includes(format) || format === red);
  return {
    codec: audio.encoding,
    payloadType: audio.payloadType,
    formats: formats.map((format) => (format === red ? withRedList(media, format) : format)),
    packetMs: packetTimeMsOf(media),
  };
}

/** The lines of an answer that say what each payload type stands for. */
export function formatAttributes({ formats, packetMs }: AudioFormat): readonly Attribute[] {
  const lines = formats.flatMap(({ encoding, payloadType, clockRate, channels, parameters }): Attribute[] => {
    const name = audioRowOf(encoding)?.name ?? encoding;
    const map = { name: 'rtpmap', value: `${payloadType} ${name}/${clockRate}${channels === 1 ? '' : `/${channels}`}` };
    return parameters === undefined ? [map] : [map, { name: 'fmtp', value: `${payloadType} ${parameters}` }];
  });
  return packetMs === undefined ? lines : [...lines, { name: 'ptime', value: String(packetMs) }];
}

function agreedFormat(media: MediaDescription, format: string): AgreedFormat | undefined {
  const map = rtpMapOf(media, format);
  const row = map === undefined ? undefined : audioRowOf(map.encoding);
  if (map === undefined || row === undefined) return undefined;
  const { encoding, clockRate, channels } = map;
  if (!row.clockRates.includes(clockRate) || !row.channels.includes(channels)) return undefined;
  const parameters = parametersOf(row, encoding, formatParametersOf(media, format) ?? '');
  if (parameters === undefined) return undefined;
  const head = { encoding, payloadType: Number(format), clockRate, channels };
  return parameters === '' ? head : { ...head, parameters };
}

/** The parameters that we understand, written plainly; undefined when one of them makes the payload unreadable. */
function parametersOf(row: AudioCodecRow, encoding: string, text: string): string | undefined {
  // Only a list of event numbers is repeated (RFC 4733 §2.4.1); anything else would be the peer's text in our answer.
  if (encoding === 'telephone-event') return /^[\d,-]{1,64}$/.test(text) ? text : '';
  const pairs = text.split(';').map((part) => {
    const [name = '', value = ''] = part.split('=').map((word) => word.trim());
    return { name: name.toLowerCase(), value };
  });
  if (pairs.some(({ name, value }) => row.refusedParameters?.includes(name) && value !== '0')) return undefined;
  const kept = pairs.filter(({ name, value }) => row.parameters?.includes(name) && plainValue.test(value));
  return kept.map(({ name, value }) => `${name}=${value}`).join(';');
}

/** Payload types that a redundant payload is made of (RFC 2198 §5), as far as they are told. */
function redList(media: MediaDescription, { payloadType }: AgreedFormat): readonly number[] {
  const text = formatParametersOf(media, String(payloadType)) ?? '';
  return /^\d{1,3}(\/\d{1,3}){0,15}$/.test(text) ? text.split('/').map(Number) : [];
}

function carriesOnly(media: MediaDescription, red: AgreedFormat, taken: readonly AgreedFormat[]): boolean {
  return redList(media, red).every((type) => taken.some(({ payloadType }) => payloadType === type));
}

function withRedList(media: MediaDescription, red: AgreedFormat): AgreedFormat {
  const list = redList(media, red).join('/');
  return list === '' ? red : { ...red, parameters: list };
}

function isPayloadType(format: string): boolean {
  return /^(0|[1-9]\d{0,2})$/.test(format) && Number(format) <= 127;
}
