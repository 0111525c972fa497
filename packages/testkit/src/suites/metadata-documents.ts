/** Rules of a metadata store about documents: small records that are set rather than recorded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnnotationId, Bookmark, ConversationId, DocumentChange, RecordingId } from '@tacet/domain';
import type { MakeMetadataStore } from './metadata-under-test.ts';
import { at, freshId } from './sample-records.ts';

function sampleBookmark(recordingId: RecordingId, location: number): Bookmark {
  const ids = { id: freshId<AnnotationId>(), conversationId: freshId<ConversationId>(), recordingId };
  return { ...ids, location, durationMs: 0, createdAt: at(location) };
}

function setting(value: Bookmark): DocumentChange {
  return { kind: 'bookmark', id: value.id, parentId: value.recordingId, value };
}

export function documentRules(make: MakeMetadataStore): void {
  test('a document is what it was set to last, and is found under its kind and id only', async () => {
    await using made = await make();
    const first = sampleBookmark(freshId(), 5);
    await made.store.commit({ documents: [setting(first)] });
    await made.store.commit({ documents: [setting({ ...first, location: 7 })] });
    const store = await made.reopen();
    assert.deepEqual(await store.document('bookmark', first.id), { ...first, location: 7 });
    assert.equal(await store.document('retentionPolicy', first.id), undefined);
    assert.equal(await store.document('bookmark', freshId()), undefined);
  });

  test('documents of a parent come in the order in which they were first set', async () => {
    await using made = await make();
    const recordingId = freshId<RecordingId>();
    const bookmarks = [3, 1, 2].map((location) => sampleBookmark(recordingId, location));
    const other = sampleBookmark(freshId(), 9);
    for (const bookmark of [...bookmarks, other]) await made.store.commit({ documents: [setting(bookmark)] });
    const [first, ...others] = bookmarks;
    assert.ok(first);
    await made.store.commit({ documents: [setting({ ...first, location: 8 })] });
    assert.deepEqual(await made.store.documentsOf('bookmark', recordingId), [{ ...first, location: 8 }, ...others]);
    assert.equal((await made.store.documentsOf('bookmark')).length, 4);
    assert.deepEqual(await made.store.documentsOf('bookmark', freshId()), []);
  });

  test('a document without a value is gone', async () => {
    await using made = await make();
    const bookmark = sampleBookmark(freshId(), 5);
    await made.store.commit({ documents: [setting(bookmark)] });
    await made.store.commit({ documents: [{ kind: 'bookmark', id: bookmark.id, value: undefined }] });
    const store = await made.reopen();
    assert.equal(await store.document('bookmark', bookmark.id), undefined);
    assert.deepEqual(await store.documentsOf('bookmark', bookmark.recordingId), []);
  });
}
