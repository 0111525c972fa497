/** Fed captures over a real worker: order with commands, edges with a stalled main thread, and room that is bounded. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Instant, limits, type StreamId } from '@tacet/domain';
import { type FedBatch, Feed } from '../../src/voice/feed.ts';
import { EngineUnderTest, numbered, range } from './engine-under-test.ts';
import { clock, WorkerUnderTest } from './worker-under-test.ts';

/** Hands numbered packets over. */
function feedAll({ node }: WorkerUnderTest, streamId: StreamId, numbers: readonly number[]): void {
  for (const number of numbers) assert.equal(node.feed(streamId, numbered(number), clock.now()), true);
}

test('a fed capture has no port, and keeps what was handed over while its gate was open, in order', async () => {
  await using under = await WorkerUnderTest.start();
  const { streamId, ...asked } = under.request();
  const started = await under.node.start({ streamId, ...asked, isFed: true }, 0);
  assert.equal(started.port, 0);
  feedAll(under, streamId, range(1, 20));
  const [closed] = await under.node.close([streamId]);
  assert.ok(closed !== undefined);
  feedAll(under, streamId, range(21, 30));
  const { confirmed } = await under.node.open([streamId], clock.now());
  assert.equal(confirmed[0]?.withheldCount, 10);
  feedAll(under, streamId, range(31, 40));
  await under.node.end(streamId);
  assert.deepEqual(await under.stored(streamId), [...range(1, 20), ...range(31, 40)]);
});

test('what was fed before a command reaches the gate before it', async () => {
  await using under = await WorkerUnderTest.start();
  const asked = under.request();
  const { streamId } = asked;
  await under.node.start({ ...asked, isFed: true }, 0);
  // All in one breath, as a main thread does that was stalled: nothing of the feed has left when the command is given.
  feedAll(under, streamId, range(1, 50));
  const closing = under.node.close([streamId]);
  feedAll(under, streamId, range(51, 60));
  await closing;
  const ended = await under.node.end(streamId);
  assert.equal(ended.withheldCount, 10);
  assert.deepEqual(await under.stored(streamId), range(1, 50));
});

/** Sends numbered packets over TCP from a thread of its own, each with the instant it was written. */
const senderSource = `
const { workerData, parentPort } = require('node:worker_threads');
const socket = require('node:net').connect(workerData.port, '127.0.0.1');
socket.setNoDelay(true);
const write = (from, to, done) => {
  for (let number = from; number < to; number += 1) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(number);
    socket.write(bytes, number === to - 1 ? done : undefined);
  }
};
parentPort.on('message', ({ from, to, shared }) => write(from, to, () => {
  Atomics.store(new Int32Array(shared), 0, to);
  Atomics.notify(new Int32Array(shared), 0);
}));
`;

/** Whether packets that wait in the socket of a stalled main thread are in store after a resume in the same breath. */
async function storedAfterStall(under: WorkerUnderTest): Promise<readonly number[]> {
  const asked = under.request();
  const { streamId } = asked;
  await under.node.start({ ...asked, isFed: true }, 0);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const sender = new Worker(senderSource, { eval: true, workerData: { port: address.port } });
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('data', (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += 4) {
      under.node.feed(streamId, numbered(bytes.readUInt32LE(at)), clock.now());
    }
  });
  const shared = new SharedArrayBuffer(4);
  const sent = new Int32Array(shared);
  const send = (from: number, to: number): void => sender.postMessage({ from, to, shared });
  send(0, 20);
  while (Atomics.load(sent, 0) < 20) await wait(2);
  await wait(50);
  await under.node.close([streamId]);
  const opening = under.node.open([streamId], clock.now());
  // The stall: the worker's wish for a fence waits here already when forty packets come in, and none of it is read.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  send(20, 60);
  while (Atomics.load(sent, 0) < 60) Atomics.wait(sent, 0, Atomics.load(sent, 0), 20);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  const { unconfirmed } = await opening;
  assert.deepEqual(unconfirmed, []);
  await wait(20);
  send(60, 80);
  while (Atomics.load(sent, 0) < 80) await wait(2);
  await wait(50);
  await under.node.end(streamId);
  sender.postMessage({ from: 0, to: 0, shared });
  await sender.terminate();
  socket.destroy();
  server.close();
  return under.stored(streamId);
}

