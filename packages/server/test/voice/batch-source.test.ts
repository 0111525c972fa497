/** The batch receiver behind its port: real sockets, and a thread that reads only when the test lets it. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConversationId, Instant, MediaNews, RecordingId, StreamId, StreamInterval } from '@tacet/domain';
import { loadReceiver, type NativeReceiver } from '@tacet/receiver';
import { MemoryBlobs, MemoryKeys, MemorySpoolFolder } from '@tacet/testkit';
import { randomIds } from '../../src/random-ids.ts';
import { steadyClock, takeEpoch } from '../../src/steady-clock.ts';
import { batchPorts } from '../../src/voice/batch-source.ts';
import type { DatagramPorts } from '../../src/voice/index.ts';
import { MediaEngine } from '../../src/voice/index.ts';
import { numbered } from './engine-under-test.ts';

const native = loadReceiver();
const skip = native === undefined ? 'the batch receiver was not built' : false;
const clock = steadyClock(takeEpoch());

interface Heard {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly arrivedAt: Instant;
}

async function listening(ports: DatagramPorts) {
  const heard: Heard[] = [];
  const drops: number[] = [];
  const listener = (bytes: Uint8Array, _from: unknown, arrivedAt: Instant): void => {
    heard.push({ text: Buffer.from(bytes).toString('latin1'), bytes, arrivedAt });
  };
  const source = await ports.bind(0, listener, { dropped: (count) => void drops.push(count) });
  const socket = createSocket('udp4');
  const send = (bytes: string | Uint8Array): Promise<void> =>
    new Promise((done, failed) => {
      socket.send(bytes, source.port, '127.0.0.1', (error) => (error === null ? done() : failed(error)));
    });
  const stop = async (): Promise<void> => {
    socket.close();
    await source.close();
  };
  return { heard, drops, source, send, stop };
}

/** Nothing is read meanwhile. */
function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}

/** The same receiver on a machine whose wall clock somebody sets: all that the kernel says later is `aheadMs` ahead. */
function withWallClock(it: NativeReceiver, aheadMs: () => number): NativeReceiver {
  return {
    ...it,
    sweep: (...words) => {
      const count = it.sweep(...words);
      words[6][0] = (words[6][0] ?? 0) + aheadMs();
      return count;
    },
  };
}

test('a datagram is told with its arrival, however late it is read, and its bytes are gone afterwards', {
  skip,
}, async () => {
  assert.ok(native !== undefined);
  const { heard, source, send, stop } = await listening(batchPorts(native, '127.0.0.1', clock));
  const before = clock.now();
  await send('first');
  const sentBy = clock.now();
  stall(60);
  source.fetch();
  assert.equal(heard[0]?.text, 'first');
  assert.ok(heard[0].arrivedAt >= before && heard[0].arrivedAt <= sentBy + 1, 'the kernel says when it came');
  assert.deepEqual([...heard[0].bytes], [0, 0, 0, 0, 0]);
  await stop();
});

test('sockets are read without being asked, quiet ones as well', { skip }, async () => {
  assert.ok(native !== undefined);
  const ports = batchPorts(native, '127.0.0.1', clock);
  const all = await Promise.all(Array.from({ length: 40 }, () => listening(ports)));
  await wait(700);
  for (const one of all) await one.send('now');
  for (let tries = 0; tries < 200 && all.some(({ heard }) => heard.length === 0); tries += 1) await wait(10);
  assert.ok(all.every(({ heard }) => heard.length === 1));
  for (const one of all) await one.stop();
});

test('what waited while the wall clock was set is told as read now, and stamps are trusted again behind it', {
  skip,
}, async () => {
  assert.ok(native !== undefined);
  let aheadMs = 0;
  const { heard, source, send, stop } = await listening(
    batchPorts(
      withWallClock(native, () => aheadMs),
      '127.0.0.1',
      clock,
    ),
  );
  source.fetch();
  await send('waits');
  stall(30);
  const setAt = clock.now();
  aheadMs = -20;
  source.fetch();
  assert.ok((heard[0]?.arrivedAt ?? 0) >= setAt, 'never too early');
  aheadMs = 0;
  source.fetch();
  source.fetch();
  await send('later');
  const sentBy = clock.now();
  stall(30);
  source.fetch();
  assert.ok((heard[1]?.arrivedAt ?? Number.POSITIVE_INFINITY) <= sentBy + 1);
  await stop();
});

