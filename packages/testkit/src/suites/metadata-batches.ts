/** Rules of a metadata store about batches: whole, in order, there to stay. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditDraft, Fault, type StreamId, type WriteBatch } from '@tacet/domain';
import type { MakeMetadataStore } from './metadata-under-test.ts';
import {
  at,
  freshId,
  sampleAudit,
  sampleConversation,
  sampleEvent,
  sampleRecording,
  sampleSegment,
  sampleSpan,
} from './sample-records.ts';

/** No store can keep this: its facts have no text. */
function unstorableAudit(): AuditDraft {
  return sampleAudit({ facts: { count: 1n as unknown as number } });
}

export function batchRules(make: MakeMetadataStore): void {
  staying(make);
  replacing(make);
  failing(make);
}

function staying(make: MakeMetadataStore): void {
  test('what was committed is there, value for value, after a crash', async () => {
    await using made = await make();
    const conversation = sampleConversation();
    const recording = sampleRecording(conversation.id, { endedAt: at(9000.25) });
    const span = sampleSpan(conversation.id, { openedAt: at(2000.75), withheldCount: 51 });
    const streamId = freshId<StreamId>();
    const segments = [0, 1].map((number) => sampleSegment(recording.id, streamId, number));
    const lost = { kind: 'lost', from: at(1.001), to: at(2.002), unitCount: 3, reason: 'network' } as const;
    const batch: Required<WriteBatch> = {
      conversations: [conversation],
      recordings: [recording],
      spans: [span],
      segments,
      timelines: [{ streamId, intervals: [lost] }],
      documents: [{ kind: 'deletionProtection', id: conversation.id, value: { id: conversation.id, since: at(3.5) } }],
      audit: [sampleAudit({ conversationId: conversation.id })],
      events: [sampleEvent(recording)],
    };
    await made.store.commit(batch);
    const store = await made.reopen();
    assert.deepEqual(await store.conversation(conversation.id), conversation);
    assert.deepEqual(await store.recording(recording.id), recording);
    assert.deepEqual(await store.recordingsOf(conversation.id), [recording]);
    assert.deepEqual(await store.spansOf(conversation.id), [span]);
    assert.deepEqual(await store.segmentsOf(recording.id), segments);
    assert.deepEqual(await store.timelineOf(streamId), { streamId, intervals: [lost] });
    const kept = await store.document('deletionProtection', conversation.id);
    assert.deepEqual(kept, { id: conversation.id, since: at(3.5) });
    assert.equal((await store.audit({ limit: 10 })).total, 1);
  });

  test('what was never stored is not there, which is no failure', async () => {
    await using made = await make();
    await made.store.commit({});
    assert.equal(await made.store.conversation(freshId()), undefined);
    assert.equal(await made.store.recording(freshId()), undefined);
    assert.deepEqual(await made.store.recordingsOf(freshId()), []);
    assert.deepEqual(await made.store.spansOf(freshId()), []);
    assert.deepEqual(await made.store.segmentsOf(freshId()), []);
    const streamId = freshId<StreamId>();
    assert.deepEqual(await made.store.timelineOf(streamId), { streamId, intervals: [] });
    assert.deepEqual(await made.store.audit({ limit: 10 }), { items: [], total: 0 });
  });
}

function replacing(make: MakeMetadataStore): void {
  test('batches become durable in the order of the calls', async () => {
    await using made = await make();
    const conversation = sampleConversation();
    const versions = Array.from({ length: 40 }, (_, ms) => ({ ...conversation, startedAt: at(ms) }));
    await Promise.all(versions.map((version) => made.store.commit({ conversations: [version] })));
    assert.deepEqual(await made.store.conversation(conversation.id), versions.at(-1));
  });

  test('a value that is committed again replaces what was stored under its id', async () => {
    await using made = await make();
    const conversation = sampleConversation();
    const recording = sampleRecording(conversation.id);
    const span = sampleSpan(conversation.id);
    const segment = sampleSegment(recording.id, freshId(), 0);
    await made.store.commit({ recordings: [recording], spans: [span], segments: [segment] });
    const changed = {
      recordings: [{ ...recording, fileState: 'AVAILABLE' as const }],
      spans: [{ ...span, withheldCount: 7 }],
      segments: [{ ...segment, bytes: 1 }],
    };
    await made.store.commit(changed);
    assert.deepEqual(await made.store.recordingsOf(conversation.id), changed.recordings);
    assert.deepEqual(await made.store.spansOf(conversation.id), changed.spans);
    assert.deepEqual(await made.store.segmentsOf(recording.id), changed.segments);
  });

  test('recordings and spans come in the order of their start, segments in the order of their chain', async () => {
    await using made = await make();
    const { id } = sampleConversation();
    const recordings = [3, 1, 2].map((ms) => sampleRecording(id, { startedAt: at(ms) }));
    const spans = [3, 1, 2].map((ms) => sampleSpan(id, { closedAt: at(ms) }));
    const recordingId = sampleRecording(id).id;
    const streamId = freshId<StreamId>();
    const segments = [10, 2, 0].map((number) => sampleSegment(recordingId, streamId, number));
    await made.store.commit({ recordings, spans, segments });
    assert.deepEqual(
      (await made.store.recordingsOf(id)).map((each) => each.startedAt),
      [at(1), at(2), at(3)],
    );
    assert.deepEqual(
      (await made.store.spansOf(id)).map((each) => each.closedAt),
      [at(1), at(2), at(3)],
    );
    assert.deepEqual(
      (await made.store.segmentsOf(recordingId)).map((each) => each.number),
      [0, 2, 10],
    );
  });
}

function failing(make: MakeMetadataStore): void {
  test('a batch that cannot be stored leaves nothing behind and harms no other batch', async () => {
    await using made = await make();
    const [before, bad, after] = [sampleConversation(), sampleConversation(), sampleConversation()];
    const outcomes = await Promise.allSettled([
      made.store.commit({ conversations: [before], audit: [sampleAudit()] }),
      made.store.commit({ conversations: [bad], audit: [sampleAudit(), unstorableAudit()] }),
      made.store.commit({ conversations: [after], audit: [sampleAudit()] }),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(await made.store.conversation(before.id), before);
    assert.equal(await made.store.conversation(bad.id), undefined);
    assert.deepEqual(await made.store.conversation(after.id), after);
    const { items } = await made.store.audit({ limit: 10 });
    assert.deepEqual(
      items.map(({ number }) => number),
      [1, 2],
    );
  });

  test('a batch that cannot be stored is not blamed on the storage', async () => {
    await using made = await make();
    await assert.rejects(made.store.commit({ audit: [unstorableAudit()] }), (error) => !(error instanceof Fault));
  });
}
