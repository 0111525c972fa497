/** Segments go into store a few at a time, again and again until they are in, and are waited for by stream. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from '@tacet/testkit';
import { EngineUnderTest, range } from './engine-under-test.ts';

/** As many streams as asked for, each with ten packets and an end that is under way. */
async function endMany(under: EngineUnderTest, count: number) {
  const streams = [];
  for (let place = 0; place < count; place += 1) streams.push(await under.start());
  for (const { port } of streams) await under.send(port, 1, 10);
  return streams.map(({ streamId }) => ({ streamId, ended: under.engine.end(streamId) }));
}

test('at most four segments are put at once, and all of them get in', async () => {
  const under = new EngineUnderTest();
  const put = under.blobs.put.bind(under.blobs);
  let [running, most] = [0, 0];
  under.blobs.put = async (name, bytes) => {
    running += 1;
    most = Math.max(most, running);
    await settled();
    await put(name, bytes);
    running -= 1;
  };
  const ending = await endMany(under, 11);
  await under.passUntil(Promise.all(ending.map(({ ended }) => ended)));
  assert.equal(most, 4);
  for (const { streamId } of ending) assert.deepEqual(await under.stored(streamId), range(1, 10));
  await under.stop();
});

test('a stream waits for its own segments and for no others', async () => {
  const under = new EngineUnderTest();
  const [slow, quick] = [await under.start(), await under.start()];
  await under.send(slow.port, 1, 10);
  await under.send(quick.port, 1, 10);
  under.onNews = (news) => {
    if (news.kind !== 'segmentStored' || news.segment.streamId !== slow.streamId) return undefined;
    return new Promise<void>((resolve) => void under.clock.later(60_000, resolve));
  };
  let isSlowDone = false;
  const slowEnd = under.engine.end(slow.streamId).then(() => {
    isSlowDone = true;
  });
  await under.passUntil(under.engine.end(quick.streamId));
  assert.equal(isSlowDone, false);
  await under.passUntil(slowEnd, 1_000);
  await under.stop();
});

test('a segment that cannot be put is tried again each second, and holds up no other for good', async () => {
  const under = new EngineUnderTest();
  under.blobs.failPuts(9);
  const ending = await endMany(under, 6);
  await under.passUntil(Promise.all(ending.map(({ ended }) => ended)), 100);
  for (const { streamId } of ending) assert.deepEqual(await under.stored(streamId), range(1, 10));
  assert.equal(under.reports.length, 9);
  await under.stop();
});

test('after a stop nothing is tried again, and nobody is left waiting', async () => {
  const under = new EngineUnderTest();
  under.blobs.failPuts(1_000);
  const ending = await endMany(under, 6);
  const ended = Promise.all(ending.map((one) => one.ended));
  await under.passUntil(under.engine.dispose(), 100);
  await under.passUntil(ended, 100);
  const before = under.reports.length;
  await under.clock.pass(60_000);
  assert.equal(under.reports.length, before);
});
