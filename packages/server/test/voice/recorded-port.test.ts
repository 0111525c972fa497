/** One port, its gate and its fences: what is kept, judged by content. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SpoolReading } from '@tacet/capture';
import { limits } from '@tacet/domain';
import { settled } from '@tacet/testkit';
import { EngineUnderTest, numbered, packetMs, range } from './engine-under-test.ts';

test('what arrives while the gate is open is stored once and in place, what arrives while it is shut never', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 50);
  const [closed] = await under.engine.close([streamId]);
  await under.send(port, 51, 80);
  const { confirmed, unconfirmed } = await under.passUntil(under.engine.open([streamId], under.clock.now()));
  assert.deepEqual([confirmed[0]?.withheldCount, unconfirmed], [30, []]);
  await under.send(port, 81, 100);
  const ended = await under.passUntil(under.engine.end(streamId));
  assert.deepEqual([ended.segmentCount, ended.withheldCount], [2, 30]);
  assert.deepEqual(await under.stored(streamId), [...range(1, 50), ...range(81, 100)]);
  assert.deepEqual(under.intervals, [{ kind: 'withheld', from: closed?.at, to: confirmed[0]?.at, unitCount: 30 }]);
  await under.stop();
});

test('a datagram that is withheld is overwritten at once, and so is one that is no packet of the stream', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  const foreign = numbered(1);
  foreign[1] = 8;
  const noise = Buffer.from('card 4111111111111111, not RTP at all');
  await under.engine.close([streamId]);
  const withheld = numbered(2);
  for (const bytes of [foreign, noise, withheld]) {
    port.arrive(bytes);
    assert.ok(bytes.every((byte) => byte === 0));
  }
  await under.stop();
});

test('bytes are taken over within the call: what becomes of their memory afterwards reaches no recording', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  for (const number of range(1, 50)) {
    const bytes = numbered(number);
    port.arrive(bytes);
    bytes.fill(0xee);
    await under.clock.pass(packetMs);
  }
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await under.stored(streamId), range(1, 50));
  await under.stop();
});

test('what a fetch finds when gates close is admitted by its arrival, on the same edge in every stream', async () => {
  const under = new EngineUnderTest();
  const streams = [await under.start(), await under.start()];
  for (const { port } of streams) await under.send(port, 1, 10);
  const edge = under.clock.now();
  for (const { port } of streams) {
    port.waiting = [() => port.arriveAt(numbered(11), edge, -1), () => port.arriveAt(numbered(12), edge, 0)];
  }
  const closed = await under.engine.close(streams.map(({ streamId }) => streamId));
  assert.deepEqual(
    closed.map(({ at, withheldCount }) => [at, withheldCount]),
    [
      [edge, 1],
      [edge, 1],
    ],
  );
  for (const { streamId } of streams) {
    await under.passUntil(under.engine.end(streamId));
    assert.deepEqual(await under.stored(streamId), range(1, 11));
  }
  await under.stop();
});

test('no gate opens before the fence is back, and what was read before it stays withheld', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start(false);
  port.returnsFences = false;
  let isOpen = false;
  const opening = under.engine.open([streamId], under.clock.now()).then(() => {
    isOpen = true;
  });
  await settled();
  assert.equal(port.fences.length, 1);
  // These had waited in the queue before the fence.
  await under.send(port, 1, 2);
  assert.equal(isOpen, false);
  port.passFence();
  await opening;
  await under.send(port, 3, 10);
  await under.passUntil(under.engine.end(streamId)).catch(assert.fail);
  assert.deepEqual(await under.stored(streamId), range(3, 10));
  await under.stop();
});

test('no fence is sent before the instant from which the gate may open', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start(false);
  const notBefore = (under.clock.now() + 250) as ReturnType<typeof under.clock.now>;
  const opening = under.engine.open([streamId], notBefore);
  await under.clock.pass(249);
  assert.equal(port.fencesSent, 0);
  const { confirmed } = await under.passUntil(opening, 1);
  assert.ok((confirmed[0]?.at ?? 0) >= notBefore);
  await under.stop();
});

test('a fence that was lost is sent again until one comes back', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start(false);
  port.returnsFences = false;
  const opening = under.engine.open([streamId], under.clock.now());
  await under.clock.pass(3 * limits.fenceRetryMs);
  assert.equal(port.fencesSent, 4);
  port.passFence();
  assert.deepEqual((await opening).unconfirmed, []);
  await under.clock.pass(10 * limits.fenceRetryMs);
  assert.equal(port.fencesSent, 4, 'an open gate needs no fence');
  await under.stop();
});

test('a gate that is closed again before its fence is back has not opened, and an old fence opens nothing', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  const [closed] = await under.engine.close([streamId]);
  port.returnsFences = false;
  const opening = under.engine.open([streamId], under.clock.now());
  await settled();
  under.clock.advance(packetMs);
  const [again] = await under.engine.close([streamId]);
  assert.equal(again?.at, closed?.at, 'it has been shut all the time');
  assert.deepEqual((await opening).unconfirmed, [streamId]);
  port.passFence();
  await under.send(port, 1, 5);
  await under.passUntil(under.engine.end(streamId)).catch(assert.fail);
  assert.deepEqual(await under.stored(streamId), []);
  await under.stop();
});

test('a fence of an opening that was given up does not stand for that of the next one', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start(false);
  port.returnsFences = false;
  const first = under.engine.open([streamId], under.clock.now());
  await under.engine.close([streamId]);
  assert.deepEqual((await first).unconfirmed, [streamId]);
  const second = under.engine.open([streamId], under.clock.now());
  assert.equal(port.fences.length, 2);
  port.passFence();
  // It waited in the queue between the two fences.
  port.arrive(numbered(1));
  port.passFence();
  assert.deepEqual((await second).unconfirmed, []);
  await under.send(port, 2, 10);
  port.returnsFences = true;
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await under.stored(streamId), range(2, 10));
  await under.stop();
});

test('closing a gate that is shut and opening one that is open say since when it is so', async () => {
  const under = new EngineUnderTest();
  const { streamId } = await under.start();
  const openedAt = under.clock.now();
  under.clock.advance(500);
  const { confirmed } = await under.engine.open([streamId], under.clock.now());
  assert.ok((confirmed[0]?.at ?? 0) <= openedAt);
  const [first] = await under.engine.close([streamId]);
  under.clock.advance(500);
  const [second] = await under.engine.close([streamId]);
  assert.equal(second?.at, first?.at);
  await under.stop();
});

test('a packet that comes late, from before the resume, is refused after it', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 10);
  await under.engine.close([streamId]);
  await under.send(port, 11, 12);
  await under.send(port, 14, 20);
  await under.passUntil(under.engine.open([streamId], under.clock.now()));
  port.arrive(numbered(13));
  await under.send(port, 21, 30);
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await under.stored(streamId), [...range(1, 10), ...range(21, 30)]);
  await under.stop();
});

test('what the network lost while the gate was open is told as lost, and what was lost in a pause is not', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 10);
  await under.send(port, 14, 30);
  await under.engine.close([streamId]);
  await under.send(port, 31, 33);
  await under.send(port, 40, 45);
  await under.passUntil(under.engine.open([streamId], under.clock.now()));
  await under.send(port, 46, 80);
  await under.passUntil(under.engine.end(streamId));
  const lost = under.intervals.filter(({ kind }) => kind === 'lost');
  assert.deepEqual(
    lost.map((interval) => [interval.unitCount, interval.kind === 'lost' && interval.reason]),
    [[3, 'network']],
  );
  const withheld = under.intervals.filter(({ kind }) => kind === 'withheld');
  assert.deepEqual(
    withheld.map(({ unitCount }) => unitCount),
    [9],
  );
  await under.stop();
});

test('two streams know nothing of each other: one is shut, the other goes on', async () => {
  const under = new EngineUnderTest();
  const one = await under.start();
  const two = await under.start();
  await under.engine.close([one.streamId]);
  await under.send(one.port, 1, 5);
  await under.send(two.port, 101, 105);
  await under.passUntil(under.engine.end(one.streamId));
  await under.passUntil(under.engine.end(two.streamId));
  assert.deepEqual(await under.stored(one.streamId), []);
  assert.deepEqual(await under.stored(two.streamId), range(101, 105));
  await under.stop();
});

test('a gap that still waits for late packets when the process dies is in the spool, sealed with what came after it', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 10);
  await under.send(port, 12, 60);
  await under.clock.pass(limits.spoolSyncMs * 2);
  const reading = new SpoolReading();
  for (const name of under.spool.names()) reading.read(under.spool.readAll(name));
  const [found] = reading.captures();
  assert.equal(found?.live.streamId, streamId);
  assert.deepEqual(
    found?.intervals.map(({ kind, unitCount }) => [kind, unitCount]),
    [['lost', 1]],
  );
  await under.stop();
});
