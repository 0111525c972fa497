/** The port for deleting recordings: which are due, and an end to their keys. */
import type { ConversationId, RecordingId } from '../ids.ts';
import type { Instant } from '../instant.ts';

/** A recording whose date of deletion has come. */
export interface DueRecording {
  readonly id: RecordingId;
  readonly conversationId: ConversationId;
  readonly deleteAt: Instant;
}

export interface DueQuery {
  /** The date is not later than this. */
  readonly at: Instant;
  /** Where the page before ended. */
  readonly after?: Pick<DueRecording, 'id' | 'deleteAt'>;
  readonly limit: number;
}

export interface ExpiryStore {
  /** Recordings that are over, due and not deleted, by date and id. */
  dueRecordings(query: DueQuery): Promise<readonly DueRecording[]>;
  /**
   * Destroys the data keys of a recording (P10). When it resolves, no copy of them is left in the database.
   * @param unlessProtected its conversation: nothing is destroyed while that is protected, by a commit that still waits too.
   * @returns how many keys were destroyed; calling it again is no failure.
   * @throws Fault recordingProtected; storageUnavailable when a copy may be left: call again.
   */
  destroyKeys(id: RecordingId, unlessProtected?: ConversationId): Promise<number>;
}
