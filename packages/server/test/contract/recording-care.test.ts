/** The official client cares for recordings: settings, dates, protection, batch requests. */
import assert from 'node:assert/strict';
import { covers } from './covers.ts';
import { pausedCall } from './paused-call.ts';

const farAway = '2036-01-01T00:00:00.000Z';

covers('putConversationRecording', 'sets the dates of a recording', async (scene, operation) => {
  const { conversationId, recordingId } = await pausedCall(scene);
  const path = { conversationId, recordingId };
  // Callers read a recording, change a date in it, and send the whole of it back.
  const read = await scene.call<object>('getConversationRecording', { path });
  const changed = await scene.call(operation, { path, body: { ...read, deleteDate: farAway } });
  assert.partialDeepStrictEqual(changed, { id: recordingId, deleteDate: farAway });
});

covers(
  'putRecordingsDeletionprotection',
  'protects conversations, and names those that it cannot',
  async (scene, operation) => {
    const { conversationId } = await pausedCall(scene);
    const unknown = '0b0d1e50-0000-4000-8000-000000000000';
    const body = { conversationIds: [conversationId, unknown] };
    const result = await scene.call(operation, { body, options: { protect: true } });
    assert.partialDeepStrictEqual(result, { failedUpdates: [{ conversation: { id: unknown } }] });
  },
);

covers('postRecordingsDeletionprotection', 'resolves to those that are protected', async (scene, operation) => {
  const { conversationId } = await pausedCall(scene);
  const body = { conversationIds: [conversationId] };
  assert.deepEqual(await scene.call(operation, { body }), []);
  await scene.call('putRecordingsDeletionprotection', { body, options: { protect: true } });
  assert.partialDeepStrictEqual(await scene.call(operation, { body }), [{ id: conversationId }]);
});

covers('getOrphanrecordings', 'resolves to none', async (scene, operation) => {
  assert.partialDeepStrictEqual(await scene.call(operation), { entities: [], total: 0 });
});

covers('getRecordingsScreensessionsDetails', 'resolves to a count', async (scene, operation) => {
  assert.partialDeepStrictEqual(await scene.call(operation), { count: 0 });
});

covers('getRecordingSettings', 'resolves to settings', async (scene, operation) => {
  const settings = await scene.call(operation, { options: { createDefault: true } });
  assert.partialDeepStrictEqual(settings, { recordingPlaybackUrlTtl: 60 });
});

covers('putRecordingSettings', 'sets how long links to media last', async (scene, operation) => {
  const before = await scene.call<object>('getRecordingSettings');
  const after = await scene.call(operation, { body: { ...before, recordingPlaybackUrlTtl: 5 } });
  assert.deepEqual(after, { ...before, recordingPlaybackUrlTtl: 5 });
});

covers('postRecordingBatchrequests', 'resolves to the id of a job', async (scene, operation) => {
  const { conversationId } = await pausedCall(scene);
  const body = { batchDownloadRequestList: [{ conversationId }] };
  const { id } = await scene.call<{ readonly id: string }>(operation, { body });
  assert.match(id, /^[\da-f-]{36}$/);
});

covers(
  'getRecordingBatchrequest',
  'resolves to links to media, and to what could not be had',
  async (scene, operation) => {
    const { conversationId, recordingId } = await pausedCall(scene);
    const unknown = '0b0d1e50-0000-4000-8000-000000000000';
    const body = { batchDownloadRequestList: [{ conversationId, recordingId }, { conversationId: unknown }] };
    const { id: jobId } = await scene.call<{ readonly id: string }>('postRecordingBatchrequests', { body });
    const job = await scene.call<{ readonly results: readonly { readonly resultUrl?: string }[] }>(operation, {
      path: { jobId },
    });
    assert.partialDeepStrictEqual(job, { jobId, status: 'Completed', resultCount: 2, errorCount: 1 });
    const media = await fetch(job.results[0]?.resultUrl ?? '');
    assert.equal((await media.arrayBuffer()).byteLength, scene.under.playback.lengthBytes);
  },
);
