/** Rules of a metadata store about events: stored with their change, numbered without holes, told once they are durable. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EventDraft, instant, type Outbox, type StoredEvent, type WriteBatch } from '@tacet/domain';
import type { MakeMetadataStore } from './metadata-under-test.ts';
import { at, sampleAudit, sampleConversation, sampleEvent } from './sample-records.ts';

/** No store can keep this: its facts have no text. */
const unstorable: WriteBatch = { audit: [sampleAudit({ facts: { count: 1n as unknown as number } })] };

function events(count: number, fromMs = 0): readonly EventDraft[] {
  return Array.from({ length: count }, (_, ms) => sampleEvent(undefined, fromMs + ms));
}

function listenTo(outbox: Outbox): StoredEvent[] {
  const told: StoredEvent[] = [];
  outbox.onEvents((some) => told.push(...some));
  return told;
}

const numbersOf = (stored: readonly StoredEvent[]): readonly number[] => stored.map(({ number }) => number);
const noEvent = { first: 1, last: 0 };

export function eventRules(make: MakeMetadataStore): void {
  storing(make);
  telling(make);
  pruning(make);
}

function storing(make: MakeMetadataStore): void {
  test('events are numbered from 1 without holes, in the order in which changes become durable', async () => {
    await using made = await make();
    assert.deepEqual(await made.store.eventRange(), noEvent);
    const drafts = events(9);
    await Promise.all([0, 3, 6].map((from) => made.store.commit({ events: drafts.slice(from, from + 3) })));
    const store = await made.reopen();
    const expected = drafts.map((draft, place) => ({ ...draft, number: place + 1 }));
    assert.deepEqual(await store.events(0, 100), expected);
    assert.deepEqual(await store.events(4, 2), expected.slice(4, 6));
    assert.deepEqual(await store.events(9, 100), []);
    assert.deepEqual(await store.eventRange(), { first: 1, last: 9 });
  });

  test('an event is kept when its change is kept, and not otherwise', async () => {
    await using made = await make();
    const told = listenTo(made.store);
    const lost = sampleConversation();
    const outcomes = await Promise.allSettled([
      made.store.commit({ events: events(1) }),
      made.store.commit({ ...unstorable, conversations: [lost], events: events(2) }),
      made.store.commit({ events: events(1) }),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal(await made.store.conversation(lost.id), undefined);
    assert.deepEqual(numbersOf(await made.store.events(0, 100)), [1, 2]);
    assert.deepEqual(told, await made.store.events(0, 100));
  });
}

function telling(make: MakeMetadataStore): void {
  test('a listener is told of events when they are in store, each once and in order, before the commit resolves', async () => {
    await using made = await make();
    const { store } = made;
    const told: number[] = [];
    const seen: Promise<readonly StoredEvent[]>[] = [];
    store.onEvents((some) => {
      told.push(...numbersOf(some));
      seen.push(store.events(0, 100));
    });
    const second = store.commit({ events: events(2) }).then(() => assert.deepEqual(told, [1, 2, 3]));
    await Promise.all([second, store.commit({ events: events(1) })]);
    assert.deepEqual(numbersOf((await seen[0]) ?? []), [1, 2, 3]);
    await store.commit({ audit: [sampleAudit()] });
    await store.commit({ events: events(1) });
    assert.deepEqual(told, [1, 2, 3, 4]);
  });

  test('a listener that was taken away hears nothing more', async () => {
    await using made = await make();
    const told: number[] = [];
    const stop = made.store.onEvents((some) => told.push(...numbersOf(some)));
    await made.store.commit({ events: events(1) });
    stop();
    await made.store.commit({ events: events(1) });
    assert.deepEqual(told, [1]);
  });
}

function pruning(make: MakeMetadataStore): void {
  test('old events go from the old end, a limited number at a time', async () => {
    await using made = await make();
    await made.store.commit({ events: events(10) });
    const rule = { before: at(6), keep: 100, limit: 4 };
    assert.equal(await made.store.pruneEvents(rule), 4);
    assert.deepEqual(await made.store.eventRange(), { first: 5, last: 10 });
    assert.equal(await made.store.pruneEvents(rule), 2);
    assert.equal(await made.store.pruneEvents(rule), 0);
    assert.deepEqual(numbersOf(await made.store.events(0, 100)), [7, 8, 9, 10]);
  });

  test('events beyond the newest ones that are kept go, however young they are', async () => {
    await using made = await make();
    await made.store.commit({ events: events(10) });
    assert.equal(await made.store.pruneEvents({ before: at(0), keep: 3, limit: 100 }), 7);
    assert.deepEqual(await made.store.eventRange(), { first: 8, last: 10 });
  });

  test('numbers go on when everything was pruned', async () => {
    await using made = await make();
    await made.store.commit({ events: events(5) });
    await made.store.pruneEvents({ before: instant(Number.MAX_SAFE_INTEGER), keep: 0, limit: 100 });
    assert.deepEqual(await made.store.eventRange(), { first: 5, last: 5 });
    const store = await made.reopen();
    await store.commit({ events: events(1) });
    assert.deepEqual(await store.eventRange(), { first: 5, last: 6 });
  });
}
