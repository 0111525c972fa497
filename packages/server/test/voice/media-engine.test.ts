/** Captures of one thread: ports, deadlines of the disk, and an end that loses nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalOfCrash, type RecoveredCapture, SpoolReading } from '@tacet/capture';
import {
  after,
  type ContinuedCapture,
  type ConversationId,
  type Instant,
  type RecordingId,
  type StreamId,
} from '@tacet/domain';
import { EngineUnderTest, numbered, packetMs, range } from './engine-under-test.ts';

test('a capture whose port is taken does not start, and leaves nothing running', async () => {
  const under = new EngineUnderTest();
  under.ports.taken.add(20_002);
  await assert.rejects(under.start(), { code: 'mediaUnavailable', facts: { what: 'port' } });
  const { streamId, port } = await under.start();
  assert.equal(port.port, 20_004);
  await under.passUntil(under.engine.end(streamId));
  assert.equal(under.ports.bound.size, 1);
  await under.stop();
});

test('a capture is in the spool before its port is bound, so that a crash finds it', async () => {
  const under = new EngineUnderTest();
  under.spool.stall();
  const streamId = under.ids.next<StreamId>();
  const home = { recordingId: under.ids.next<RecordingId>(), conversationId: under.ids.next<ConversationId>() };
  const starting = under.engine.start({ streamId, ...home, payloadTypes: [0], clockRate: 8_000, isOpen: true }, 20_000);
  await under.clock.pass(100);
  assert.equal(under.ports.bound.size, 0);
  under.spool.resume();
  await under.passUntil(starting);
  const reading = new SpoolReading();
  for (const name of under.spool.names()) reading.read(under.spool.readAll(name));
  assert.deepEqual(
    reading.captures().map(({ live }) => live.streamId),
    [streamId],
  );
  await under.stop();
});

test('a gate of a stream that is not here is not confirmed, neither shut nor open', async () => {
  const under = new EngineUnderTest();
  const unknown = under.ids.next<StreamId>();
  assert.deepEqual(await under.engine.close([unknown]), []);
  assert.deepEqual(await under.engine.open([unknown], under.clock.now()), { confirmed: [], unconfirmed: [unknown] });
  await assert.rejects(under.engine.end(unknown), { code: 'mediaUnavailable' });
  await under.stop();
});

test('an end is told when everything is in store, and the spool is empty then', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 120);
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await under.stored(streamId), range(1, 120));
  assert.equal(port.isClosed, true);
  await under.stop();
  assert.deepEqual(under.spool.names(), []);
});

test('a segment of a long call is stored while the call goes on', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 3_100);
  assert.equal(under.segments.length, 1);
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await under.stored(streamId), range(1, 3_100));
  const [first, second] = under.segments;
  assert.deepEqual([first?.number, second?.number], [0, 1]);
  await under.stop();
});

test('while the blob store is down the spool keeps segments, and they are stored when it is back', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 20);
  under.blobs.failPuts(3);
  const ending = under.engine.end(streamId);
  await under.clock.pass(2_500);
  assert.deepEqual(under.segments, []);
  assert.notEqual(under.spool.totalBytes, 0);
  await under.passUntil(ending);
  assert.deepEqual(await under.stored(streamId), range(1, 20));
  assert.equal(under.reports.length, 3);
  await under.stop();
});

test('the spool keeps a segment until the news of it is taken', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 20);
  let take: () => void = () => undefined;
  under.onNews = (news) => {
    if (news.kind === 'segmentStored') return new Promise<void>((resolve) => (take = resolve));
    return undefined;
  };
  const ending = under.engine.end(streamId);
  await under.clock.pass(65_000);
  const reading = new SpoolReading();
  for (const name of under.spool.names()) reading.read(under.spool.readAll(name));
  assert.equal(reading.captures().flatMap(({ segments }) => segments).length, 1);
  take();
  await under.passUntil(ending);
  await under.stop();
  assert.deepEqual(under.spool.names(), []);
});

test('a stop ends every capture and stores what is there', async () => {
  const under = new EngineUnderTest();
  const one = await under.start();
  const two = await under.start();
  await under.send(one.port, 1, 10);
  await under.send(two.port, 101, 110);
  await under.passUntil(under.engine.dispose());
  assert.deepEqual(await under.stored(one.streamId), range(1, 10));
  assert.deepEqual(await under.stored(two.streamId), range(101, 110));
  assert.equal(under.clock.nextTimerAt, undefined, 'nothing ticks any more');
});

test('an end that is not waited for any longer says so, and tells later that all is in store', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 20);
  under.blobs.failPuts(12);
  const { isStored } = await under.passUntil(under.engine.end(streamId), 100);
  assert.equal(isStored, false);
  assert.deepEqual(await under.stored(streamId), []);
  const isTold = (): boolean => under.news.some(({ kind }) => kind === 'captureStored');
  assert.equal(isTold(), false);
  await under.clock.pass(20_000);
  assert.deepEqual(await under.stored(streamId), range(1, 20));
  assert.equal(isTold(), true);
  const next = await under.start();
  assert.equal((await under.passUntil(under.engine.end(next.streamId))).isStored, true);
  await under.stop();
});

test('of what is left to recovery nobody is told that it is in store', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 60);
  under.blobs.failPuts(4);
  const ending = under.engine.end(streamId);
  await under.clock.pass(1_000);
  const other = await under.start();
  under.spool.failAppendsAfter(0);
  await under.send(other.port, 1, 60);
  const { isStored } = await under.passUntil(ending, 100);
  await under.clock.pass(20_000);
  assert.equal(isStored, false);
  assert.equal(
    under.news.some(({ kind }) => kind === 'captureStored'),
    false,
  );
  await under.stop();
});

test('a stop does not wait for ever for a blob store that is down; what it did not take stays in the spool', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 20);
  under.blobs.failPuts(1_000);
  await under.passUntil(under.engine.dispose(), 100);
  const reading = new SpoolReading();
  for (const name of under.spool.names()) reading.read(under.spool.readAll(name));
  const [found] = reading.captures();
  assert.equal(found?.live.streamId, streamId);
  assert.equal(found?.segments[0]?.descriptor.unitCount, 20);
});

test('of which streams nothing has come is told, whatever their gates do, and of none before it had its time', async () => {
  const under = new EngineUnderTest();
  const begunAt = under.clock.now();
  const [open, shut, silent] = [await under.start(), await under.start(false), await under.start()];
  const silentPlaces = async (since: Instant): Promise<readonly number[]> => {
    const ids = await under.engine.unheard(since);
    return [open, shut, silent].flatMap(({ streamId }, place) => (ids.includes(streamId) ? [place] : []));
  };
  assert.deepEqual(await silentPlaces(after(begunAt, -1)), []);
  await under.clock.pass(1_000);
  const since = under.clock.now();
  assert.deepEqual(await silentPlaces(since), [0, 1, 2]);
  await under.clock.pass(20);
  for (const { port } of [open, shut]) port.arrive(numbered(1));
  silent.port.arrive(Buffer.from('no packet of anybody'));
  assert.deepEqual(await silentPlaces(since), [2]);
  await under.stop();
});

function goingOn(under: EngineUnderTest, port: number): ContinuedCapture {
  const home = { recordingId: under.ids.next<RecordingId>(), conversationId: under.ids.next<ConversationId>() };
  const continues = { port, nextSegmentNumber: 2, previousTag: 'a'.repeat(32) };
  const streamId = under.ids.next<StreamId>();
  return { streamId, ...home, payloadTypes: [0], clockRate: 8_000, isOpen: true, continues };
}

/** What the spool would tell of captures after a crash now. */
function told(under: EngineUnderTest): readonly RecoveredCapture[] {
  const reading = new SpoolReading();
  for (const name of under.spool.names()) reading.read(under.spool.readAll(name));
  return reading.captures();
}

