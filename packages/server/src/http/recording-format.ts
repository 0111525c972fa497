/** In which format media is given out: what was asked for, and what can be had. */
import { Fault } from '@tacet/domain';
import { type MediaFormat, mediaFormats } from './ports.ts';
import { type ChoiceParameter, choiceOf, choicesOf, type RawQuery } from './query.ts';

export const formatParameter: ChoiceParameter<MediaFormat | 'NONE'> = {
  kind: 'choice',
  name: 'formatId',
  values: [...mediaFormats, 'NONE'],
};
export const formatsParameter: ChoiceParameter<MediaFormat> = {
  kind: 'choice',
  name: 'mediaFormats',
  values: mediaFormats,
  isList: true,
};

/** Of several that will do: those that are exact and at once there, then the smaller ones. */
const preferred: readonly MediaFormat[] = ['WAV', 'WAV_ULAW', 'OGG_OPUS', 'WEBM', 'OGG_VORBIS', 'MP3'];

export interface WantedFormat {
  /** `NONE` is for the description alone. */
  readonly format: MediaFormat | 'NONE';
  /** Whether the caller named it; what was not named may become another one. */
  readonly isNamed: boolean;
}

/**
 * `mediaFormats` lists what will do and overrides `formatId` (contract `getConversationRecordings`). Without either it is
 * the contract's WEBM, or WAV where there is nothing that could make it.
 * @throws Fault valueInvalid; formatUnavailable when only formats were named that cannot be had here.
 */
export function wantedFormat(query: RawQuery, available: readonly MediaFormat[]): WantedFormat {
  const listed = choicesOf(query, formatsParameter);
  const named = choiceOf(query, formatParameter);
  if (listed.length === 0 && named === undefined) {
    return { format: available.includes('WEBM') ? 'WEBM' : 'WAV', isNamed: false };
  }
  if (listed.length === 0 && named === 'NONE') return { format: named, isNamed: true };
  const wanted = listed.length > 0 ? listed : mediaFormats.filter((format) => format === named);
  const format = preferred.find((one) => wanted.includes(one) && available.includes(one));
  if (format !== undefined) return { format, isNamed: true };
  const why = `it takes an ffmpeg that can make it, and this server has none; it offers ${available.join(', ')} and NONE`;
  throw new Fault('formatUnavailable', { format: wanted, why });
}
