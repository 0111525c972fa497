/** What a pause or a resume works on, and what became of it. */
import type { Asked, Conversation, Instant, PauseCause, RecordingState } from '@tacet/domain';
import type { LiveConversation } from './live-conversations.ts';

export interface PauseTask {
  readonly live: LiveConversation;
  readonly cause: PauseCause;
  readonly asked: Asked;
}

export interface RecordingStateSet {
  readonly state: RecordingState;
  /** For a pause: from here on nothing is kept. */
  readonly closedAt?: Instant;
  readonly conversation: Conversation;
}
