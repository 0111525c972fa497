/** Resume: wait out the guard, write it down, open behind a fence, answer (P5, P6, P11). */
import {
  type AuditAction,
  type AuditDraft,
  type AuditResult,
  after,
  type Conversation,
  causeOf,
  earliest,
  Fault,
  type GateReport,
  type Instant,
  latest,
  limits,
  reportedState,
  type SpanId,
  type WithheldSpan,
  withCause,
  withoutCause,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import type { PauseTask, RecordingStateSet } from './pause-task.ts';

interface ResumeTask extends PauseTask {
  /** The span that the resume ends; absent when only an unconfirmed pause is cleared. */
  readonly span: WithheldSpan | undefined;
  readonly notBefore: Instant;
  readonly superseded: AbortSignal;
}

function auditOf(
  context: ControlContext,
  task: PauseTask,
  what: { readonly action: AuditAction; readonly result: AuditResult; readonly facts: AuditDraft['facts'] },
): AuditDraft {
  const conversationId = task.live.conversation.id;
  return { at: context.clock.now(), by: task.asked, conversationId, ...what };
}

function superseding(task: PauseTask): Fault {
  return new Fault('supersededByPause', { conversationId: task.live.conversation.id });
}

function outcome(task: PauseTask): RecordingStateSet {
  const { conversation, captures } = task.live;
  return { state: reportedState(conversation.control, captures.size), conversation };
}

/** Waits until the guard interval is over, or until a pause must not wait. */
function guard(context: ControlContext, ms: number, superseded: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (superseded.aborted || ms <= 0) return resolve();
    const done = (): void => {
      cancel();
      superseded.removeEventListener('abort', done);
      resolve();
    };
    const cancel = context.clock.later(ms, done);
    superseded.addEventListener('abort', done);
  });
}

async function spanOf(context: ControlContext, task: PauseTask): Promise<WithheldSpan | undefined> {
  const active = causeOf(task.live.conversation.control, task.cause);
  const spans = await context.store.spansOf(task.live.conversation.id);
  return spans.find((span) => span.id === active?.spanId);
}

/** Another cause keeps the gates shut: only this one ends. */
async function clearOneCause(context: ControlContext, task: ResumeTask): Promise<RecordingStateSet> {
  const now = context.clock.now();
  const { live, span, asked, cause } = task;
  const cleared = { ...live.conversation, control: withoutCause(live.conversation.control, cause) };
  const spans = span === undefined ? [] : [{ ...span, grantedAt: now, openedAt: now, resumedBy: asked }];
  const audit = [auditOf(context, task, { action: 'recordingResumed', result: 'done', facts: { otherCauses: 1 } })];
  await context.store.commit({ conversations: [cleared], spans, audit });
  live.conversation = cleared;
  return outcome(task);
}

/** Some gate did not open: everything is shut again, and the pause goes on. */
async function shutAgain(context: ControlContext, task: ResumeTask, report: GateReport): Promise<never> {
  const { live, span, cause, asked } = task;
  const again = await context.media.close([...live.captures.keys()], limits.gateDeadlineMs);
  const opened = report.confirmed.map((moved) => moved.at);
  const first = opened[0];
  const before = live.conversation;
  const streams = report.unconfirmed;
  const audit = [auditOf(context, task, { action: 'recordingResumed', result: 'failed', facts: { streams } })];
  const isSuperseded = task.superseded.aborted;
  if (!isSuperseded) {
    context.raise({ what: 'gateUnconfirmed', facts: { conversationId: before.id, streams: streams.length } });
  }
  if (first === undefined || span === undefined) {
    await context.store.commit({ conversations: [before], spans: span === undefined ? [] : [span], audit });
  } else {
    const closedAt = again.confirmed.map((moved) => moved.at).reduce(latest, first);
    const next: WithheldSpan = { ...span, id: context.ids.next<SpanId>(), closedAt };
    const over = { ...span, grantedAt: task.notBefore, openedAt: opened.reduce(earliest, first), resumedBy: asked };
    const control = withCause(before.control, { cause, spanId: next.id, since: closedAt });
    live.conversation = { ...before, control };
    await context.store.commit({ conversations: [live.conversation], spans: [over, next], audit });
  }
  throw isSuperseded ? superseding(task) : new Fault('gateUnconfirmed', { streams });
}

/** Grants the resume durably, then opens. */
async function grantAndOpen(context: ControlContext, task: ResumeTask): Promise<RecordingStateSet> {
  const { live, cause, asked, span } = task;
  const grantedAt = context.clock.now();
  const running: Conversation = { ...live.conversation, control: withoutCause(live.conversation.control, cause) };
  const granted = span === undefined ? undefined : { ...span, grantedAt, resumedBy: asked };
  const grant = auditOf(context, task, { action: 'resumeGranted', result: 'done', facts: { grantedAt } });
  // Rule: a resume is durable before any gate opens
  await context.store.commit({
    conversations: [running],
    spans: granted === undefined ? [] : [granted],
    audit: [grant],
  });
  const report = await context.media.open([...live.captures.keys()], task.notBefore, limits.gateDeadlineMs);
  const missing = report.unconfirmed.filter((id) => live.captures.has(id));
  if (missing.length > 0) return shutAgain(context, task, { ...report, unconfirmed: missing });
  const openedAt = report.confirmed.map((moved) => moved.at).reduce(earliest, context.clock.now());
  const withheldCount = report.confirmed.reduce((sum, moved) => sum + moved.withheldCount, 0);
  const over = granted === undefined ? [] : [{ ...granted, openedAt, withheldCount }];
  const facts = { openedAt, withheldCount };
  const audit = [auditOf(context, task, { action: 'recordingResumed', result: 'done', facts })];
  live.conversation = running;
  await context.store.commit({ spans: over, audit });
  return outcome(task);
}

/** Ends one cause; recording runs again when no other is left. */
export async function resume(
  context: ControlContext,
  task: PauseTask,
  superseded: AbortSignal,
): Promise<RecordingStateSet> {
  const { control } = task.live.conversation;
  const known = causeOf(control, task.cause);
  if (known === undefined && !control.hasUnconfirmedPause) {
    const facts = { state: outcome(task).state };
    await context.store.commit({
      audit: [auditOf(context, task, { action: 'recordingResumed', result: 'unchanged', facts })],
    });
    return outcome(task);
  }
  const askedAt = context.clock.now();
  const span = await spanOf(context, task);
  const notBefore = after(askedAt, context.policy.resumeGuardMs);
  // Rule: a secure pause and hold suppression are independent causes
  if (control.causes.some((other) => other.cause !== task.cause)) {
    return clearOneCause(context, { ...task, span, notBefore, superseded });
  }
  await guard(context, context.policy.resumeGuardMs, superseded);
  // Rule: a pause overtakes a resume that still waits for its guard
  if (superseded.aborted) throw superseding(task);
  return grantAndOpen(context, { ...task, span, notBefore, superseded });
}
