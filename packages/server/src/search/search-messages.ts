/** What the thread of the index is asked, and answers. */
import type { FaultCode, FoundItem, Page, PlacedSegment, RecordingId, WordQuery } from '@tacet/domain';

export interface SearchSettings {
  readonly dataDir: string;
}

export type SearchAsked =
  | { readonly kind: 'place' }
  | { readonly kind: 'add'; readonly segments: readonly PlacedSegment[]; readonly upTo: number }
  | { readonly kind: 'clear' }
  | { readonly kind: 'forget'; readonly recordingId: RecordingId }
  | { readonly kind: 'find'; readonly terms: ReadonlySet<string>; readonly query: WordQuery };

/** What there is to say to each; a number says how far the store was gone through. */
export interface SearchAnswers {
  readonly place: number;
  readonly add: number;
  readonly clear: number;
  readonly forget: number;
  readonly find: Page<FoundItem>;
}

export type ToSearchWorker = SearchAsked & { readonly id: number };

/** Nothing of what went wrong is told but its code: words of an error may quote what was written. */
export type FromSearchWorker =
  | { readonly id: number; readonly answer: SearchAnswers[SearchAsked['kind']] }
  | { readonly id: number; readonly fault: FaultCode };
