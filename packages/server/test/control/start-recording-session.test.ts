/** A recording session begins with all its streams or not at all, and a change of it is no different. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@tacet/domain';
import { agentAddress, ControlUnderTest, customer, customerAddress, otherAgent, stream } from './control-under-test.ts';

test('a recording session that begins makes a conversation, a recording and a port for each stream', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall({}, 'call-id@sbc.example.test');
  const { conversationId, recordingId, streams } = started;
  assert.deepEqual(
    streams.map(({ label }) => label),
    ['1', '2'],
  );
  assert.equal(new Set(streams.map(({ port }) => port)).size, 2);
  const recording = await under.recording(recordingId);
  assert.partialDeepStrictEqual(recording, {
    conversationId,
    mediaType: 'call',
    startedAt: under.clock.now(),
    fileState: 'UPLOADING',
    sourceId: 'call-id@sbc.example.test',
  });
  assert.deepEqual(
    recording.streams.map(({ id }) => id),
    streams.map(({ streamId }) => streamId),
  );
  const { externalIds } = await under.stored(conversationId);
  assert.deepEqual(externalIds, [
    { name: 'communicationSession', value: 'communication-1' },
    { name: 'sipCallId', value: 'call-id@sbc.example.test' },
  ]);
});

test('when ports run out at the second stream the first is let go, and nothing is left of the recording session', async () => {
  await using under = new ControlUnderTest({ ports: 1 });
  await assert.rejects(under.startCall(), { code: 'portsExhausted' });
  assert.equal(under.context.live.count, 0);
  assert.equal(under.context.live.idOfKeys(['communication-1']), undefined);
  assert.deepEqual(await under.audit(), []);
  const [first] = under.media.requests;
  assert.equal(under.isOpen(first?.streamId ?? assert.fail()), false);
  const started = await under.startCall({ streams: [stream('1', 'p1')] });
  assert.deepEqual(under.gates(started), [true], 'the port is free again');
});

test('a recording session that fails to join leaves the conversation as it was', async () => {
  await using under = new ControlUnderTest({ ports: 3 });
  const first = await under.startCall();
  const before = await under.stored(first.conversationId);
  await assert.rejects(under.startCall({ participants: [customer, otherAgent] }, 'call-2'), { code: 'portsExhausted' });
  assert.deepEqual(under.context.live.get(first.conversationId)?.conversation, before);
  assert.deepEqual(under.gates(first), [true, true]);
  assert.equal((await under.pause(first.conversationId)).state, 'PAUSED');
});

test('a recording session that cannot be written down records nothing', async () => {
  await using under = new ControlUnderTest();
  under.faulty.failWhen(() => true);
  await assert.rejects(under.startCall(), { code: 'storageUnavailable' });
  for (const { streamId } of under.media.requests) assert.equal(under.isOpen(streamId), false);
  assert.equal(under.context.live.count, 0);
});

test('a conversation whose next recording session could not begin ends after its linger all the same', async () => {
  await using under = new ControlUnderTest({ ports: 2, lingerMs: 5_000 });
  const { conversationId, recordingId } = await under.startCall();
  await under.endCall(recordingId);
  await under.clock.pass(4_000);
  const three = [stream('1', 'p1'), stream('2', 'p2'), stream('3', 'p2')];
  await assert.rejects(under.startCall({ streams: three }, 'call-2'), { code: 'portsExhausted' });
  await under.clock.pass(4_000);
  assert.equal((await under.stored(conversationId)).endedAt, undefined, 'it is kept for as long as ever');
  await under.clock.pass(1_001);
  await under.quiet();
  assert.notEqual((await under.stored(conversationId)).endedAt, undefined);
});

test('a recording session has as many streams as the limit says and not one more', async () => {
  await using under = new ControlUnderTest();
  const many = (count: number) => Array.from({ length: count }, (_, place) => stream(String(place), 'p1'));
  const most = limits.streamsPerRecordingMax;
  await assert.rejects(under.startCall({ streams: many(most + 1) }), { code: 'offerUnacceptable' });
  assert.equal(under.media.requests.length, 0);
  assert.equal((await under.startCall({ streams: many(most) })).streams.length, most);
});

test('what the source agreed for a stream reaches its capture', async () => {
  await using under = new ControlUnderTest();
  const wide = [{ name: 'G722', payloadType: 9, clockRate: 8_000 }];
  await under.startCall({ streams: [{ label: '1', codecs: wide, payloadTypes: [9, 101], owners: ['p1'] }] });
  assert.partialDeepStrictEqual(under.media.requests[0], { payloadTypes: [9, 101], clockRate: 8_000, isOpen: true });
});

test('a change that cannot get its ports changes nothing', async () => {
  await using under = new ControlUnderTest({ ports: 2 });
  const started = await under.startCall();
  const { recordingId, conversationId } = started;
  const before = await under.recording(recordingId);
  const asked = under.updateCall(recordingId, {
    participants: [customer, otherAgent],
    streams: [stream('1', 'p1'), stream('2', 'p3'), stream('3', 'p3')],
  });
  await assert.rejects(asked, { code: 'portsExhausted' });
  assert.deepEqual(under.gates(started), [true, true]);
  await under.pause(conversationId);
  const { participants } = await under.stored(conversationId);
  assert.deepEqual(
    participants.filter(({ leftAt }) => leftAt === undefined).map(({ address }) => address),
    [customerAddress, agentAddress],
  );
  assert.deepEqual(await under.recording(recordingId), before);
});

test('a stream that is offered no more ends, and one that comes is recorded in the same recording', async () => {
  await using under = new ControlUnderTest();
  const { recordingId, streams } = await under.startCall();
  under.clock.advance(2_000);
  const changed = await under.updateCall(recordingId, { streams: [stream('1', 'p1'), stream('3', 'p2')] });
  assert.deepEqual(
    changed.streams.map(({ label }) => label),
    ['1', '3'],
  );
  assert.equal(changed.streams[0]?.port, streams[0]?.port, 'what goes on keeps its port');
  const recording = await under.recording(recordingId);
  assert.deepEqual(
    recording.streams.map(({ label, endedAt }) => [label, endedAt]),
    [
      ['1', undefined],
      ['2', under.clock.now()],
      ['3', undefined],
    ],
  );
  assert.equal(under.isOpen(streams[1]?.streamId ?? assert.fail()), false);
});

test('a recording session that is over, or never was, cannot be changed', async () => {
  await using under = new ControlUnderTest();
  const { recordingId } = await under.startCall();
  await under.endCall(recordingId);
  await assert.rejects(under.updateCall(recordingId, {}), { code: 'recordingUnknown', facts: { recordingId } });
});