test('a capture that goes on begins, for the spool too, when it can hear again and not before', async () => {
  const under = new EngineUnderTest();
  const bind = under.ports.bind.bind(under.ports);
  under.ports.bind = async (port, listener) => {
    await new Promise<void>((resolve) => under.clock.later(700, resolve));
    return bind(port, listener);
  };
  const other = await under.start();
  const askedAt = under.clock.now();
  const { started } = await under.passUntil(under.engine.resume([goingOn(under, 20_500)]));
  const [{ streamId, startedAt } = assert.fail()] = started;
  assert.ok(startedAt >= askedAt + 700);
  const [capture] = told(under).filter(({ live }) => live.streamId === streamId);
  assert.equal(capture?.begunAt, startedAt);
  assert.equal(intervalOfCrash(capture ?? assert.fail(), after(startedAt, 50))?.from, startedAt);
  assert.notEqual(other.streamId, streamId);
  await under.stop();
});

test('of a capture that cannot go on, because its port is taken, the spool says nothing', async () => {
  const under = new EngineUnderTest();
  under.ports.taken.add(20_500);
  const [taken, free] = [goingOn(under, 20_500), goingOn(under, 20_502)];
  const { started, failed } = await under.passUntil(under.engine.resume([taken, free]));
  assert.deepEqual([started.map(({ streamId }) => streamId), failed], [[free.streamId], [taken.streamId]]);
  assert.deepEqual(
    told(under).map(({ live }) => live.streamId),
    [free.streamId],
  );
  await under.stop();
});

