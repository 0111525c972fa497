/** The doors to recordings: their description, and links to their media. */
import type { Permission } from '@tacet/domain';
import { findRecordings, notePlayback, type RecordingView, readRecording } from '../control/index.ts';
import { type Answer, type GuardedCall, type GuardedDoor, ok } from './door.ts';
import { gapParameter } from './gap-parameter.ts';
import type { HttpContext } from './http-context.ts';
import { conversationIdOf, recordingIdOf } from './path-ids.ts';
import { choiceOf, type IntegerParameter, integerOf } from './query.ts';
import { formatParameter, formatsParameter, wantedFormat } from './recording-format.ts';
import { isPlayable, type RecordingModel, recordingMetadataModel, recordingModel } from './view-recording.ts';
import { isReady, readWhenReady } from './wait-for-recording.ts';

/** How long the caller waits for a recording that is being stored (contract: default 5,000, positive). */
const waitParameter: IntegerParameter = {
  kind: 'integer',
  name: 'maxWaitMs',
  minimum: 1,
  maximum: 2_147_483_647,
  fallback: 5_000,
};

const access: readonly Permission[] = ['recording:recording:view'];
const ofConversation = '/api/v2/conversations/{conversationId}';

/** A link to the media, once it is written down that somebody may play it. */
async function mediaUriOf(http: HttpContext, call: GuardedCall, view: RecordingView): Promise<string> {
  const { actor, asked, bearer, publicUrl, query } = call;
  const gap = choiceOf(query, gapParameter);
  // Rule: a link to media is given out only after the audit log says so
  await notePlayback(http.control, { actor, asked }, view);
  const { id, conversationId } = view.recording;
  const token = http.links.add({ conversationId, recordingId: id, actor, bearer });
  return `${publicUrl}/tacet/v1/media/${token}${gap === undefined ? '' : `?gap=${gap}`}`;
}

async function modelOf(http: HttpContext, call: GuardedCall, view: RecordingView): Promise<RecordingModel> {
  const gap = choiceOf(call.query, gapParameter) ?? 'silence';
  const isWanted = wantedFormat(call.query) === 'WAV' && isPlayable(view.recording);
  return recordingModel(view, gap, isWanted ? await mediaUriOf(http, call, view) : undefined);
}

/** Recordings as they are once they are ready, or as they are when the wait is over; a description needs no wait. */
async function awaited(
  http: HttpContext,
  call: GuardedCall,
  read: () => Promise<readonly RecordingView[]>,
): Promise<{ readonly views: readonly RecordingView[]; readonly isPending: boolean }> {
  const maxWaitMs = integerOf(call.query, waitParameter);
  const isForMedia = wantedFormat(call.query) === 'WAV';
  if (!isForMedia) return { views: await read(), isPending: false };
  const views = await readWhenReady({ clock: http.control.clock, maxWaitMs, isGone: call.isGone }, read);
  return { views, isPending: !views.every(isReady) };
}

async function answerList(http: HttpContext, call: GuardedCall): Promise<Answer> {
  const id = conversationIdOf(call);
  const { views, isPending } = await awaited(http, call, () => findRecordings(http.control, call.actor, id));
  if (isPending) return { status: 202 };
  return ok(await Promise.all(views.map((view) => modelOf(http, call, view))));
}

async function answerOne(http: HttpContext, call: GuardedCall): Promise<Answer> {
  const ids = { conversationId: conversationIdOf(call), recordingId: recordingIdOf(call) };
  const read = async (): Promise<readonly RecordingView[]> => [await readRecording(http.control, call.actor, ids)];
  const { views, isPending } = await awaited(http, call, read);
  const [model] = await Promise.all(views.map((view) => modelOf(http, call, view)));
  return { status: isPending ? 202 : 200, json: model };
}

function mediaDoors(http: HttpContext): readonly GuardedDoor[] {
  const parameters = [waitParameter, formatParameter, formatsParameter, gapParameter];
  const shared = { method: 'GET', access, area: 'recordings', parameters } as const;
  return [
    {
      ...shared,
      path: `${ofConversation}/recordings`,
      operation: 'getConversationRecordings',
      summary: 'The recordings of a conversation, with links to their media.',
      answers: { 200: 'Recording[]', 202: '' },
      answer: (call) => answerList(http, call),
    },
    {
      ...shared,
      path: `${ofConversation}/recordings/{recordingId}`,
      operation: 'getConversationRecording',
      summary: 'A recording, with a link to its media.',
      answers: { 200: 'Recording', 202: 'Recording' },
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
      answers: { 200: 'RecordingMetadata[]' },
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
      answers: { 200: 'RecordingMetadata' },
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