test('a fence passes at once when the socket is empty, behind all that had arrived', { skip }, async () => {
  assert.ok(native !== undefined);
  const { heard, source, send, stop } = await listening(batchPorts(native, '127.0.0.1', clock));
  for (let number = 0; number < 300; number += 1) await send(String(number));
  const countBefore = heard.length;
  let heardAtFence = -1;
  source.sendFence(() => {
    heardAtFence = heard.length;
  });
  assert.ok(countBefore <= 300);
  assert.equal(heardAtFence, 300);
  await stop();
});

test('what comes while a fence reads its socket empty has not arrived before it', { skip }, async () => {
  assert.ok(native !== undefined);
  const stallMs = 30;
  const ports = batchPorts(native, '127.0.0.1', clock);
  let passedAt: Instant | undefined;
  const heardAt: Instant[] = [];
  const source = await ports.bind(0, (_bytes, _from, arrivedAt) => {
    heardAt.push(arrivedAt);
    stall(stallMs);
  });
  const socket = createSocket('udp4');
  await new Promise((sent) => socket.send('one', source.port, '127.0.0.1', sent));
  source.sendFence((at) => {
    passedAt = at;
  });
  const doneAt = clock.now();
  socket.close();
  await source.close();
  assert.ok(passedAt !== undefined && heardAt[0] !== undefined);
  assert.ok(passedAt > heardAt[0] && passedAt <= doneAt - stallMs, `${heardAt[0]}, ${passedAt}, ${doneAt}`);
});

/** A media engine on the batch receiver, and a sender whose packets wait until something reads them. */
async function recording() {
  assert.ok(native !== undefined);
  const blobs = new MemoryBlobs();
  const intervals: StreamInterval[] = [];
  let unitCount = 0;
  const tell = async (news: MediaNews): Promise<void> => {
    if (news.kind === 'segmentStored') unitCount += news.segment.unitCount;
    if (news.kind === 'timelineGrown') intervals.push(...news.timeline.intervals);
  };
  const report = (error: unknown): void => assert.fail(String(error));
  const stores = { keys: new MemoryKeys(1), blobs, spoolFolder: new MemorySpoolFolder() };
  const datagrams = batchPorts(native, '127.0.0.1', clock);
  const engine = new MediaEngine({ clock, ids: randomIds, ...stores, datagrams, tell, report });
  const streamId = randomIds.next<StreamId>();
  const home = { recordingId: randomIds.next<RecordingId>(), conversationId: randomIds.next<ConversationId>() };
  const request = { streamId, ...home, payloadTypes: [0], clockRate: 8_000, isOpen: true };
  const { port } = await engine.start(request, 0);
  const socket = createSocket('udp4');
  const send = (first: number, last: number): Promise<void> =>
    new Promise((done) => {
      for (let number = first; number <= last; number += 1) {
        socket.send(numbered(number), port, '127.0.0.1', () => (number === last ? done() : undefined));
      }
    });
  const stop = async () => {
    socket.close();
    const ended = await engine.end(streamId);
    await engine.dispose();
    return { ended, unitCount, intervals };
  };
  return { engine, streamId, send, stop };
}

test('a datagram that arrived before the close and is read after it is admitted, one that came in the pause is not', {
  skip,
}, async () => {
  const { engine, streamId, send, stop } = await recording();
  await send(1, 20);
  // Nothing has been read of these when the pause is asked for.
  const [closed] = await engine.close([streamId]);
  assert.equal(closed?.withheldCount, 0);
  await send(21, 50);
  stall(20);
  const opened = await engine.open([streamId], clock.now());
  assert.equal(opened.confirmed[0]?.withheldCount, 30);
  await send(51, 60);
  const { ended, unitCount } = await stop();
  assert.equal(unitCount, 30);
  assert.equal(ended.withheldCount, 30);
});

test('what the kernel had no room for is told as lost to overload, with its count', { skip }, async () => {
  const { send, stop } = await recording();
  await send(1, 5);
  const sent = 6_000;
  await send(6, sent);
  const { unitCount, intervals } = await stop();
  assert.ok(unitCount < sent, 'a receive buffer has an end');
  const lost = intervals.filter((interval) => interval.kind === 'lost');
  assert.ok(lost.every(({ reason }) => reason === 'overload'));
  assert.equal(
    lost.reduce((sum, interval) => sum + interval.unitCount, 0),
    sent - unitCount,
  );
});
