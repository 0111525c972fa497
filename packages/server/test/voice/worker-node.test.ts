/** A media worker as the main thread sees it: a real thread with real ports and files. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import type { CaptureRequest } from '@tacet/domain';
import { numbered, range } from './engine-under-test.ts';
import { clock, WorkerUnderTest } from './worker-under-test.ts';

/** Sends numbered packets to a port, all from the same address; each is in the kernel's hands when it resolves. */
function sender(port: number): AsyncDisposable & { readonly send: (numbers: readonly number[]) => Promise<void> } {
  const socket = createSocket('udp4');
  const one = (number: number): Promise<void> =>
    new Promise((resolve) => void socket.send(numbered(number), port, '127.0.0.1', () => resolve()));
  return {
    send: async (numbers) => {
      for (const number of numbers) await one(number);
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => void socket.close(() => resolve())),
  };
}

test('a worker records what reaches its port, withholds what comes in a pause, and tells what it stored', async () => {
  await using under = await WorkerUnderTest.start();
  const asked = under.request();
  const { streamId } = asked;
  const before = clock.now();
  const { port, startedAt } = await under.node.start(asked, 0);
  assert.ok(startedAt >= before - 0.1 && startedAt <= clock.now() + 0.1, 'its clock is ours');
  await using source = sender(port);
  await source.send(range(1, 20));
  const [closed] = await under.node.close([streamId]);
  assert.equal(closed?.streamId, streamId);
  await source.send(range(21, 30));
  const { confirmed } = await under.node.open([streamId], clock.now());
  // What it had not read of the first twenty when the gate was shut is withheld like the rest.
  const withheldCount = confirmed[0]?.withheldCount ?? assert.fail('the gate did not open');
  assert.ok(withheldCount >= 10);
  await source.send(range(31, 40));
  const ended = await under.node.end(streamId);
  assert.equal(ended.withheldCount, withheldCount);
  const segments = under.news.flatMap((news) => (news.kind === 'segmentStored' ? [news.segment] : []));
  const stored = await Promise.all(segments.sort((a, b) => a.number - b.number).map((one) => under.read(one)));
  assert.deepEqual(stored.flat(), [...range(1, 30 - withheldCount), ...range(31, 40)]);
  const grown = under.news.flatMap((news) => (news.kind === 'timelineGrown' ? news.timeline.intervals : []));
  assert.deepEqual(grown, [{ kind: 'withheld', from: closed?.at, to: confirmed[0]?.at, unitCount: withheldCount }]);
  assert.deepEqual(under.troubles, []);
});

test('a fault of the worker is the same fault here, with its facts', async () => {
  await using under = await WorkerUnderTest.start();
  const { port } = await under.node.start(under.request(), 0);
  await assert.rejects(under.node.start(under.request(), port), { code: 'mediaUnavailable', facts: { what: 'port' } });
  const { streamId } = under.request();
  await assert.rejects(under.node.end(streamId), { code: 'mediaUnavailable', facts: { streamId } });
});

test('an end waits until the news of the segment has been taken', async () => {
  await using under = await WorkerUnderTest.start();
  const asked = under.request();
  const { port } = await under.node.start(asked, 0);
  await using source = sender(port);
  await source.send([1]);
  let take: () => void = () => undefined;
  const isTold = new Promise<void>((resolve) => {
    under.onNews = (news) => {
      if (news.kind !== 'segmentStored') return Promise.resolve();
      resolve();
      return new Promise((settle) => {
        take = settle;
      });
    };
  });
  const steps: string[] = [];
  const ended = under.node.end(asked.streamId).then(() => steps.push('ended'));
  await isTold;
  // What the worker says after the news comes after it here: were the end told now, it would stand before this answer.
  await under.node.close([]);
  steps.push('taken');
  take();
  await ended;
  assert.deepEqual(steps, ['taken', 'ended']);
});

test('news that could not be taken is trouble, and the worker goes on', async () => {
  await using under = await WorkerUnderTest.start();
  under.onNews = () => Promise.reject(new Error('the store has stopped'));
  const asked = under.request();
  await under.node.start(asked, 0);
  await under.node.close([asked.streamId]);
  await under.node.open([asked.streamId], clock.now());
  assert.equal((await under.node.close([asked.streamId])).length, 1);
  assert.deepEqual(under.troubles, ['the store has stopped']);
});

