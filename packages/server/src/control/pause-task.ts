/** What a pause or a resume works on, and what became of it. */
import type { Asked, AuditDraft, Conversation, Instant, PauseCause, RecordingState } from '@tacet/domain';
import type { LiveConversation } from './live-conversations.ts';

export interface PauseTask {
  readonly live: LiveConversation;
  readonly cause: PauseCause;
  readonly asked: Asked;
  /** What becomes of the conversation beside its recording state: both happen, or neither does. */
  readonly along?: Along;
}

export interface Along {
  readonly conversation: Conversation;
  readonly audit: AuditDraft;
}

/** The audit entry of what happens along with a pause or a resume. */
export function auditsAlong({ along }: PauseTask): readonly AuditDraft[] {
  return along === undefined ? [] : [along.audit];
}

export interface RecordingStateSet {
  readonly state: RecordingState;
  /** For a pause: from here on nothing is kept. */
  readonly closedAt?: Instant;
  readonly conversation: Conversation;
}
