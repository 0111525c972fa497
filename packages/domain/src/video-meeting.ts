/** An id by which people come to a video conference (contract: `MeetingIdRecord`). */
import type { ConversationId, DivisionId, Id } from './ids.ts';
import type { Instant } from './instant.ts';

export type MeetingId = Id<'meeting'>;

export interface VideoMeeting {
  readonly id: MeetingId;
  /** What the conference is called; the conversation has it among its external ids. */
  readonly conferenceId: string;
  readonly conversationId: ConversationId;
  readonly divisionId: DivisionId;
  readonly isEphemeral: boolean;
  readonly expiresAt: Instant;
}