test('a capture that is ended before it could begin lets go of its port', async () => {
  const under = new EngineUnderTest();
  const bind = under.ports.bind.bind(under.ports);
  under.ports.bind = async (port, listener) => {
    await new Promise<void>((resolve) => under.clock.later(700, resolve));
    return bind(port, listener);
  };
  const request = goingOn(under, 20_500);
  const resuming = under.engine.resume([request]);
  await under.engine.close([request.streamId]);
  await under.passUntil(under.engine.end(request.streamId));
  assert.deepEqual((await under.passUntil(resuming)).failed, [request.streamId]);
  assert.equal(under.ports.at(20_500).isClosed, true);
  assert.deepEqual(told(under), []);
  await under.stop();
});

test('an item is answered as kept only when it is durable', async () => {
  const under = new EngineUnderTest();
  const streamId = under.ids.next<StreamId>();
  const home = { recordingId: under.ids.next<RecordingId>(), conversationId: under.ids.next<ConversationId>() };
  const kind = { payloadTypes: [], clockRate: 1_000, isFed: true, isPlain: true, isOfItems: true } as const;
  await under.passUntil(under.engine.start({ streamId, ...home, ...kind, isOpen: true }, 0));
  under.spool.stall();
  let answer: string | undefined;
  const kept = under.engine.keep(streamId, new Uint8Array([7, 0, 0, 0]), under.clock.now());
  void kept.then((told) => {
    answer = told;
  });
  await under.clock.pass(1_000);
  assert.equal(answer, undefined);
  under.spool.resume();
  assert.equal(await under.passUntil(kept), 'kept');
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await under.stored(streamId), [7]);
  await under.stop();
});

test('an item of a capture that waits for an anchor is none, and a gate that waits for one is confirmed', async () => {
  const under = new EngineUnderTest();
  const streamId = under.ids.next<StreamId>();
  const home = { recordingId: under.ids.next<RecordingId>(), conversationId: under.ids.next<ConversationId>() };
  const kind = { payloadTypes: [], clockRate: 1_000, isFed: true, isPlain: true, needsAnchor: true } as const;
  await under.passUntil(under.engine.start({ streamId, ...home, ...kind, isOpen: true }, 0));
  const feed = (number: number, isAnchor: boolean): boolean =>
    under.engine.feed(streamId, new Uint8Array([number, 0, 0, 0]), under.clock.now(), isAnchor);
  feed(1, true);
  feed(2, false);
  await under.engine.close([streamId]);
  const opening = under.engine.open([streamId], under.clock.now());
  const [wanted] = under.fencesWanted;
  const fence = { kind: 'fence', streamId, number: wanted?.number ?? 0, at: under.clock.now() } as const;
  under.engine.takeFed({ items: [fence], bytes: new Uint8Array(), cost: 0 });
  assert.deepEqual((await under.passUntil(opening)).unconfirmed, []);
  // What follows on what was withheld cannot be understood, and would show what changed meanwhile.
  feed(3, false);
  feed(4, true);
  feed(5, false);
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await under.stored(streamId), [1, 2, 4, 5]);
  await under.stop();
});

test('a capture that was taken up keeps nothing that depends on earlier units before an anchor has come', async () => {
  const under = new EngineUnderTest();
  const streamId = under.ids.next<StreamId>();
  const home = { recordingId: under.ids.next<RecordingId>(), conversationId: under.ids.next<ConversationId>() };
  const kind = { payloadTypes: [], clockRate: 1_000, isFed: true, isPlain: true, needsAnchor: true } as const;
  const continues = { port: 0, nextSegmentNumber: 0, previousTag: '0'.repeat(32) };
  await under.passUntil(under.engine.resume([{ streamId, ...home, ...kind, isOpen: true, continues }]));
  const feed = async (number: number, isAnchor: boolean): Promise<void> => {
    under.engine.feed(streamId, new Uint8Array([number, 0, 0, 0]), under.clock.now(), isAnchor);
    await under.clock.pass(packetMs);
  };
  const from = under.clock.now();
  await feed(1, false);
  await feed(2, false);
  await feed(3, true);
  await feed(4, false);
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await under.stored(streamId), [3, 4]);
  assert.deepEqual(
    under.intervals.map(({ kind: what, from: at, unitCount }) => [what, at, unitCount]),
    [['lost', from, 2]],
  );
  await under.stop();
});
