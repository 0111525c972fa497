/** Rules of a metadata store about finding conversations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  CommunicationId,
  Conversation,
  ConversationQuery,
  MediaType,
  MetadataStore,
  Participant,
  UserId,
} from '@tacet/domain';
import type { MakeMetadataStore } from './metadata-under-test.ts';
import { at, freshId, sampleConversation, sampleParticipant } from './sample-records.ts';

async function found(store: MetadataStore, query: Partial<ConversationQuery>): Promise<readonly string[]> {
  const { items, total } = await store.findConversations({ limit: 100, offset: 0, ...query });
  assert.equal(total, items.length);
  return items.map(({ id }) => id).sort();
}

function idsOf(...conversations: readonly Conversation[]): readonly string[] {
  return conversations.map(({ id }) => id).sort();
}

export function searchRules(make: MakeMetadataStore): void {
  byTerms(make);
  byUsers(make);
  byDivisionAndTime(make);
  byPages(make);
}

function byTerms(make: MakeMetadataStore): void {
  test('conversations are found by state, by address in any case, by external id, and by all of them', async () => {
    await using made = await make();
    const { store } = made;
    const participants = [sampleParticipant('sip:Zoe@Example.org'), sampleParticipant('sip:zoe@example.org')];
    const active = sampleConversation({ participants, externalIds: [{ name: 'x', value: '1' }] });
    const over = sampleConversation({ participants, endedAt: at(1), externalIds: [{ name: 'y', value: '1' }] });
    const other = sampleConversation({ externalIds: [{ name: 'x', value: '2' }] });
    await store.commit({ conversations: [active, over, other] });
    assert.deepEqual(await found(store, {}), idsOf(active, over, other));
    assert.deepEqual(await found(store, { state: 'active' }), idsOf(active, other));
    assert.deepEqual(await found(store, { state: 'ended' }), idsOf(over));
    assert.deepEqual(await found(store, { participantAddress: 'SIP:zoe@example.ORG' }), idsOf(active, over));
    assert.deepEqual(await found(store, { participantAddress: 'zoe' }), []);
    assert.deepEqual(await found(store, { externalId: { value: '1' } }), idsOf(active, over));
    assert.deepEqual(await found(store, { externalId: { name: 'y', value: '1' } }), idsOf(over));
    const all = { state: 'active', participantAddress: 'sip:zoe@example.org', externalId: { value: '1' } } as const;
    assert.deepEqual(await found(store, all), idsOf(active));
    assert.deepEqual(await found(store, { ...all, externalId: { value: '2' } }), []);
  });

  test('a conversation is found by what it holds now, not by what it held before', async () => {
    await using made = await make();
    const { store } = made;
    const before = sampleConversation({
      participants: [sampleParticipant('sip:old@example.org')],
      externalIds: [{ name: 'x', value: 'old' }],
    });
    const now: Conversation = {
      ...before,
      endedAt: at(5),
      participants: [sampleParticipant('sip:new@example.org')],
      externalIds: [{ name: 'x', value: 'new' }],
    };
    await store.commit({ conversations: [before] });
    await store.commit({ conversations: [now] });
    assert.deepEqual(await found(store, { state: 'active' }), []);
    assert.deepEqual(await found(store, { participantAddress: 'sip:old@example.org' }), []);
    assert.deepEqual(await found(store, { externalId: { value: 'old' } }), []);
    assert.deepEqual(await found(store, { participantAddress: 'sip:new@example.org' }), idsOf(now));
    assert.deepEqual(await found(store, { externalId: { name: 'x', value: 'new' } }), idsOf(now));
  });
}

function withUser(
  userId: UserId,
  ...states: readonly (readonly [MediaType, 'connected' | 'disconnected'])[]
): Participant {
  const communications = states.map(([mediaType, state]) => ({
    id: freshId<CommunicationId>(),
    mediaType,
    state,
    direction: 'inbound' as const,
    connectedAt: at(0),
  }));
  return { ...sampleParticipant('sip:agent@example.org'), userId, communications };
}

function byUsers(make: MakeMetadataStore): void {
  test('conversations are found by a user, by the media type the user had, and by whether that is still open', async () => {
    await using made = await make();
    const { store } = made;
    const [user, other] = [freshId<UserId>(), freshId<UserId>()];
    const call = sampleConversation({
      participants: [withUser(user, ['call', 'disconnected'], ['call', 'connected'])],
    });
    const both = sampleConversation({
      participants: [
        withUser(user, ['call', 'disconnected'], ['email', 'connected']),
        withUser(other, ['call', 'connected']),
      ],
    });
    const others = sampleConversation({ participants: [withUser(other, ['call', 'connected'])] });
    await store.commit({ conversations: [call, both, others, sampleConversation()] });
    assert.deepEqual(await found(store, { participation: { userId: user } }), idsOf(call, both));
    assert.deepEqual(await found(store, { participation: { userId: user, mediaType: 'call' } }), idsOf(call, both));
    assert.deepEqual(
      await found(store, { participation: { userId: user, mediaType: 'call', isOpen: true } }),
      idsOf(call),
    );
    assert.deepEqual(await found(store, { participation: { userId: user, mediaType: 'email' } }), idsOf(both));
    assert.deepEqual(await found(store, { participation: { userId: user, isOpen: true } }), idsOf(call, both));
    assert.deepEqual(await found(store, { participation: { userId: freshId() } }), []);
    const over = { ...call, participants: [withUser(user, ['call', 'disconnected'])] };
    await store.commit({ conversations: [over] });
    assert.deepEqual(await found(store, { participation: { userId: user, isOpen: true } }), idsOf(both));
  });
}

function byDivisionAndTime(make: MakeMetadataStore): void {
  test('conversations are found by division, and by when they started', async () => {
    await using made = await make();
    const { store } = made;
    const early = sampleConversation({ startedAt: at(1) });
    const late = sampleConversation({ startedAt: at(2), divisionId: early.divisionId });
    const other = sampleConversation({ startedAt: at(2) });
    await store.commit({ conversations: [early, late, other] });
    const { divisionId } = early;
    assert.deepEqual(await found(store, { divisionIds: [divisionId] }), idsOf(early, late));
    assert.deepEqual(await found(store, { divisionIds: [divisionId, other.divisionId] }), idsOf(early, late, other));
    assert.deepEqual(await found(store, { divisionIds: [] }), []);
    assert.deepEqual(await found(store, { started: { from: at(1), to: at(2) } }), idsOf(early));
    assert.deepEqual(
      await found(store, { started: { from: at(2), to: at(3) }, divisionIds: [divisionId] }),
      idsOf(late),
    );
  });
}

function byPages(make: MakeMetadataStore): void {
  test('pages follow each other without gap or repetition, the newest conversation first', async () => {
    await using made = await make();
    const conversations = Array.from({ length: 25 }, (_, ms) => sampleConversation({ startedAt: at(ms % 10) }));
    await made.store.commit({ conversations });
    const seen: Conversation[] = [];
    for (const offset of [0, 10, 20, 30]) {
      const page = await made.store.findConversations({ limit: 10, offset });
      assert.equal(page.total, 25);
      assert.equal(page.items.length, Math.max(0, Math.min(10, 25 - offset)));
      seen.push(...page.items);
    }
    assert.deepEqual(seen.map(({ id }) => id).sort(), idsOf(...conversations));
    const starts = seen.map(({ startedAt }) => startedAt);
    assert.deepEqual(
      starts,
      [...starts].sort((a, b) => b - a),
    );
  });
}
