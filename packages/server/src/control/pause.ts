/** Pause: close every gate, write it down, answer (P1, P2, P11). */
import {
  type AuditDraft,
  type Conversation,
  causeOf,
  Fault,
  type Instant,
  latest,
  limits,
  reasonOfCause,
  type SpanId,
  type WithheldSpan,
  withCause,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import { auditsAlong, type PauseTask, type RecordingStateSet } from './pause-task.ts';

function auditOf(context: ControlContext, task: PauseTask, rest: Pick<AuditDraft, 'result' | 'facts'>): AuditDraft {
  const { asked, live } = task;
  const conversationId = live.conversation.id;
  return { at: context.clock.now(), action: 'recordingPaused', by: asked, conversationId, ...rest };
}

async function alreadyPaused(context: ControlContext, task: PauseTask, since: Instant): Promise<RecordingStateSet> {
  await context.store.commit({ audit: [auditOf(context, task, { result: 'unchanged', facts: { closedAt: since } })] });
  return { state: 'PAUSED', closedAt: since, conversation: task.live.conversation };
}

/** Not every gate confirmed: those that closed stay closed, new captures start closed, and the caller is told which did not. */
async function unconfirmed(context: ControlContext, task: PauseTask, streamIds: readonly string[]): Promise<never> {
  const { live } = task;
  const control = { ...live.conversation.control, hasUnconfirmedPause: true };
  live.conversation = { ...live.conversation, control };
  const fault = new Fault('gateUnconfirmed', { streams: streamIds });
  context.raise({
    what: 'gateUnconfirmed',
    facts: { conversationId: live.conversation.id, streams: streamIds.length },
  });
  const audit = [auditOf(context, task, { result: 'failed', facts: { fault: fault.code, streams: streamIds } })];
  await context.store.commit({ conversations: [live.conversation], audit });
  throw fault;
}

function closedInstant(context: ControlContext, task: PauseTask, confirmed: readonly Instant[]): Instant {
  const wasShut = task.live.conversation.control.causes.length > 0;
  const first = confirmed[0];
  // A gate that another cause had shut before says so; this pause begins now.
  if (wasShut || first === undefined) return context.clock.now();
  return confirmed.reduce(latest, first);
}

async function beginCause(context: ControlContext, task: PauseTask): Promise<RecordingStateSet> {
  const { live, cause, asked } = task;
  const known = causeOf(live.conversation.control, cause);
  if (known !== undefined && !live.conversation.control.hasUnconfirmedPause) {
    return alreadyPaused(context, task, known.since);
  }
  // Rule: a pause is answered only after every gate has confirmed and the fact is durable
  const report = await context.media.close([...live.captures.keys()], limits.gateDeadlineMs);
  const missing = report.unconfirmed.filter((id) => live.captures.has(id));
  if (missing.length > 0) return unconfirmed(context, task, missing);
  const closedAt =
    known?.since ??
    closedInstant(
      context,
      task,
      report.confirmed.map((moved) => moved.at),
    );
  const spanId = known?.spanId ?? context.ids.next<SpanId>();
  const reason = reasonOfCause[cause];
  const conversationId = live.conversation.id;
  const span: WithheldSpan = { id: spanId, conversationId, cause, reason, closedAt, pausedBy: asked, withheldCount: 0 };
  const before = live.conversation;
  const changed = task.along?.conversation ?? before;
  const paused: Conversation = { ...changed, control: withCause(before.control, { cause, spanId, since: closedAt }) };
  const facts = { closedAt, spanId, streams: report.confirmed.map((moved) => moved.streamId) };
  const audit = [...auditsAlong(task), auditOf(context, task, { result: 'done', facts })];
  try {
    await context.store.commit({ conversations: [paused], spans: known === undefined ? [span] : [], audit });
  } catch (error) {
    live.conversation = { ...before, control: { ...before.control, hasUnconfirmedPause: true } };
    throw error;
  }
  live.conversation = paused;
  if (known === undefined) live.openSpans.set(cause, span);
  return { state: 'PAUSED', closedAt, conversation: paused };
}

/** Closes the gates of everything live in the conversation, and answers once that is confirmed and durable. */
export async function pause(context: ControlContext, task: PauseTask): Promise<RecordingStateSet> {
  try {
    return await beginCause(context, task);
  } finally {
    context.sources.changed(task.live.conversation.id);
  }
}
