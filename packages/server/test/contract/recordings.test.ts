/** The official client lists recordings, their metadata and their annotations. */
import assert from 'node:assert/strict';
import { covers } from './covers.ts';
import { pausedCall } from './paused-call.ts';

interface Recording {
  readonly id: string;
  readonly mediaUris: { readonly [part: string]: { readonly mediaUri: string } };
}

const pause = { reason: 'SecurePause', location: 2_000, durationMs: 2_000 };

covers('getConversationRecordings', 'resolves to recordings with links to their media', async (scene, operation) => {
  const { conversationId, recordingId } = await pausedCall(scene);
  const options = { maxWaitMs: 5_000, formatId: 'WAV', mediaFormats: ['WAV', 'MP3'] };
  const recordings = await scene.call<readonly Recording[]>(operation, { path: { conversationId }, options });
  assert.partialDeepStrictEqual(recordings, [{ id: recordingId, conversationId, fileState: 'AVAILABLE' }]);
  const media = await fetch(recordings[0]?.mediaUris['0']?.mediaUri ?? '');
  assert.equal((await media.arrayBuffer()).byteLength, scene.under.playback.lengthBytes);
});

covers('getConversationRecording', 'resolves to a recording with its pauses', async (scene, operation) => {
  const { conversationId, recordingId } = await pausedCall(scene);
  const path = { conversationId, recordingId };
  const recording = await scene.call(operation, { path, options: { formatId: 'WAV', download: false } });
  assert.partialDeepStrictEqual(recording, { id: recordingId, fileState: 'AVAILABLE', annotations: [pause] });
});

covers('getConversationRecording{,s}', 'tells that a recording is not ready yet', async (scene, operation) => {
  const { conversationId, recordingId } = await scene.under.startCall();
  const given = { path: { conversationId, recordingId }, options: { maxWaitMs: 100 } };
  await scene.under.passUntil(scene.call(operation, given));
  const [{ status } = assert.fail()] = scene.exchangesOf(operation);
  assert.equal(status, 202);
});

covers('getConversationRecordingmetadata', 'resolves to a description of each recording', async (scene, operation) => {
  const { conversationId, recordingId } = await pausedCall(scene);
  const metadata = await scene.call(operation, { path: { conversationId } });
  assert.partialDeepStrictEqual(metadata, [{ id: recordingId, media: 'audio', annotations: [pause] }]);
});

covers(
  'getConversationRecordingmetadataRecordingId',
  'resolves to a description of the recording',
  async (scene, operation) => {
    const { conversationId, recordingId } = await pausedCall(scene);
    const metadata = await scene.call(operation, { path: { conversationId, recordingId } });
    assert.partialDeepStrictEqual(metadata, { id: recordingId, media: 'audio', annotations: [pause] });
  },
);

covers('getConversationRecordingAnnotations', 'resolves to the pauses of a recording', async (scene, operation) => {
  const { conversationId, recordingId } = await pausedCall(scene);
  const annotations = await scene.call(operation, { path: { conversationId, recordingId } });
  assert.partialDeepStrictEqual(annotations, [pause]);
});

covers(
  'getConversationRecordingAnnotation',
  'resolves to the pauses under the id that they share',
  async (scene, operation) => {
    const { conversationId, recordingId } = await pausedCall(scene);
    const path = { conversationId, recordingId };
    const all = await scene.call<readonly { readonly id: string }[]>('getConversationRecordingAnnotations', { path });
    const annotation = await scene.call(operation, { path: { ...path, annotationId: all[0]?.id ?? '' } });
    assert.partialDeepStrictEqual(annotation, pause);
  },
);
