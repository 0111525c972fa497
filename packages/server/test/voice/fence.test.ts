/** The leak that a stalled thread makes: datagrams wait in the kernel during a pause and are read after the resume. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { parseSegmentFile, unsealChunks } from '@tacet/capture';
import type { ConversationId, Instant, MediaNews, RecordingId, SegmentDescriptor, StreamId } from '@tacet/domain';
import { MemoryBlobs, MemoryKeys, MemorySpoolFolder } from '@tacet/testkit';
import { randomIds } from '../../src/random-ids.ts';
import { steadyClock, takeEpoch } from '../../src/steady-clock.ts';
import { type DatagramPorts, datagramPorts, MediaEngine } from '../../src/voice/index.ts';
import { begun, handedOver, limit, markBytes, type SenderSettings, sharedBytes } from './marked-sender.ts';
import { receiverKinds } from './receiver-kinds.ts';

const epoch = takeEpoch();
const clock = steadyClock(epoch);
const streamId = randomIds.next<StreamId>();

/** The same ports, but their fence claims to have passed before anything was read. */
function withoutFence(ports: DatagramPorts): DatagramPorts {
  return {
    async bind(port, listener) {
      const source = await ports.bind(port, listener);
      return {
        port: source.port,
        sendFence: (passed) => queueMicrotask(() => passed(clock.now())),
        fetch: () => undefined,
        close: () => source.close(),
      };
    },
  };
}

interface Heard {
  /** When each stored payload was sent. */
  readonly storedSentAt: readonly Instant[];
  readonly closedAt: Instant;
  readonly resumedAt: Instant;
  readonly withheldCount: number;
}

async function storedMarks(
  blobs: MemoryBlobs,
  keys: MemoryKeys,
  segments: readonly SegmentDescriptor[],
): Promise<Instant[]> {
  const marks: Instant[] = [];
  for (const segment of segments) {
    const file = parseSegmentFile(Buffer.from(await blobs.read(segment.blobName)));
    const key = keys.unwrap(Buffer.from(segment.wrappedKey, 'base64'), segment.id);
    assert.ok(file !== undefined && key !== undefined);
    for (const outcome of unsealChunks(file, key)) {
      assert.ok(outcome.ok);
      for (const unit of outcome.chunk.units) {
        marks.push(Buffer.from(unit.bytes).subarray(-markBytes).readDoubleLE(4) as Instant);
      }
    }
  }
  return marks;
}

/** Records, pauses, stalls this thread inside the pause while packets keep coming, and resumes in the same breath. */
async function stallInsidePause(ports: DatagramPorts): Promise<Heard> {
  const blobs = new MemoryBlobs();
  const keys = new MemoryKeys(1);
  const segments: SegmentDescriptor[] = [];
  const tell = async (news: MediaNews): Promise<void> => {
    if (news.kind === 'segmentStored') segments.push(news.segment);
  };
  const report = (error: unknown): void => assert.fail(String(error));
  const spoolFolder = new MemorySpoolFolder();
  const engine = new MediaEngine({ clock, ids: randomIds, keys, blobs, spoolFolder, datagrams: ports, tell, report });
  const home = { recordingId: randomIds.next<RecordingId>(), conversationId: randomIds.next<ConversationId>() };
  const request = { streamId, ...home, payloadTypes: [0], clockRate: 8000, isOpen: true };
  const { port } = await engine.start(request, 0);
  const shared = new SharedArrayBuffer(sharedBytes);
  const counts = new Int32Array(shared);
  Atomics.store(counts, limit, 20);
  const settings: SenderSettings = { port, epoch, everyMs: 2, shared };
  const sender = new Worker(new URL('./marked-sender.ts', import.meta.url), { workerData: settings });
  const untilHandedOver = async (count: number): Promise<void> => {
    Atomics.store(counts, limit, count);
    while (Atomics.load(counts, handedOver) < count) await wait(2);
  };
  await untilHandedOver(20);
  await wait(20);
  const [closed] = await engine.close([streamId]);
  assert.ok(closed !== undefined);
  await untilHandedOver(30);
  // The stall: this thread reads nothing for 150 ms or more, while forty packets are put into its socket's buffer.
  Atomics.store(counts, limit, 70);
  const stalledAt = performance.now();
  while (Atomics.load(counts, handedOver) < 70 || performance.now() - stalledAt < 150) Atomics.load(counts, begun);
  const resumedAt = clock.now();
  const opened = await engine.open([streamId], resumedAt);
  assert.deepEqual(opened.unconfirmed, []);
  await untilHandedOver(90);
  sender.postMessage('stop');
  await wait(30);
  const ended = await engine.end(streamId);
  await engine.dispose();
  await sender.terminate();
  const storedSentAt = await storedMarks(blobs, keys, segments);
  return { storedSentAt, closedAt: closed.at, resumedAt, withheldCount: ended.withheldCount };
}

function leaked({ storedSentAt, closedAt, resumedAt }: Heard): readonly Instant[] {
  return storedSentAt.filter((sentAt) => sentAt >= closedAt && sentAt < resumedAt);
}

for (const kind of receiverKinds) {
  test(`datagrams that waited in the kernel during a pause are not admitted after the resume (${kind})`, async () => {
    const heard = await stallInsidePause(datagramPorts(kind, '127.0.0.1', clock));
    assert.deepEqual(leaked(heard), []);
    assert.equal(heard.withheldCount, 50);
    assert.equal(heard.storedSentAt.filter((sentAt) => sentAt < heard.closedAt).length, 20);
    assert.equal(heard.storedSentAt.filter((sentAt) => sentAt > heard.resumedAt).length, 20);
  });
}

test('without the fence the same stall leaks, so the rule above is one that can fail', async () => {
  const heard = await stallInsidePause(withoutFence(datagramPorts('dgram', '127.0.0.1', clock)));
  assert.ok(leaked(heard).length > 0);
});