test('a worker that dies is lost once: what waits for it fails, and so does whatever is asked of it later', async () => {
  await using under = await WorkerUnderTest.start();
  const { streamId } = under.request();
  // A message that no version of this protocol sends: a broken assertion ends the worker, and with it every gate.
  const waiting = [under.node.close(null as never), under.node.open([streamId], clock.now())];
  for (const answer of waiting) await assert.rejects(answer, { code: 'mediaUnavailable', facts: { what: 'worker' } });
  assert.equal(under.lostCount, 1);
  assert.equal(under.troubles.length, 1);
  await assert.rejects(under.node.close([streamId]), { code: 'mediaUnavailable' });
  await under.node.dispose();
  assert.equal(under.lostCount, 1);
});

test('a worker that cannot come up says so to who starts it, and is not lost beside', async () => {
  await using under = new WorkerUnderTest();
  // Without a file of wrapping keys no worker may seal anything.
  await assert.rejects(under.startWorker(), { code: 'mediaUnavailable', facts: { what: 'worker' } });
  assert.equal(under.lostCount, 0);
  assert.equal(under.troubles.length, 1);
});

test('a worker that is disposed stores what it has, and its end is nobody’s loss', async () => {
  await using under = await WorkerUnderTest.start();
  const { port } = await under.node.start(under.request(), 0);
  await using source = sender(port);
  await source.send(range(1, 5));
  await under.node.dispose();
  await under.node.dispose();
  assert.equal(under.lostCount, 0);
  const [segment] = under.news.flatMap((news) => (news.kind === 'segmentStored' ? [news.segment] : []));
  assert.deepEqual(await under.read(segment ?? assert.fail('nothing was stored')), range(1, 5));
  await assert.rejects(under.node.close([]), { code: 'mediaUnavailable' });
});

test('a worker tells its gauges each second, unasked', async () => {
  await using under = await WorkerUnderTest.start();
  const asked = under.request();
  await under.node.start(asked, 0);
  const before = Date.now();
  while (under.node.gauges()?.openGates !== 1 && Date.now() - before < 20_000) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.equal(under.node.gauges()?.openGates, 1);
});

const mebibyte = 1_048_576;

function itemsOf(under: WorkerUnderTest): CaptureRequest {
  return { ...under.request(), isFed: true, isPlain: true, isOfItems: true };
}

test('an item is kept while its gate is open, and withheld while it is shut', async () => {
  await using under = await WorkerUnderTest.start();
  const asked = itemsOf(under);
  const { streamId } = asked;
  await under.node.start(asked, 0);
  const item = (number: number): Uint8Array<ArrayBuffer> => new Uint8Array(new Uint32Array([number]).buffer);
  assert.equal(await under.node.keep(streamId, item(1), clock.now()), 'kept');
  await under.node.close([streamId]);
  assert.equal(await under.node.keep(streamId, item(2), clock.now()), 'withheld');
  await under.node.open([streamId], clock.now());
  assert.equal(await under.node.keep(streamId, item(3), clock.now()), 'kept');
  await under.node.end(streamId);
  assert.deepEqual(await under.stored(streamId), [1, 3]);
  await assert.rejects(under.node.keep(streamId, item(4), clock.now()), { code: 'mediaUnavailable' });
});

test('items beyond what a worker can take are refused, and whoever brought them is told', async () => {
  await using under = await WorkerUnderTest.start();
  const asked = itemsOf(under);
  await under.node.start(asked, 0);
  const large = (): Uint8Array<ArrayBuffer> => new Uint8Array(30 * mebibyte);
  const kept = Array.from({ length: 3 }, () => under.node.keep(asked.streamId, large(), clock.now()));
  const outcomes = await Promise.allSettled(kept);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected'],
  );
  assert.equal(await under.node.keep(asked.streamId, new Uint8Array(8), clock.now()), 'kept');
});

test('a socket whose fence does not come back opens no gate', async () => {
  await using under = await WorkerUnderTest.start();
  const asked: CaptureRequest = { ...under.request(), isFed: true, isOpen: false };
  const { streamId } = asked;
  await under.node.start(asked, 0);
  const travelling = Promise.withResolvers<void>();
  under.fences.set(streamId, () => travelling.promise);
  let isOpen = false;
  const opening = under.node.open([streamId], clock.now()).then(() => {
    isOpen = true;
  });
  under.node.feed(streamId, numbered(1), clock.now());
  await new Promise((resolve) => void setTimeout(resolve, 100));
  assert.equal(isOpen, false, 'it is on its way');
  under.node.feed(streamId, numbered(2), clock.now());
  travelling.resolve();
  await opening;
  under.node.feed(streamId, numbered(3), clock.now());
  await under.node.end(streamId);
  assert.deepEqual(await under.stored(streamId), [3]);
});
