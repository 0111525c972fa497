/** What may differ between media types; everything else is one mechanism. */
import type { MediaType } from '@tacet/domain';

/** How units reach us: RTP packets, a live feed of frames or events, or finished items. */
export type SourceKind = 'rtp' | 'live' | 'item';

/** What playback shows in place of what was withheld. */
export type Placeholder = 'silence' | 'stillCard' | 'withheldCard' | 'withheldLine';

export type RendererKind = 'audio' | 'video' | 'cobrowse' | 'transcript';

/** One row of the table: a media type. */
export interface MediaProfile {
  readonly type: MediaType;
  /** Path segment in `/api/v2/conversations/{apiPath}/{id}/recordingstate`. */
  readonly apiPath: string;
  readonly sourceKind: SourceKind;
  /** The smallest piece such a source hands over. */
  readonly unit: string;
  /** The unit that is understood without earlier ones; a gate that opens waits for it. */
  readonly anchor: 'everyUnit' | 'keyFrame' | 'fullSnapshot';
  readonly placeholder: Placeholder;
  readonly renderer: RendererKind;
}
