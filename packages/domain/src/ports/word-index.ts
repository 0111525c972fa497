/** The port through which what was written is found by its words. */
import type { ConversationId, DivisionId, RecordingId } from '../ids.ts';
import type { Instant } from '../instant.ts';
import type { MediaType } from '../media-type.ts';
import type { Interval } from '../timeline.ts';
import type { Page } from './metadata-store.ts';

export interface WordQuery {
  /** Words that one item has all of; `"in this order"`, and `begin*` for those that begin so. */
  readonly words: string;
  readonly mediaTypes?: readonly MediaType[];
  /** In one of these divisions; none of them finds nothing. */
  readonly divisionIds?: readonly DivisionId[];
  /** Arrived at or after `from` and before `to`. */
  readonly arrived?: Interval;
  readonly limit: number;
  readonly offset: number;
}

/** An item that has the words; never any of its text. */
export interface FoundItem {
  readonly itemId: string;
  readonly recordingId: RecordingId;
  readonly conversationId: ConversationId;
  readonly mediaType: MediaType;
  readonly arrivedAt: Instant;
}

export interface WordIndex {
  /**
   * What came into store last comes first; the total stops at a limit.
   * @throws Fault valueInvalid where nothing can be searched for; mediaUnavailable.
   */
  find(query: WordQuery): Promise<Page<FoundItem>>;
  /** Nothing of a recording is found any more once it resolves. @throws Fault mediaUnavailable. */
  forget(id: RecordingId): Promise<void>;
}
