/** Pauses, resumes, beginnings and ends of a conversation's recording as events, worked out from the audit log's entries. */
import {
  type AuditDraft,
  type ConversationChanged,
  causeOf,
  type EventActor,
  type Instant,
  isSecurePause,
  type RecordingState,
  type RecordingStateChanged,
  type SpanId,
  type WithheldSpan,
  type WriteBatch,
} from '@tacet/domain';

/** Whether the entry tells of gates that moved. A resume that failed did move them when it names their opening. */
export function movesRecording({ action, result, facts }: AuditDraft): boolean {
  if (action === 'recordingPaused') return result === 'done';
  return action === 'recordingResumed' && (result === 'done' || facts['openedAt'] !== undefined);
}

function instantIn(facts: AuditDraft['facts'], name: string): Instant | undefined {
  const value = facts[name];
  return typeof value === 'number' ? (value as Instant) : undefined;
}

function actorOf({ by }: AuditDraft): EventActor {
  const { from: _from, ...actor } = by;
  return actor;
}

/** The span that a pause began or a resume ended, as far as the batch or the conversation tells. */
function spanOf(batch: WriteBatch, { facts }: AuditDraft, { conversation }: ConversationChanged) {
  const id = (facts['spanId'] ?? facts['endedSpanId']) as SpanId | undefined;
  const written: WithheldSpan | undefined = batch.spans?.find((span) => span.id === id);
  const cause = written?.cause ?? conversation.control.causes.find((active) => active.spanId === id)?.cause;
  return { id, written, cause };
}

function aboutMove(batch: WriteBatch, entry: AuditDraft, changed: ConversationChanged) {
  const { id, written, cause } = spanOf(batch, entry, changed);
  const closedAt = instantIn(entry.facts, 'closedAt') ?? written?.closedAt;
  const openedAt = instantIn(entry.facts, 'openedAt');
  const withheldCount = entry.facts['withheldCount'];
  return {
    by: actorOf(entry),
    ...(cause === undefined ? {} : { cause }),
    ...(written === undefined ? {} : { reason: written.reason }),
    ...(id === undefined ? {} : { spanId: id }),
    ...(closedAt === undefined ? {} : { closedAt }),
    ...(openedAt === undefined ? {} : { openedAt }),
    ...(typeof withheldCount === 'number' ? { withheldCount } : {}),
  };
}

/** Who began or ended the recording, where somebody is named at all, and the pause that goes on through it. */
function aboutOther([entry]: readonly AuditDraft[], { recordingState, conversation }: ConversationChanged) {
  const { causes } = conversation.control;
  const paused = recordingState === 'PAUSED' ? (causeOf(conversation.control, 'securePause') ?? causes[0]) : undefined;
  return {
    ...(entry === undefined ? {} : { by: actorOf(entry) }),
    ...(paused === undefined ? {} : { cause: paused.cause, spanId: paused.spanId, closedAt: paused.since }),
  };
}

/**
 * The event about the recording state of a conversation: of what the audit entries say of its gates, or of a state that
 * became another one without that, because recording began or ended.
 * @param audit the batch's entries about the conversation.
 */
export function stateEvent(
  batch: WriteBatch,
  audit: readonly AuditDraft[],
  changed: ConversationChanged,
  before: RecordingState,
): RecordingStateChanged | undefined {
  const move = audit.find(movesRecording);
  if (move === undefined && changed.recordingState === before) return undefined;
  const { at, correlationId, conversation, recordingState, userIds } = changed;
  return {
    at,
    correlationId,
    kind: 'recordingStateChanged',
    conversationId: conversation.id,
    divisionId: conversation.divisionId,
    userIds,
    state: recordingState,
    isSecurePause: recordingState === 'PAUSED' && isSecurePause(conversation.control),
    ...(move === undefined ? aboutOther(audit, changed) : aboutMove(batch, move, changed)),
  };
}
