/** The nine media types, one row each; a tenth type is a tenth row. */
import { type MediaType, mediaTypeRows } from '@tacet/domain';
import type { MediaProfile } from './profile.ts';

type Nature = Omit<MediaProfile, 'type' | 'apiPath'>;

const voice: Nature = {
  sourceKind: 'rtp',
  unit: 'RTP audio packet',
  anchor: 'everyUnit',
  placeholder: 'silence',
  renderer: 'audio',
};

const correspondence: Omit<Nature, 'unit'> = {
  sourceKind: 'item',
  anchor: 'everyUnit',
  placeholder: 'withheldLine',
  renderer: 'transcript',
};

/** Sound that comes with them is understood packet by packet, as in a call. */
const pictures: Nature = {
  sourceKind: 'rtp',
  unit: 'RTP video packet',
  anchor: 'keyFrame',
  placeholder: 'stillCard',
  renderer: 'video',
};

const natures: { readonly [type in MediaType]: Nature } = {
  call: voice,
  callback: voice,
  chat: { ...correspondence, unit: 'message or attachment' },
  cobrowsesession: {
    sourceKind: 'live',
    unit: 'DOM event',
    anchor: 'fullSnapshot',
    placeholder: 'withheldCard',
    renderer: 'cobrowse',
  },
  email: { ...correspondence, unit: 'RFC 5322 mail' },
  message: { ...correspondence, unit: 'message or attachment' },
  screenshare: pictures,
  social: { ...correspondence, unit: 'post or attachment' },
  video: pictures,
};

/** One profile for each media type of the contract, in its order. */
export const mediaProfiles: readonly MediaProfile[] = mediaTypeRows.map(({ type, apiPath }) => ({
  type,
  apiPath,
  ...natures[type],
}));

/** Whether recordings of the type are seen, and put together as a file of what was stored. */
export function hasPictures(type: MediaType): boolean {
  return natures[type].renderer === 'video';
}
