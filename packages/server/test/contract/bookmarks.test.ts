/** The official client puts bookmarks into recordings, changes and removes them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { covers } from './covers.ts';
import { pausedCall } from './paused-call.ts';

interface Bookmark {
  readonly id: string;
  readonly description: string;
}

const wish = { name: 'Complaint', description: 'The customer complains', location: 1_000, durationMs: 500 };

covers('postConversationRecordingAnnotations', 'adds a bookmark', async (scene, operation) => {
  const { conversationId, recordingId } = await pausedCall(scene);
  const path = { conversationId, recordingId };
  const bookmark = await scene.call<Bookmark>(operation, { path, body: { ...wish, type: 'bookmark' } });
  assert.partialDeepStrictEqual(bookmark, { description: wish.description, location: 1_000 });
  const all = await scene.call<readonly Bookmark[]>('getConversationRecordingAnnotations', { path });
  assert.ok(all.some(({ id }) => id === bookmark.id));
});

covers('putConversationRecordingAnnotation', 'adds a bookmark of an id, and changes it', async (scene, operation) => {
  const { conversationId, recordingId } = await pausedCall(scene);
  const path = { conversationId, recordingId, annotationId: randomUUID() };
  await scene.call(operation, { path, body: wish });
  const changed = await scene.call(operation, { path, body: { ...wish, description: 'Settled' } });
  assert.partialDeepStrictEqual(changed, { id: path.annotationId, description: 'Settled' });
});

covers('deleteConversationRecordingAnnotation', 'removes a bookmark', async (scene, operation) => {
  const { conversationId, recordingId } = await pausedCall(scene);
  const path = { conversationId, recordingId };
  const { id: annotationId } = await scene.call<Bookmark>('postConversationRecordingAnnotations', { path, body: wish });
  await scene.call(operation, { path: { ...path, annotationId } });
  const read = scene.call('getConversationRecordingAnnotation', { path: { ...path, annotationId } });
  await assert.rejects(read, { status: 404 });
});
