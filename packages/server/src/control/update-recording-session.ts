/** A recording session changes: participants move, streams come and go; nothing un-pauses by it (P3). */
import {
  type Asked,
  Fault,
  limits,
  type Recording,
  type RecordingId,
  withExternalIds,
  withSettledTransfers,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import { endLeftHold } from './hold.ts';
import type { LiveConversation } from './live-conversations.ts';
import { seat } from './participants.ts';
import type { SessionDescription, SessionStarted, SessionStream } from './recording-session.ts';
import { endStreams, reassign, startStreams } from './streams.ts';

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

async function change(
  context: ControlContext,
  command: UpdateRecordingSession,
  live: LiveConversation,
): Promise<SessionStarted> {
  const { recordingId, described } = command;
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
  const seated = seat(context, before, described.participants, { recordingId, at, others });
  live.conversation = withExternalIds(withSettledTransfers(seated, at), described.externalIds);
  const wanted = { ...described, streams: fresh };
  const started = await startStreams(context, live, recordingId, wanted).catch((error) => {
    // All or nothing: the recording session goes on as it was.
    live.conversation = before;
    throw error;
  });
  const moved = reassign(recording, live.conversation, described, at);
  const ended = gone.length === 0 ? moved : await endStreams(context, live, moved, gone);
  const updated = { ...ended, streams: [...ended.streams, ...started.map(({ stream }) => stream)] };
  context.live.learn(described.conversationKeys.slice(0, limits.streamsPerRecordingMax), live.conversation.id);
  context.live.putRecording(live, updated);
  for (const { capture } of started) context.live.putCapture(live, capture);
  await context.store.commit({ conversations: [live.conversation], recordings: [updated] });
  endLeftHold(context, live);
  const streams = [...live.captures.values()]
    .filter((capture) => capture.recordingId === recordingId)
    .map(({ streamId, label, port }) => ({ streamId, label, port }));
  return { conversationId: live.conversation.id, recordingId, streams };
}

/**
 * Applies a new description to a live recording session.
 * @throws Fault recordingUnknown, portsExhausted, storageUnavailable or mediaUnavailable.
 */
export async function updateRecordingSession(
  context: ControlContext,
  command: UpdateRecordingSession,
): Promise<SessionStarted> {
  const live = context.live.ofRecording(command.recordingId);
  if (live === undefined) throw new Fault('recordingUnknown', { recordingId: command.recordingId });
  return context.queue.run(live.conversation.id, () => change(context, command, live));
}
