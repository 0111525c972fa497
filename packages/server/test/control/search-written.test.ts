/** Who finds what was written, and what the audit log says about it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FoundItem, instant, type Page, type RecordingId, type WordIndex, type WordQuery } from '@tacet/domain';
import { searchWritten } from '../../src/control/index.ts';
import { actorWith, ControlUnderTest } from './control-under-test.ts';

/** An index that finds the same whatever it is asked. */
class AlwaysFound implements WordIndex {
  readonly asked: WordQuery[] = [];
  readonly items: FoundItem[] = [];

  async find(query: WordQuery): Promise<Page<FoundItem>> {
    this.asked.push(query);
    return { items: this.items, total: this.items.length };
  }

  async forget(): Promise<void> {}
}

async function found(under: ControlUnderTest, index: AlwaysFound): Promise<RecordingId> {
  const keys = { conversationKeys: ['one'], externalIds: [] };
  const { recordingId, conversationId } = await under.startCall(keys, 'one');
  index.items.push({ itemId: 'i', recordingId, conversationId, mediaType: 'message', arrivedAt: instant(1) });
  return recordingId;
}

const query = { words: 'unspeakable', limit: 10, offset: 0 } as const;

// Rule: what a search found is told only after the audit log says that somebody searched, and never for what
test('what a search found is told only after the audit log says that somebody searched, and never for what', async () => {
  await using under = new ControlUnderTest();
  const index = new AlwaysFound();
  await found(under, index);
  const asked = under.asked('POST search');
  const { items, total } = await searchWritten(under.context, index, { actor: actorWith('admin'), asked, ...query });
  assert.deepEqual([items.length, total], [1, 1]);
  const entry = (await under.audit()).at(-1);
  assert.deepEqual([entry?.action, entry?.facts], ['recordingsSearched', { found: 1 }]);
  assert.ok(!JSON.stringify(await under.audit()).includes('unspeakable'));
});

// Rule: nothing of a recording is found from the moment its deletion begins
test('nothing of a recording is found from the moment its deletion begins', async () => {
  await using under = new ControlUnderTest();
  const index = new AlwaysFound();
  const recording = await under.recording(await found(under, index));
  const ask = async (): Promise<number> => {
    const request = { actor: actorWith('admin'), asked: under.asked('POST search') };
    return (await searchWritten(under.context, index, { ...request, ...query })).items.length;
  };
  assert.equal(await ask(), 1);
  await under.context.store.commit({ recordings: [{ ...recording, deletionBegunAt: instant(2) }] });
  assert.equal(await ask(), 0);
  await under.context.store.commit({ recordings: [{ ...recording, fileState: 'DELETED' }] });
  assert.equal(await ask(), 0);
});