test('what waited in the socket of a stalled main thread during a pause is not admitted after the resume', async () => {
  await using under = await WorkerUnderTest.start();
  assert.deepEqual(await storedAfterStall(under), [...range(0, 19), ...range(60, 79)]);
});

/** A feed whose turns and channel are in the test's hands. */
function feedByHand(): { feed: Feed; batches: FedBatch[]; turn: () => void } {
  const batches: FedBatch[] = [];
  let soon: (() => void)[] = [];
  const feed = new Feed({
    now: () => 1_000 as Instant,
    send: (batch) => void batches.push(batch),
    soon: (step) => void soon.push(step),
  });
  const turn = (): void => {
    const now = soon;
    soon = [];
    for (const step of now) step();
  };
  return { feed, batches, turn };
}

const stream = 'a' as StreamId;
const at = 500 as Instant;

function kinds(batches: readonly FedBatch[]): readonly string[] {
  return batches.flatMap(({ items }) => items.map(({ kind }) => kind));
}

test('a fence stands behind all that was read in one whole turn after it was asked for', () => {
  const { feed, batches, turn } = feedByHand();
  feed.fence(stream, 1);
  turn();
  assert.deepEqual(kinds(batches), []);
  feed.unit(stream, new Uint8Array(10), at);
  turn();
  assert.deepEqual(kinds(batches), ['unit', 'fence']);
});

test('a fence waits for another turn while the last one read as much as a socket may hand out at once', () => {
  const { feed, batches, turn } = feedByHand();
  feed.fence(stream, 1);
  turn();
  for (let round = 0; round < 3; round += 1) {
    feed.unit(stream, new Uint8Array(70_000), at);
    turn();
  }
  assert.ok(!kinds(batches).includes('fence'));
  turn();
  assert.equal(kinds(batches).at(-1), 'fence');
});

test('units beyond what a worker can take are refused and told as lost by overload', () => {
  const { feed, batches, turn } = feedByHand();
  const megabyte = 1_048_576;
  let taken = 0;
  while (feed.unit(stream, new Uint8Array(megabyte), at)) taken += 1;
  assert.equal(taken, Math.floor(limits.fedBacklogBytesMax / (megabyte + 64)));
  assert.equal(feed.unit(stream, new Uint8Array(megabyte), 600 as Instant), false);
  turn();
  const cost = batches.reduce((sum, batch) => sum + batch.cost, 0);
  assert.ok(cost <= limits.fedBacklogBytesMax);
  // The units were handed to the channel, not yet taken by the worker: there is no room still.
  assert.equal(feed.unit(stream, new Uint8Array(megabyte), 700 as Instant), false);
  feed.taken(cost);
  turn();
  assert.equal(feed.unit(stream, new Uint8Array(megabyte), 800 as Instant), true);
  const gaps = batches.flatMap(({ items }) => items.flatMap((item) => (item.kind === 'gap' ? [item.gap] : [])));
  assert.equal(
    gaps.reduce((sum, { unitCount }) => sum + unitCount, 0),
    3,
  );
  assert.deepEqual([...new Set(gaps.map(({ reason }) => reason))], ['overload']);
});

test('nothing of a unit stays behind on the main thread once it is on its way', () => {
  const { feed, turn } = feedByHand();
  const bytes = new Uint8Array(100).fill(7);
  feed.unit(stream, bytes, at);
  turn();
  assert.ok(bytes.every((byte) => byte === 0));
});

test('what is missing while the gate is shut is withheld and never told as lost', async () => {
  const under = new EngineUnderTest();
  const { streamId } = await under.start();
  const gapNow = (): void => {
    const to = under.clock.now();
    under.engine.feedGap(streamId, { from: (to - 100) as Instant, to, unitCount: 5, reason: 'network' });
  };
  await under.clock.pass(200);
  gapNow();
  await under.engine.close([streamId]);
  await under.clock.pass(200);
  gapNow();
  await under.passUntil(under.engine.end(streamId));
  await under.stop();
  const lost = under.intervals.filter(({ kind }) => kind === 'lost');
  assert.deepEqual(
    lost.map(({ unitCount }) => unitCount),
    [5],
  );
});
