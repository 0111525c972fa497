/** Query parameters of the doors to recordings, read together. */
import { gapParameter } from './gap-parameter.ts';
import { httpLimits } from './http-limits.ts';
import type { MediaFile } from './media-file-name.ts';
import type { GapStyle, MediaFormat } from './ports.ts';
import {
  type ChoiceParameter,
  choiceOf,
  choicesOf,
  type IntegerParameter,
  integerOf,
  type Parameter,
  type RawQuery,
  type TextParameter,
  textOf,
} from './query.ts';
import { formatParameter, formatsParameter, type WantedFormat, wantedFormat } from './recording-format.ts';

/** How long the caller waits for a recording that is not ready (contract: default 5,000, positive). */
const waitParameter: IntegerParameter = {
  kind: 'integer',
  name: 'maxWaitMs',
  minimum: 1,
  maximum: 2_147_483_647,
  fallback: 5_000,
};
const localeParameter: TextParameter = {
  kind: 'text',
  name: 'locale',
  charactersMax: httpLimits.localeCharactersMax,
};
const fileNameParameter: TextParameter = {
  kind: 'text',
  name: 'fileName',
  charactersMax: httpLimits.fileNameCharactersMax,
};
const downloadParameter: ChoiceParameter = { kind: 'choice', name: 'download', values: ['true', 'false'] };
const pausesOnScreenParameter: ChoiceParameter = {
  kind: 'choice',
  name: 'includePauseAnnotationsForScreenRecordings',
  values: ['true', 'false'],
};

const ofBoth: readonly Parameter[] = [waitParameter, formatParameter, formatsParameter, localeParameter, gapParameter];

export const listParameters: readonly Parameter[] = [...ofBoth, pausesOnScreenParameter];

/** Those of the kinds of recordings that are not of calls have nothing to act upon yet; what they may say is fixed. */
export const oneParameters: readonly Parameter[] = [
  ...ofBoth,
  { kind: 'choice', name: 'emailFormatId', values: ['EML', 'NONE'] },
  { kind: 'choice', name: 'chatFormatId', values: ['ZIP', 'NONE'] },
  { kind: 'choice', name: 'messageFormatId', values: ['ZIP', 'NONE'] },
  downloadParameter,
  fileNameParameter,
];

export interface MediaWish extends WantedFormat {
  /** As it was asked for; silence when it was not. */
  readonly gap: GapStyle | undefined;
  readonly maxWaitMs: number;
  readonly file: Omit<MediaFile, 'format'>;
}

function check(query: RawQuery, parameter: Parameter): void {
  if (parameter.kind === 'choice') choicesOf(query, parameter);
  else if (parameter.kind === 'integer') integerOf(query, parameter);
  else textOf(query, parameter);
}

/**
 * What the caller wants of the media; parameters that change nothing are judged too.
 * @throws Fault valueInvalid or formatUnavailable.
 */
export function mediaWish(
  query: RawQuery,
  parameters: readonly Parameter[],
  available: readonly MediaFormat[],
): MediaWish {
  for (const parameter of parameters) check(query, parameter);
  const isOne = parameters.includes(fileNameParameter);
  const name = isOne ? textOf(query, fileNameParameter) : undefined;
  const download = isOne ? choiceOf(query, downloadParameter) : undefined;
  return {
    ...wantedFormat(query, available),
    gap: choiceOf(query, gapParameter),
    maxWaitMs: integerOf(query, waitParameter),
    file: { ...(name === undefined ? {} : { name }), isInline: download === 'false' },
  };
}
