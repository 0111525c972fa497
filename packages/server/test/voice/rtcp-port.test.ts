/** RTCP on the port of a stream and on one of its own: through the same gate, and no earlier than the stream. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSegmentFile, unsealChunks } from '@tacet/capture';
import type { CaptureRequest, ConversationId, RecordingId, StreamId } from '@tacet/domain';
import { isRtcp, readRtcp, writeSenderReport } from '@tacet/wire/rtp';
import { EngineUnderTest } from './engine-under-test.ts';
import type { HandFedPort } from './hand-fed-ports.ts';

interface Reported {
  readonly streamId: StreamId;
  readonly port: HandFedPort;
  readonly rtcp: HandFedPort;
}

async function start(under: EngineUnderTest, rtcp: 'mux' | 'own', isOpen = true): Promise<Reported> {
  const streamId = under.ids.next<StreamId>();
  const home = { recordingId: under.ids.next<RecordingId>(), conversationId: under.ids.next<ConversationId>() };
  const request: CaptureRequest = { streamId, ...home, payloadTypes: [0], clockRate: 8_000, isOpen, rtcp };
  const { port } = await under.passUntil(under.engine.start(request, 30_000));
  return { streamId, port: under.ports.at(port), rtcp: under.ports.at(rtcp === 'own' ? port + 1 : port) };
}

function report(packetCount: number): Buffer {
  return Buffer.from(
    writeSenderReport({ ssrc: 7, ntpSeconds: 1, ntpFraction: 2, timestamp: 3, packetCount, payloadBytes: 5 }),
  );
}

/** The reports in store, by the packet counts in them. */
async function reportsOf(under: EngineUnderTest, streamId: StreamId): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const { id, blobName, wrappedKey } of under.segments.filter((segment) => segment.streamId === streamId)) {
    const file = parseSegmentFile(Buffer.from(await under.blobs.read(blobName)));
    const key = under.keys.unwrap(Buffer.from(wrappedKey, 'base64'), id);
    assert.ok(file !== undefined && key !== undefined);
    for (const outcome of unsealChunks(file, key)) {
      assert.ok(outcome.ok);
      for (const { bytes } of outcome.chunk.units) {
        const read = isRtcp(bytes) ? readRtcp(bytes) : undefined;
        if (read?.ok === true) counts.push(...read.value.senderReports.map(({ packetCount }) => packetCount));
      }
    }
  }
  return counts;
}

for (const place of ['mux', 'own'] as const) {
  test(`sender reports are kept while the gate is open and overwritten while it is shut (${place})`, async () => {
    const under = new EngineUnderTest();
    const { streamId, port, rtcp } = await start(under, place);
    await under.send(port, 1, 20);
    rtcp.arrive(report(20));
    await under.engine.close([streamId]);
    await under.send(port, 21, 50);
    const withheld = report(50);
    rtcp.arrive(withheld);
    assert.ok(withheld.every((byte) => byte === 0));
    await under.passUntil(under.engine.open([streamId], under.clock.now()));
    await under.send(port, 51, 80);
    rtcp.arrive(report(80));
    await under.passUntil(under.engine.end(streamId));
    assert.deepEqual(await reportsOf(under, streamId), [20, 80]);
    assert.equal((await under.stored(streamId)).includes(30), false);
    await under.stop();
    assert.ok(rtcp.isClosed);
  });
}

test('a report that waited in its own queue while the gate was shut is not kept', async () => {
  const under = new EngineUnderTest();
  const { streamId, port, rtcp } = await start(under, 'own', false);
  rtcp.returnsFences = false;
  await under.send(port, 1, 20);
  await under.passUntil(under.engine.open([streamId], under.clock.now()));
  await under.send(port, 21, 40);
  const waited = report(20);
  rtcp.arrive(waited);
  assert.ok(waited.every((byte) => byte === 0));
  rtcp.passFence();
  rtcp.arrive(report(40));
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await reportsOf(under, streamId), [40]);
  await under.stop();
});

test('a report that waited through a second pause is not kept either, and a fence of before proves nothing', async () => {
  const under = new EngineUnderTest();
  const { streamId, port, rtcp } = await start(under, 'own');
  await under.send(port, 1, 20);
  rtcp.arrive(report(20));
  await under.engine.close([streamId]);
  await under.send(port, 21, 40);
  rtcp.returnsFences = false;
  await under.passUntil(under.engine.open([streamId], under.clock.now()));
  await under.send(port, 41, 60);
  const waited = report(40);
  rtcp.arrive(waited);
  assert.ok(waited.every((byte) => byte === 0));
  // Shut and opened once more: the fence that is on its way is that of the opening before.
  await under.engine.close([streamId]);
  await under.passUntil(under.engine.open([streamId], under.clock.now()));
  rtcp.passFence();
  await under.send(port, 61, 80);
  rtcp.arrive(report(60));
  rtcp.passFence();
  await under.send(port, 81, 100);
  rtcp.arrive(report(100));
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await reportsOf(under, streamId), [20, 100]);
  await under.stop();
});

test('a report that had arrived before a pause and was not read yet is read with the stream', async () => {
  const under = new EngineUnderTest();
  const { streamId, port, rtcp } = await start(under, 'own');
  await under.send(port, 1, 20);
  const edge = under.clock.now();
  rtcp.waiting = [() => rtcp.arriveAt(report(20), edge, -1)];
  await under.engine.close([streamId]);
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await reportsOf(under, streamId), [20]);
  await under.stop();
});

test('a stream whose port for RTCP is taken is recorded without reports', async () => {
  const under = new EngineUnderTest();
  under.ports.taken.add(30_001);
  const streamId = under.ids.next<StreamId>();
  const home = { recordingId: under.ids.next<RecordingId>(), conversationId: under.ids.next<ConversationId>() };
  const always = { streamId, ...home, payloadTypes: [0], clockRate: 8_000, isOpen: true };
  const { port } = await under.passUntil(under.engine.start({ ...always, rtcp: 'own' }, 30_000));
  await under.send(under.ports.at(port), 1, 20);
  await under.passUntil(under.engine.end(streamId));
  assert.equal((await under.stored(streamId)).length, 20);
  await under.stop();
});
