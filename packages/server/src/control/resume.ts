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
  type RecordingControl,
  reportedState,
  type SpanId,
  startsClosed,
  type WithheldSpan,
  withCause,
  withoutCause,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import { openableCaptures } from './live-conversations.ts';
import { auditsAlong, type PauseTask, type RecordingStateSet } from './pause-task.ts';

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
  const open = task.live.openSpans.get(task.cause);
  if (open !== undefined && open.id === active?.spanId) return open;
  const spans = await context.store.spansOf(task.live.conversation.id);
  return spans.find((span) => span.id === active?.spanId);
}

/** The audit fact by which the proof finds the span that ended. */
function endOf(span: WithheldSpan | undefined): { readonly endedSpanId?: SpanId } {
  return span === undefined ? {} : { endedSpanId: span.id };
}

/** Something else keeps the gates shut, another cause or a pause that was not confirmed: only this cause ends. */
async function clearOneCause(context: ControlContext, task: ResumeTask): Promise<RecordingStateSet> {
  const now = context.clock.now();
  const { live, span, asked, cause } = task;
  const { control } = live.conversation;
  const cleared = { ...(task.along?.conversation ?? live.conversation), control: withoutCause(control, cause) };
  const spans = span === undefined ? [] : [{ ...span, grantedAt: now, openedAt: now, resumedBy: asked }];
  const facts = { ...endOf(span), openedAt: now, otherCauses: cleared.control.causes.length };
  const resumed = auditOf(context, task, { action: 'recordingResumed', result: 'done', facts });
  const audit = [...auditsAlong(task), resumed];
  await context.store.commit({ conversations: [cleared], spans, audit });
  live.conversation = cleared;
  return outcome(task);
}

/**
 * When the first gate opened; `undefined` when none did. One that is shut since after the grant was open in between,
 * though nobody heard of it: it may have opened as soon as it was allowed to.
 */
function firstOpening(opened: GateReport, again: GateReport, grantedAt: Instant): Instant | undefined {
  const heard = new Set(opened.confirmed.map((moved) => moved.streamId));
  if (again.confirmed.some((moved) => moved.at > grantedAt && !heard.has(moved.streamId))) return grantedAt;
  const [first, ...others] = opened.confirmed.map((moved) => moved.at);
  return first === undefined ? undefined : others.reduce(earliest, first);
}

/** The pause goes on, in a span of its own where a gate had been open in between. */
function goOn(
  context: ControlContext,
  task: ResumeTask & { readonly grantedAt: Instant },
  opened: GateReport,
  again: GateReport,
): {
  readonly control: RecordingControl;
  readonly spans: readonly WithheldSpan[];
  readonly facts: AuditDraft['facts'];
} {
  const { span, cause, asked, grantedAt, live } = task;
  const { control } = live.conversation;
  const isShut = !again.unconfirmed.some((id) => live.captures.has(id));
  // Rule: a gate that may be open since a grant ends the span there, and only a pause that is confirmed begins another
  if (!isShut) {
    const unsure = { ...withoutCause(control, cause), hasUnconfirmedPause: true };
    const over = span === undefined ? [] : [{ ...span, grantedAt, openedAt: grantedAt, resumedBy: asked }];
    return { control: unsure, spans: over, facts: { ...endOf(span), openedAt: grantedAt } };
  }
  if (span === undefined) return { control, spans: [], facts: {} };
  const openedAt = firstOpening(opened, again, grantedAt);
  if (openedAt === undefined) return { control, spans: [span], facts: {} };
  const closedAt = again.confirmed.map((moved) => moved.at).reduce(latest, openedAt);
  const next: WithheldSpan = { ...span, id: context.ids.next<SpanId>(), closedAt };
  return {
    control: withCause(control, { cause, spanId: next.id, since: closedAt }),
    spans: [{ ...span, grantedAt, openedAt, resumedBy: asked }, next],
    facts: { ...endOf(span), openedAt, spanId: next.id, closedAt },
  };
}

/** Some gate did not open: everything is shut again, and the pause goes on, unless a gate does not confirm even that. */
async function shutAgain(
  context: ControlContext,
  task: ResumeTask & { readonly grantedAt: Instant },
  report: GateReport,
): Promise<never> {
  const { live } = task;
  const again = await context.media.close([...live.captures.keys()], limits.gateDeadlineMs);
  const { control, spans, facts } = goOn(context, task, report, again);
  live.conversation = { ...live.conversation, control };
  const streams = report.unconfirmed;
  const isSuperseded = task.superseded.aborted;
  if (!isSuperseded) {
    const conversationId = live.conversation.id;
    context.raise({ what: 'gateUnconfirmed', facts: { conversationId, streams: streams.length } });
  }
  const audit = [
    auditOf(context, task, { action: 'recordingResumed', result: 'failed', facts: { streams, ...facts } }),
  ];
  await context.store.commit({ conversations: [live.conversation], spans, audit });
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
  const streamIds = openableCaptures(live);
  // A pause that came while the grant was written closed gates that were shut: they must not open behind it.
  if (task.superseded.aborted)
    return shutAgain(context, { ...task, grantedAt }, { confirmed: [], unconfirmed: streamIds });
  const report = await context.media.open(streamIds, task.notBefore, limits.gateDeadlineMs);
  const missing = report.unconfirmed.filter((id) => live.captures.has(id));
  if (missing.length > 0) return shutAgain(context, { ...task, grantedAt }, { ...report, unconfirmed: missing });
  const openedAt = report.confirmed.map((moved) => moved.at).reduce(earliest, context.clock.now());
  const withheldCount = report.confirmed.reduce((sum, moved) => sum + moved.withheldCount, 0);
  const over = granted === undefined ? [] : [{ ...granted, openedAt, withheldCount }];
  const facts = { ...endOf(span), openedAt, withheldCount };
  const resumed = auditOf(context, task, { action: 'recordingResumed', result: 'done', facts });
  live.conversation = { ...running, ...task.along?.conversation, control: running.control };
  const conversations = task.along === undefined ? [] : [live.conversation];
  await context.store.commit({ conversations, spans: over, audit: [...auditsAlong(task), resumed] });
  return outcome(task);
}

async function endCause(context: ControlContext, task: PauseTask, superseded: AbortSignal): Promise<RecordingStateSet> {
  const { control } = task.live.conversation;
  const next = withoutCause(control, task.cause);
  const isUnchanged =
    causeOf(control, task.cause) === undefined && next.hasUnconfirmedPause === control.hasUnconfirmedPause;
  if (isUnchanged) {
    const facts = { state: outcome(task).state };
    await context.store.commit({
      audit: [auditOf(context, task, { action: 'recordingResumed', result: 'unchanged', facts })],
    });
    return outcome(task);
  }
  const askedAt = context.clock.now();
  const span = await spanOf(context, task);
  const notBefore = after(askedAt, context.policy.resumeGuardMs);
  // Rule: a secure pause, hold suppression and the pauses of the source are independent causes
  if (startsClosed(next)) {
    return clearOneCause(context, { ...task, span, notBefore, superseded });
  }
  await guard(context, context.policy.resumeGuardMs, superseded);
  // Rule: a pause overtakes a resume that still waits for its guard
  if (superseded.aborted) throw superseding(task);
  return grantAndOpen(context, { ...task, span, notBefore, superseded });
}

/** Ends one cause; recording runs again when no other is left. */
export async function resume(
  context: ControlContext,
  task: PauseTask,
  superseded: AbortSignal,
): Promise<RecordingStateSet> {
  try {
    return await endCause(context, task, superseded);
  } finally {
    context.sources.changed(task.live.conversation.id);
  }
}
