/** Recordings of what comes in items: one for each such medium of a conversation, as long as somebody takes part in it. */

import {
  type Asked,
  type AuditDraft,
  type CaptureRequest,
  type MediaType,
  openCommunications,
  type Recording,
  type RecordingId,
  type StreamId,
  startsClosed,
} from '@tacet/domain';
import { mediaProfiles } from '@tacet/media';
import { withPolicies } from './apply-policies.ts';
import type { ControlContext } from './context.ts';
import { keepSource, sourceForgotten } from './kept-source.ts';
import type { LiveConversation } from './live-conversations.ts';
import { endStreams } from './streams.ts';

const itemTypes: ReadonlySet<MediaType> = new Set(
  mediaProfiles.filter(({ sourceKind }) => sourceKind === 'item').map(({ type }) => type),
);

/** What is kept of their source: there is none, whoever has an item brings it. */
const noSource = { isOfItems: true } as const;

/** Whether what was kept with a recording says that no source has to be spoken to. */
export function needsNoSource(state: unknown): boolean {
  return (state as { readonly isOfItems?: unknown } | null)?.isOfItems === true;
}

/** Such a recording follows the communications of its medium, and keeps no conversation going. */
export function isOfItems({ mediaType }: Pick<Recording, 'mediaType'>): boolean {
  return itemTypes.has(mediaType);
}

/** Whether a recording session is going on: with it, the conversation does. */
export function hasRecordingSession({ recordings }: LiveConversation): boolean {
  return [...recordings.values()].some((recording) => !isOfItems(recording));
}

/** The media of a conversation that are recorded item by item, as far as somebody takes part in them now. */
function openItemTypes({ conversation }: LiveConversation): ReadonlySet<MediaType> {
  const open = openCommunications(conversation).map(({ mediaType }) => mediaType);
  return new Set(open.filter((type) => itemTypes.has(type)));
}

/** The live recording of a medium. */
function itemRecordingOf({ recordings }: LiveConversation, mediaType: MediaType): Recording | undefined {
  return [...recordings.values()].find((one) => one.mediaType === mediaType && isOfItems(one));
}

/** The capture of a medium's items. */
export function itemStreamOf(live: LiveConversation, mediaType: MediaType): StreamId | undefined {
  const recording = itemRecordingOf(live, mediaType);
  return recording?.streams.find(({ id }) => live.captures.has(id))?.id;
}

async function begin(
  context: ControlContext,
  live: LiveConversation,
  mediaType: MediaType,
  asked: Asked,
): Promise<void> {
  const { conversation } = live;
  const [recordingId, streamId] = [context.ids.next<RecordingId>(), context.ids.next<StreamId>()];
  const request: CaptureRequest = {
    ...{ streamId, recordingId, conversationId: conversation.id },
    ...{ payloadTypes: [], clockRate: 1_000 },
    ...({ isFed: true, isPlain: true, isOfItems: true } as const),
    // Rule: a medium that joins a paused conversation starts closed
    isOpen: !startsClosed(conversation.control),
  };
  const { port, startedAt } = await context.media.start(request);
  const stream = { id: streamId, label: mediaType, codecs: [], owners: [], startedAt };
  const home = { id: recordingId, conversationId: conversation.id, mediaType, sourceId: conversation.id };
  const recording: Recording = { ...home, startedAt, fileState: 'UPLOADING', streams: [stream] };
  const about = { at: startedAt, result: 'done', by: asked, conversationId: conversation.id, recordingId } as const;
  const audit: AuditDraft = { ...about, action: 'recordingStarted', facts: { mediaType, streams: [streamId] } };
  context.live.putRecording(live, recording);
  context.live.putCapture(live, { streamId, recordingId, label: mediaType, port, request });
  try {
    await context.store.commit({ recordings: [recording], audit: [audit] });
    await keepSource(context, recordingId, noSource);
  } catch (error) {
    context.live.dropRecording(live, recordingId);
    context.live.dropCapture(live, streamId);
    await context.media.end(streamId).catch(context.report);
    throw error;
  }
}

/**
 * Sees to it that every medium of the conversation that comes in items is recorded. To be called in the conversation's
 * turn.
 * @throws Fault storageUnavailable or mediaUnavailable.
 */
export async function recordItems(context: ControlContext, live: LiveConversation, asked: Asked): Promise<void> {
  for (const mediaType of openItemTypes(live)) {
    if (itemRecordingOf(live, mediaType) === undefined) await begin(context, live, mediaType, asked);
  }
}

async function finish(
  context: ControlContext,
  live: LiveConversation,
  recording: Recording,
  asked: Asked,
): Promise<void> {
  const { id, conversationId, streams } = recording;
  const open = streams.filter((stream) => live.captures.has(stream.id)).map((stream) => stream.id);
  const closed = await endStreams(context, live, recording, open);
  const endedAt = context.clock.now();
  const ending: Recording = { ...closed, endedAt, fileState: closed.fileState === 'ERROR' ? 'ERROR' : 'AVAILABLE' };
  const over = await withPolicies(context, live.conversation, ending);
  const about = { at: endedAt, result: 'done', by: asked, conversationId, recordingId: id } as const;
  const audit: AuditDraft = { ...about, action: 'recordingEnded', facts: {} };
  context.live.dropRecording(live, id);
  await context.store.commit({ recordings: [over], documents: [sourceForgotten(id)], audit: [audit] });
}

/** Ends the recordings of media in which nobody takes part any more. To be called in the conversation's turn. */
export async function finishItems(
  context: ControlContext,
  live: LiveConversation,
  asked: Asked,
  isOver = false,
): Promise<void> {
  const open = isOver ? new Set<MediaType>() : openItemTypes(live);
  for (const recording of [...live.recordings.values()]) {
    if (isOfItems(recording) && !open.has(recording.mediaType)) await finish(context, live, recording, asked);
  }
}
