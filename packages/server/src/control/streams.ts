/** Streams of a recording described: captures are started, moved between owners, and ended. */
import {
  type CaptureRequest,
  type Conversation,
  Fault,
  type Instant,
  limits,
  type ParticipantId,
  type RecordedStream,
  type Recording,
  type RecordingId,
  type StreamId,
  type StreamOwner,
  type StreamTerms,
  startsClosed,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import type { LiveCapture, LiveConversation } from './live-conversations.ts';
import { participantIdOf } from './participants.ts';
import type { SessionDescription, SessionStream } from './recording-session.ts';
import { sourceCausesOf } from './source-causes.ts';

/** A capture that has begun, and the stream it records. */
export interface StartedStream {
  readonly capture: LiveCapture;
  readonly stream: RecordedStream;
}

function ownersNow(
  conversation: Conversation,
  described: SessionDescription,
  stream: SessionStream,
): readonly ParticipantId[] {
  return stream.owners.flatMap((sourceId) => {
    const id = participantIdOf(
      conversation,
      described.participants.find((p) => p.sourceId === sourceId),
    );
    return id ?? [];
  });
}

function termsOf({ srtp, from }: SessionStream): StreamTerms {
  return { ...(srtp === undefined ? {} : { srtp }), ...(from === undefined ? {} : { from }) };
}

/** Streams that go on may come under new keys or from elsewhere; their captures are told before the source is answered. */
export async function agreeAnew(
  context: ControlContext,
  live: LiveConversation,
  { streams }: Recording,
  wanted: readonly SessionStream[],
): Promise<void> {
  const kept = wanted.flatMap((stream) => {
    const of = streams.find(({ label, id }) => label === stream.label && live.captures.has(id));
    const capture = of === undefined ? undefined : live.captures.get(of.id);
    if (capture === undefined) return [];
    const terms = termsOf(stream);
    // Rule: a capture that is taken up goes on under the terms that were agreed on last
    const { srtp: _, from: _from, ...request } = capture.request;
    context.live.putCapture(live, { ...capture, request: { ...request, ...terms } });
    return [context.media.agree(capture.streamId, terms)];
  });
  await Promise.all(kept);
}

async function startOne(
  context: ControlContext,
  live: LiveConversation,
  recordingId: RecordingId,
  { isSilent, ...stream }: SessionStream & { readonly isSilent: boolean },
): Promise<{ readonly capture: LiveCapture; readonly startedAt: Instant }> {
  const { conversation } = live;
  const streamId = context.ids.next<StreamId>();
  const request: CaptureRequest = {
    streamId,
    recordingId,
    conversationId: conversation.id,
    payloadTypes: stream.payloadTypes,
    clockRate: stream.codecs[0]?.clockRate ?? 8000,
    ...termsOf(stream),
    ...(stream.rtcp === undefined ? {} : { rtcp: stream.rtcp }),
    codecs: stream.codecs,
    ...(stream.eventPayloadTypes === undefined ? {} : { eventPayloadTypes: stream.eventPayloadTypes }),
    ...(stream.dtmf === undefined ? {} : { dtmf: stream.dtmf }),
    // Rule: a capture that starts inside a paused conversation starts closed
    isOpen: !startsClosed(conversation.control) && stream.isMasked !== true && !isSilent,
    ...(stream.isFed === true ? { isFed: stream.isFed } : {}),
    ...(stream.isPlain === true ? { isPlain: stream.isPlain } : {}),
    ...(stream.needsAnchor === true ? { needsAnchor: stream.needsAnchor } : {}),
    ...(stream.outlivesFeeder === true ? { outlivesFeeder: stream.outlivesFeeder } : {}),
  };
  const { port, startedAt } = await context.media.start(request);
  return { capture: { streamId, recordingId, label: stream.label, port, request }, startedAt };
}

/**
 * Starts a capture for each stream; all or none.
 * @throws Fault portsExhausted, storageUnavailable or mediaUnavailable, with nothing left running.
 */
export async function startStreams(
  context: ControlContext,
  live: LiveConversation,
  recordingId: RecordingId,
  described: SessionDescription,
): Promise<readonly StartedStream[]> {
  if (described.streams.length > limits.streamsPerRecordingMax)
    throw new Fault('offerUnacceptable', { what: 'streams' });
  const started: StartedStream[] = [];
  // A pause that the description brings is written down after this; what starts meanwhile starts closed.
  const isSilent = sourceCausesOf(context, described).length > 0;
  try {
    for (const wanted of described.streams) {
      const { capture, startedAt } = await startOne(context, live, recordingId, { ...wanted, isSilent });
      const owners = ownersNow(live.conversation, described, wanted).map((participantId) => ({
        participantId,
        from: startedAt,
      }));
      const mask = wanted.isMasked === true ? { isMasked: true as const } : {};
      const about = { id: capture.streamId, label: wanted.label, codecs: wanted.codecs };
      const stream = { ...about, owners, startedAt, ...mask };
      started.push({ capture, stream });
    }
    return started;
  } catch (error) {
    await Promise.allSettled(started.map(({ capture }) => context.media.end(capture.streamId)));
    throw error;
  }
}

/** The stream with `owners` from now on; those who are no longer heard in it end. */
function withOwners(stream: RecordedStream, owners: readonly ParticipantId[], at: Instant): RecordedStream {
  const ended = stream.owners.map(
    (owner): StreamOwner =>
      owner.to === undefined && !owners.includes(owner.participantId) ? { ...owner, to: at } : owner,
  );
  const isNew = (id: ParticipantId): boolean => !ended.some((o) => o.participantId === id && o.to === undefined);
  return {
    ...stream,
    owners: [...ended, ...owners.filter(isNew).map((participantId) => ({ participantId, from: at }))],
  };
}

/** Moves every live stream of the recording to the participants that the description names. */
export function reassign(
  recording: Recording,
  conversation: Conversation,
  described: SessionDescription,
  at: Instant,
): Recording {
  const streams = recording.streams.map((stream) => {
    const offered = described.streams.find((s) => s.label === stream.label);
    if (offered === undefined || stream.endedAt !== undefined) return stream;
    return withOwners(stream, ownersNow(conversation, described, offered), at);
  });
  return { ...recording, streams };
}

/** Ends captures and notes it in the recording's streams; `restoring` knows those of which not all is in store yet. */
export async function endStreams(
  context: ControlContext,
  live: LiveConversation,
  recording: Recording,
  streamIds: readonly StreamId[],
): Promise<Recording> {
  const ends = new Map<StreamId, Instant>();
  for (const id of streamIds) context.restoring.expect(id);
  const results = await Promise.allSettled(streamIds.map((id) => context.media.end(id)));
  for (const [place, result] of results.entries()) {
    const id = streamIds[place];
    if (id === undefined) continue;
    context.live.dropCapture(live, id);
    if (result.status === 'fulfilled' && result.value.isStored) context.restoring.noteStored(id);
    ends.set(id, result.status === 'fulfilled' ? result.value.endedAt : context.clock.now());
    if (result.status === 'rejected') context.report(result.reason);
  }
  const streams = recording.streams.map((stream) => {
    const endedAt = ends.get(stream.id);
    return endedAt === undefined || stream.endedAt !== undefined ? stream : { ...stream, endedAt };
  });
  return { ...recording, streams };
}
