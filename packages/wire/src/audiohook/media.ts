/** Media that a client offers, and which of it we take. */
import { audioHookLimits } from './limits.ts';

export const mediaFormats = ['PCMU', 'L16'] as const;
export type MediaFormat = (typeof mediaFormats)[number];
/** The customer's side, and ours. */
export const mediaChannels = ['external', 'internal'] as const;
export type MediaChannel = (typeof mediaChannels)[number];

/** One entry of the offer; samples of the channels alternate in the order given here. */
export interface OfferedMedia {
  readonly type: 'audio';
  readonly format: MediaFormat;
  readonly channels: readonly MediaChannel[];
  readonly rate: 8000;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readEntry(value: unknown): OfferedMedia | undefined {
  if (!isObject(value) || value['type'] !== 'audio' || value['rate'] !== 8000) return undefined;
  const format = mediaFormats.find((one) => one === value['format']);
  const given = value['channels'];
  if (format === undefined || !Array.isArray(given) || given.length === 0 || given.length > 2) return undefined;
  const channels = given.flatMap((name) => mediaChannels.find((one) => one === name) ?? []);
  if (channels.length !== given.length || new Set(channels).size !== channels.length) return undefined;
  return { type: 'audio', format, channels, rate: 8000 };
}

/** The entries that we understand; `undefined` when it is no list or too long. */
export function readOfferedMedia(value: unknown): readonly OfferedMedia[] | undefined {
  if (!Array.isArray(value) || value.length > audioHookLimits.mediaOfferedMax) return undefined;
  return value.flatMap((entry) => readEntry(entry) ?? []);
}

/** Both channels before one, µ-law before linear samples, as it keeps the same sound in half the room. */
export function chooseMedia(offered: readonly OfferedMedia[]): OfferedMedia | undefined {
  const rank = ({ channels, format }: OfferedMedia): number => channels.length * 2 + (format === 'PCMU' ? 1 : 0);
  return offered.reduce<OfferedMedia | undefined>(
    (best, entry) => (best === undefined || rank(entry) > rank(best) ? entry : best),
    undefined,
  );
}
