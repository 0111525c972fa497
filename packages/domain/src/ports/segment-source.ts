/** The port through which segments are found in the order in which they got into store. */
import type { DivisionId } from '../ids.ts';
import type { MediaType } from '../media-type.ts';
import type { Recording, SegmentDescriptor } from '../recording.ts';

/** A segment with what it takes to say whose it is. */
export interface PlacedSegment {
  readonly segment: SegmentDescriptor;
  readonly recording: Recording;
  readonly divisionId: DivisionId;
}

export interface SegmentQuery {
  /** Where the look before ended; 0 at first. */
  readonly after: number;
  readonly mediaTypes: readonly MediaType[];
  /** How many segments are looked at, of whatever media type. */
  readonly limit: number;
}

export interface PlacedSegments {
  readonly items: readonly PlacedSegment[];
  /**
   * Where the next look goes on. The same place as before where nothing came in since; an earlier one where the store
   * has never got that far, because it was put back from a backup.
   */
  readonly upTo: number;
}

export interface SegmentSource {
  segmentsAfter(query: SegmentQuery): Promise<PlacedSegments>;
}
