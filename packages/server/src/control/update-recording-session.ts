/** A recording session changes: participants move, streams come and go; nothing un-pauses by it (P3). */
import {
  type Asked,
  causeOf,
  Fault,
  limits,
  type Recording,
  type RecordingId,
  type StreamId,
  withExternalIds,
  withSettledTransfers,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import { endLeftHold } from './hold.ts';
import type { LiveConversation } from './live-conversations.ts';
import { seat } from './participants.ts';
import type { SessionDescription, SessionStarted, SessionStream } from './recording-session.ts';
import { beginSourceCauses, endSourceCauses, sourceCausesOf } from './source-causes.ts';
import { auditOfMasks, maskMoves, openUnmasked, shutMasked, withMasks } from './stream-masks.ts';
import { agreeAnew, endStreams, reassign, type StartedStream, startStreams } from './streams.ts';

export interface UpdateRecordingSession {
  readonly recordingId: RecordingId;
  readonly described: SessionDescription;
  readonly asked: Asked;
}

/** A live stream goes on when its label is still offered with the codecs it was started with. */
function goesOn(recording: Recording, live: LiveConversation, wanted: SessionStream): boolean {
  return recording.streams.some(
    (stream) =>
      live.captures.has(stream.id) &&
      stream.label === wanted.label &&
      stream.codecs.length === wanted.codecs.length &&
      stream.codecs.every((codec, place) => {
        const other = wanted.codecs[place];
        return codec.name === other?.name && codec.payloadType === other.payloadType;
      }),
  );
}

/** What became of the recording session, and the streams that may be heard again. */
interface Changed {
  readonly started: SessionStarted;
  readonly unmasked: readonly StreamId[];
}

/** The recording with what the source says of its own pauses. */
function withSource(
  context: ControlContext,
  { sourceCauses: _before, ...recording }: Recording,
  described: SessionDescription,
): Recording {
  const causes = sourceCausesOf(context, described);
  return withMasks(causes.length === 0 ? recording : { ...recording, sourceCauses: causes }, described);
}

/** Starts what is new and shuts what is masked from now on: both, or the recording session goes on as it was. */
async function startAndShut(
  context: ControlContext,
  live: LiveConversation,
  recordingId: RecordingId,
  wanted: { readonly fresh: SessionDescription; readonly masked: readonly StreamId[] },
): Promise<readonly StartedStream[]> {
  const started = await startStreams(context, live, recordingId, wanted.fresh);
  try {
    await shutMasked(context, live, wanted.masked);
    return started;
  } catch (error) {
    await Promise.allSettled(started.map(({ capture }) => context.media.end(capture.streamId)));
    throw error;
  }
}

async function change(
  context: ControlContext,
  command: UpdateRecordingSession,
  live: LiveConversation,
): Promise<Changed> {
  const { recordingId, described, asked } = command;
  const recording = live.recordings.get(recordingId);
  if (recording === undefined) throw new Fault('recordingUnknown', { recordingId });
  const fresh = described.streams.filter((wanted) => !goesOn(recording, live, wanted));
  const kept = described.streams.filter((wanted) => goesOn(recording, live, wanted)).map((wanted) => wanted.label);
  const gone = recording.streams
    .filter((stream) => live.captures.has(stream.id) && !kept.includes(stream.label))
    .map((stream) => stream.id);
  const at = context.clock.now();
  const others = new Set([...live.recordings.keys()].filter((id) => id !== recordingId));
  const before = live.conversation;
  const masking = withSource(context, recording, { ...described, streams: without(described, fresh) });
  const moves = maskMoves(recording, masking);
  const { mediaType } = recording;
  const seated = seat(context, before, described.participants, { recordingId, mediaType, at, others });
  live.conversation = withExternalIds(withSettledTransfers(seated, at), described.externalIds);
  const wanted = { fresh: { ...described, streams: fresh }, masked: moves.masked };
  const started = await startAndShut(context, live, recordingId, wanted).catch((error) => {
    // All or nothing: the recording session goes on as it was.
    live.conversation = before;
    throw error;
  });
  await agreeAnew(context, live, recording, without(described, fresh));
  const moved = reassign(masking, live.conversation, described, at);
  const ended = gone.length === 0 ? moved : await endStreams(context, live, moved, gone);
  const updated = { ...ended, streams: [...ended.streams, ...started.map(({ stream }) => stream)] };
  context.live.learn(described.conversationKeys.slice(0, limits.streamsPerRecordingMax), live.conversation.id);
  context.live.putRecording(live, updated);
  for (const { capture } of started) context.live.putCapture(live, capture);
  const about = { at, by: asked, recordingId, conversationId: live.conversation.id };
  const audit = auditOfMasks(about, moves);
  await context.store.commit({ conversations: [live.conversation], recordings: [updated], audit });
  await beginSourceCauses(context, live, asked);
  endLeftHold(context, live);
  const streams = [...live.captures.values()]
    .filter((capture) => capture.recordingId === recordingId)
    .map(({ streamId, label, port }) => ({ streamId, label, port }));
  return { started: { conversationId: live.conversation.id, recordingId, streams }, unmasked: moves.unmasked };
}

function without({ streams }: SessionDescription, fresh: readonly SessionStream[]): readonly SessionStream[] {
  return streams.filter((stream) => !fresh.includes(stream));
}

/** Whether gates have to shut: what waits for a resume to end is then told to give way, as for every pause. */
function isShutting(
  context: ControlContext,
  live: LiveConversation,
  { recordingId, described }: UpdateRecordingSession,
) {
  const recording = live.recordings.get(recordingId);
  const causes = sourceCausesOf(context, described);
  const isNewCause = causes.some((cause) => causeOf(live.conversation.control, cause) === undefined);
  return isNewCause || (recording && maskMoves(recording, withMasks(recording, described)).masked.length > 0) === true;
}

/**
 * Applies a new description to a live recording session. Where it pauses, this resolves when every gate concerned is
 * shut and that is durable; where it resumes, when they are open or another cause keeps them shut.
 * @throws Fault recordingUnknown, portsExhausted, storageUnavailable, mediaUnavailable or gateUnconfirmed.
 */
export async function updateRecordingSession(
  context: ControlContext,
  command: UpdateRecordingSession,
): Promise<SessionStarted> {
  const live = context.live.ofRecording(command.recordingId);
  if (live === undefined) throw new Fault('recordingUnknown', { recordingId: command.recordingId });
  const { id } = live.conversation;
  const turn = (): Promise<Changed> => change(context, command, live);
  // Rule: a pause of the source overtakes a resume that still waits for its guard
  const changing = isShutting(context, live, command) ? context.queue.preempt(id, turn) : context.queue.run(id, turn);
  const { started, unmasked } = await changing;
  await endSourceCauses(context, live, command.asked);
  await openUnmasked(context, live, command.asked, unmasked);
  return started;
}
