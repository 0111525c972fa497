/** The doors to recordings: their description, and links to their media. */
import { Fault, type Permission } from '@tacet/domain';
import { Type } from 'typebox';
import { findRecordings, isOfItems, type RecordingView, readRecording } from '../control/index.ts';
import { type Answer, type GuardedCall, type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { Recording, RecordingMetadata, type RecordingModel } from './models/recording.ts';
import { conversationIdOf, recordingIdOf } from './path-ids.ts';
import { emailTranscriptOf } from './recorded-mails.ts';
import { isOfEvents, mediaOf, mediaUriOf, type RecordingMedia, replayOf, transcriptOf } from './recording-media.ts';
import { listParameters, type MediaWish, mediaWish, oneParameters } from './recording-parameters.ts';
import { isPlayable, recordingMetadataModel, recordingModel } from './view-recording.ts';
import { transcriptMember } from './view-transcript.ts';
import { isReady, readWhenReady, type Waiting, waitingFor } from './wait-for-recording.ts';

/** As the contract lists them; recordings of calls, the only kind so far, take the first. */
const access: readonly Permission[] = [
  'recording:recording:view',
  'recording:recordingSegment:view',
  'recording:snippetRecording:view',
  'recording:screenRecording:view',
];
const ofConversation = '/api/v2/conversations/{conversationId}';

interface Described {
  readonly view: RecordingView;
  readonly media: RecordingMedia | undefined;
}

function isMade({ media }: Described): boolean {
  return media === undefined || media.prepared.isReady;
}

/** Recordings once they have ended; a description needs no wait. */
async function ended(
  { format }: MediaWish,
  waiting: Waiting,
  read: () => Promise<readonly RecordingView[]>,
): Promise<{ readonly views: readonly RecordingView[]; readonly isPending: boolean }> {
  if (format === 'NONE') return { views: await read(), isPending: false };
  const views = await readWhenReady(waiting, read);
  return { views, isPending: !views.every(isReady) };
}

async function modelOf(
  http: HttpContext,
  call: GuardedCall,
  { view, media }: Described,
  wish: MediaWish,
): Promise<RecordingModel> {
  const { gap = 'silence' } = wish;
  if (wish.format !== 'NONE' && isPlayable(view.recording) && isOfItems(view.recording)) {
    if (view.recording.mediaType === 'email') {
      return { ...recordingModel(view, gap, undefined), emailTranscript: await emailTranscriptOf(http, call, view) };
    }
    const lines = await transcriptOf(http, call, view);
    return { ...recordingModel(view, gap, undefined), ...transcriptMember(view.recording.mediaType, lines) };
  }
  if (wish.format !== 'NONE' && isPlayable(view.recording) && isOfEvents(view.recording)) {
    return recordingModel(view, gap, await replayOf(http, call, view));
  }
  if (media === undefined || !media.prepared.isReady) return recordingModel(view, gap, media);
  const uri = await mediaUriOf(http, call, view, { format: media.format, wish });
  return recordingModel(view, gap, { prepared: media.prepared, uri });
}

/** In a list, one recording that is damaged has no media, and does not keep the others from the caller. */
async function listedMedia(
  http: HttpContext,
  view: RecordingView,
  wish: MediaWish,
  waiting: Waiting,
): Promise<Described> {
  try {
    return { view, media: await mediaOf(http, view, wish, waiting) };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'recordingDamaged') throw error;
    http.control.report(error);
    return { view, media: undefined };
  }
}

async function answerList(http: HttpContext, call: GuardedCall): Promise<Answer> {
  const id = conversationIdOf(call);
  const wish = mediaWish(call.query, listParameters, http.playback.formats);
  const waiting = waitingFor(http.control.clock, wish.maxWaitMs, call.isGone);
  const { views, isPending } = await ended(wish, waiting, () => findRecordings(http.control, call.actor, id));
  if (isPending) return { status: 202 };
  const described = await Promise.all(views.map((view) => listedMedia(http, view, wish, waiting)));
  if (!described.every(isMade)) return { status: 202 };
  return ok(await Promise.all(described.map((one) => modelOf(http, call, one, wish))));
}

async function answerOne(http: HttpContext, call: GuardedCall): Promise<Answer> {
  const ids = { conversationId: conversationIdOf(call), recordingId: recordingIdOf(call) };
  const wish = mediaWish(call.query, oneParameters, http.playback.formats);
  const waiting = waitingFor(http.control.clock, wish.maxWaitMs, call.isGone);
  const read = async (): Promise<readonly RecordingView[]> => [await readRecording(http.control, call.actor, ids)];
  const { views, isPending } = await ended(wish, waiting, read);
  const [view] = views;
  if (view === undefined) throw new Fault('recordingUnknown');
  const one = { view, media: isPending ? undefined : await mediaOf(http, view, wish, waiting) };
  return { status: isPending || !isMade(one) ? 202 : 200, json: await modelOf(http, call, one, wish) };
}

function mediaDoors(http: HttpContext): readonly GuardedDoor[] {
  const shared = { method: 'GET', access, area: 'recordings' } as const;
  return [
    {
      ...shared,
      path: `${ofConversation}/recordings`,
      operation: 'getConversationRecordings',
      summary: 'The recordings of a conversation, with links to their media.',
      description:
        'Answers 202 without a body while a recording or its media is not ready; ask again, and it will be. `mediaFormats` lists what will do, and one of these is given.',
      parameters: listParameters,
      answers: { 200: Type.Array(Recording), 202: undefined },
      answer: (call) => answerList(http, call),
    },
    {
      ...shared,
      path: `${ofConversation}/recordings/{recordingId}`,
      operation: 'getConversationRecording',
      summary: 'A recording, with a link to its media.',
      description:
        'Answers 202 with the recording while it or its media is not ready; ask again, and it will be. `mediaFormats` lists what will do, and one of these is given.',
      parameters: oneParameters,
      answers: { 200: Recording, 202: Recording },
      answer: (call) => answerOne(http, call),
    },
  ];
}

function metadataDoors({ control }: HttpContext): readonly GuardedDoor[] {
  const shared = { method: 'GET', access, area: 'recordings' } as const;
  return [
    {
      ...shared,
      path: `${ofConversation}/recordingmetadata`,
      operation: 'getConversationRecordingmetadata',
      summary: 'The recordings of a conversation, without media.',
      answers: { 200: Type.Array(RecordingMetadata) },
      answer: async (call) => {
        const views = await findRecordings(control, call.actor, conversationIdOf(call));
        return ok(views.map(recordingMetadataModel));
      },
    },
    {
      ...shared,
      path: `${ofConversation}/recordingmetadata/{recordingId}`,
      operation: 'getConversationRecordingmetadataRecordingId',
      summary: 'A recording, without media.',
      answers: { 200: RecordingMetadata },
      answer: async (call) => {
        const ids = { conversationId: conversationIdOf(call), recordingId: recordingIdOf(call) };
        return ok(recordingMetadataModel(await readRecording(control, call.actor, ids)));
      },
    },
  ];
}

export function recordingDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...mediaDoors(http), ...metadataDoors(http)];
}
