/** The doors to batch requests: links to many recordings at once. */
import {
  type BatchItem,
  type BatchRequestId,
  type ConversationId,
  Fault,
  type RecordingId,
  uuidAs,
} from '@tacet/domain';
import { type BatchResult, notePlayback, readBatch, readRecordingSettings, startBatch } from '../control/index.ts';
import { type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import { errorBody } from './faults.ts';
import type { HttpContext } from './http-context.ts';
import { BatchStatus, BatchSubmission, BatchSubmitted } from './models/recording-care.ts';
import { isPlayable } from './view-recording.ts';

const path = '/api/v2/recording/batchrequests';

interface ResultModel {
  readonly conversationId: string;
  readonly recordingId?: string;
  readonly resultUrl?: string;
  readonly contentType?: string;
  readonly errorMsg?: string;
}

function itemOf({
  conversationId,
  recordingId,
}: {
  readonly conversationId: string;
  readonly recordingId?: string;
}): BatchItem {
  const conversation = uuidAs<ConversationId>(conversationId);
  const recording = recordingId === undefined ? undefined : uuidAs<RecordingId>(recordingId);
  if (conversation === undefined)
    throw new Fault('constraintBroken', { field: 'conversationId', problem: 'is no UUID' });
  if (recordingId === undefined) return { conversationId: conversation };
  if (recording === undefined) throw new Fault('constraintBroken', { field: 'recordingId', problem: 'is no UUID' });
  return { conversationId: conversation, recordingId: recording };
}

/** A link is given out only once the audit log says so, and anew at each reading: links end, requests do not. */
async function resultOf(http: HttpContext, call: GuardedCall, result: BatchResult): Promise<ResultModel> {
  const { item, view, fault = 'recordingUnknown' } = result;
  if (view === undefined || !isPlayable(view.recording)) {
    const about = view === undefined ? item : { ...item, recordingId: view.recording.id };
    return { ...about, errorMsg: errorBody(new Fault(fault), call.requestId, 'recordings').message };
  }
  const { actor, asked, bearer, publicUrl } = call;
  await notePlayback(http.control, { actor, asked }, view);
  const { id: recordingId, conversationId } = view.recording;
  const { recordingBatchDownloadUrlTtl } = await readRecordingSettings(http.control);
  const link = { conversationId, recordingId, actor, bearer };
  const token = http.links.add(link, recordingBatchDownloadUrlTtl * 60_000);
  return { conversationId, recordingId, resultUrl: `${publicUrl}/tacet/v1/media/${token}`, contentType: 'audio/wav' };
}

export function batchRequestDoors(http: HttpContext): readonly GuardedDoor[] {
  const { control } = http;
  return [
    withBody({
      method: 'POST',
      path,
      operation: 'postRecordingBatchrequests',
      summary: 'Asks for the media of up to 100 recordings, or of all recordings of conversations.',
      access: [
        'recording:recording:view',
        'recording:recordingSegment:view',
        'recording:snippetRecording:view',
        'recording:screenRecording:view',
      ],
      area: 'recordings',
      body: BatchSubmission,
      answers: { 200: BatchSubmitted },
      answer: async ({ actor, asked, body }) => {
        const { id } = await startBatch(control, { actor, asked }, body.batchDownloadRequestList.map(itemOf));
        return ok({ id, selfUri: `${path}/${id}` });
      },
    }),
    {
      method: 'GET',
      path: `${path}/{jobId}`,
      operation: 'getRecordingBatchrequest',
      summary: 'The recordings of a batch request, with links to their media.',
      access: [],
      area: 'recordings',
      answers: { 200: BatchStatus },
      answer: async (call) => {
        const { actor, asked } = call;
        const id = uuidAs<BatchRequestId>(call.path['jobId'] ?? '');
        if (id === undefined) throw new Fault('batchUnknown');
        const { results } = await readBatch(control, { actor, asked }, id);
        const models: ResultModel[] = [];
        for (const result of results) models.push(await resultOf(http, call, result));
        const errorCount = models.filter(({ errorMsg }) => errorMsg !== undefined).length;
        return ok({
          id,
          jobId: id,
          expectedResultCount: models.length,
          resultCount: models.length,
          errorCount,
          status: 'Completed',
          results: models,
          selfUri: `${path}/${id}`,
        });
      },
    },
  ];
}
