/** A recording session begins: its conversation is made or joined, and a capture started for each stream. */
import {
  type Asked,
  type AuditDraft,
  type ConversationId,
  Fault,
  limits,
  type MediaType,
  type Recording,
  type RecordingId,
  runningControl,
  type SourceCause,
  withCallbackBegun,
  withExternalIds,
  withSettledTransfers,
} from '@tacet/domain';
import { type AwaitedCall, awaitedCall } from './awaited-call.ts';
import type { ControlContext } from './context.ts';
import { awaitAnother } from './conversation-life.ts';
import { finishRecording } from './end-recording-session.ts';
import { endLeftHold } from './hold.ts';
import type { LiveConversation } from './live-conversations.ts';
import { seat } from './participants.ts';
import type { SessionDescription, SessionStarted } from './recording-session.ts';
import { beginSourceCauses, endSourceCauses, sourceCausesOf } from './source-causes.ts';
import { type StartedStream, startStreams } from './streams.ts';

export interface StartRecordingSession {
  /** What the source calls the recording session: its SIP Call-ID. */
  readonly sourceId: string;
  /** Under which name the source's id is an external id of the conversation; `sipCallId` when left out. */
  readonly sourceIdName?: string;
  readonly described: SessionDescription;
  /** What is recorded; a call when left out. */
  readonly mediaType?: MediaType;
  /** The conversation that it belongs to, which has to be going on; found or made by keys when left out. */
  readonly conversationId?: ConversationId;
  readonly asked: Asked;
}

function liveOrNew(context: ControlContext, id: ConversationId): { live: LiveConversation; isNew: boolean } {
  const known = context.live.get(id);
  if (known !== undefined) return { live: known, isNew: false };
  const startedAt = context.clock.now();
  const empty = { id, divisionId: context.homeDivision, startedAt, participants: [], externalIds: [] };
  return { live: context.live.add({ ...empty, control: runningControl }), isNew: true };
}

/** The conversation that a recording session joins or makes. */
interface Joined {
  readonly live: LiveConversation;
  readonly isNew: boolean;
  /** What led to a callback whose call it is. */
  readonly callbackBy: AwaitedCall['by'] | undefined;
}

function audits(
  command: StartRecordingSession,
  recording: Recording,
  { isNew, callbackBy }: Joined,
): readonly AuditDraft[] {
  const { asked, sourceId } = command;
  const about = {
    at: recording.startedAt,
    result: 'done',
    by: asked,
    conversationId: recording.conversationId,
  } as const;
  const streams = recording.streams.map((stream) => stream.id);
  const started: AuditDraft = {
    ...about,
    action: 'recordingStarted',
    recordingId: recording.id,
    facts: { streams, sourceId, ...(callbackBy === undefined ? {} : { callbackBy }) },
  };
  return isNew ? [{ ...about, action: 'conversationStarted', facts: {} }, started] : [started];
}

function withCauses(causes: readonly SourceCause[]): Pick<Recording, 'sourceCauses'> {
  return causes.length === 0 ? {} : { sourceCauses: causes };
}

/** A recording session that its source begins paused is paused before anybody hears that it began. */
async function pauseFromStart(
  context: ControlContext,
  { asked }: StartRecordingSession,
  live: LiveConversation,
  { recordingId }: SessionStarted,
): Promise<void> {
  try {
    await beginSourceCauses(context, live, asked);
  } catch (error) {
    const recording = live.recordings.get(recordingId);
    if (recording !== undefined) await finishRecording(context, live, recording, asked).catch(context.report);
    throw error;
  }
}

async function begin(context: ControlContext, command: StartRecordingSession, to: Joined): Promise<SessionStarted> {
  const { live, isNew } = to;
  const { id } = live.conversation;
  const { described, mediaType = 'call' } = command;
  const recordingId = context.ids.next<RecordingId>();
  const before = live.conversation;
  live.cancelLinger?.();
  live.cancelLinger = undefined;
  let started: readonly StartedStream[] = [];
  try {
    const at = context.clock.now();
    const seating = { recordingId, mediaType, at, others: new Set(live.recordings.keys()) };
    const seated = seat(context, before, described.participants, seating);
    const joined = withCallbackBegun(withSettledTransfers(seated, seating.at), recordingId, at);
    const ids = [...described.externalIds, { name: command.sourceIdName ?? 'sipCallId', value: command.sourceId }];
    live.conversation = withExternalIds(joined, ids);
    started = await startStreams(context, live, recordingId, described);
    const recording: Recording = {
      id: recordingId,
      conversationId: id,
      mediaType,
      startedAt: started[0]?.stream.startedAt ?? context.clock.now(),
      fileState: 'UPLOADING',
      streams: started.map(({ stream }) => stream),
      sourceId: command.sourceId,
      ...withCauses(sourceCausesOf(context, described)),
    };
    const audit = audits(command, recording, to);
    await context.store.commit({ conversations: [live.conversation], recordings: [recording], audit });
    context.live.putRecording(live, recording);
    for (const { capture } of started) context.live.putCapture(live, capture);
  } catch (error) {
    await Promise.allSettled(started.map(({ capture }) => context.media.end(capture.streamId)));
    live.conversation = before;
    if (isNew) context.live.remove(id);
    else awaitAnother(context, live, context.policy.lingerMs);
    throw error;
  }
  endLeftHold(context, live);
  const streams = started.map(({ capture }) => ({
    streamId: capture.streamId,
    label: capture.label,
    port: capture.port,
  }));
  return { conversationId: id, recordingId, streams };
}

/**
 * Starts a recording session. A conversation that is paused stays paused, and what joins it starts closed (P3). One that
 * its source begins paused is answered when every gate of the conversation is shut.
 * @throws Fault portsExhausted, storageUnavailable, mediaUnavailable, gateUnconfirmed or offerUnacceptable.
 */
export async function startRecordingSession(
  context: ControlContext,
  command: StartRecordingSession,
): Promise<SessionStarted> {
  const keys = command.described.conversationKeys.slice(0, limits.streamsPerRecordingMax);
  const said = command.conversationId ?? context.live.idOfKeys(keys);
  // Rule: the call that fulfils a callback joins its conversation, and starts closed where that is paused
  const awaited = said === undefined ? awaitedCall(context, command.described) : undefined;
  const known = said ?? awaited?.id;
  const id = known ?? context.ids.next<ConversationId>();
  context.live.reserve(keys, id);
  const begun = await context.queue.run(id, async () => {
    // The conversation ended while this waited for its turn; what ended keeps its id, its pauses and its history.
    if (known !== undefined && context.live.get(id) === undefined) return undefined;
    const joined = { ...liveOrNew(context, id), callbackBy: awaited?.by };
    const started = await begin(context, command, joined);
    await pauseFromStart(context, command, joined.live, started);
    return { started, live: joined.live };
  });
  // Rule: a recording session that names a conversation which has ended is refused
  if (begun === undefined && command.conversationId !== undefined)
    throw new Fault('conversationUnknown', { conversationId: id });
  if (begun === undefined) return startRecordingSession(context, command);
  await endSourceCauses(context, begun.live, command.asked);
  return begun.started;
}
