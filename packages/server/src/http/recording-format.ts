/** Formats in which recordings can be asked for, and those that can be had. */
import { Fault } from '@tacet/domain';
import { type ChoiceParameter, choiceOf, choicesOf, type RawQuery } from './query.ts';

const mediaFormats = ['WAV', 'WEBM', 'WAV_ULAW', 'OGG_VORBIS', 'OGG_OPUS', 'MP3'] as const;
type MediaFormat = (typeof mediaFormats)[number];

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

/**
 * What to render; `NONE` is for the description alone. `mediaFormats` overrides `formatId` (contract
 * `getConversationRecordings`), and of several formats we give the one that we have.
 *
 * The contract's default is WEBM, which cannot be had here yet. A caller that names no format wants something to play
 * and gets WAV; one that names WEBM wants WEBM, and is told.
 * @throws Fault valueInvalid or formatUnavailable.
 */
export function wantedFormat(query: RawQuery): 'WAV' | 'NONE' {
  const listed = choicesOf(query, formatsParameter);
  const format = choiceOf(query, formatParameter) ?? 'WAV';
  const wanted: readonly (MediaFormat | 'NONE')[] = listed.length > 0 ? listed : [format];
  if (wanted.includes('WAV')) return 'WAV';
  if (wanted.includes('NONE')) return 'NONE';
  throw new Fault('formatUnavailable', { format: wanted, allowed: ['WAV', 'NONE'] });
}
