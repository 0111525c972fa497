import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationId } from '@tacet/domain';
import { recoverNode, type SessionDescription } from '../../src/control/index.ts';
import { agent, ControlUnderTest, customer, otherAgent, stream, twoParty } from './control-under-test.ts';

const masked = (label: string, ...owners: readonly string[]): SessionDescription['streams'][number] => ({
  ...stream(label, ...owners),
  isMasked: true,
});

/** What a source says that has stopped both streams. */
const paused: Partial<SessionDescription> = {
  streams: [masked('1', 'p1'), masked('2', 'p2')],
  source: { isPaused: true },
};
const held: Partial<SessionDescription> = { source: { isPaused: false, hold: 'all' } };

async function causesOf(under: ControlUnderTest, id: ConversationId): Promise<readonly string[]> {
  return (await under.stored(id)).control.causes.map(({ cause }) => cause);
}

test('a source that pauses shuts every gate before it is answered, and opens them by its own word', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, recordingId } = started;
  await under.updateCall(recordingId, paused);
  assert.deepEqual(under.gates(started), [false, false]);
  assert.deepEqual(await causesOf(under, conversationId), ['sourcePause']);
  const [span] = await under.spans(conversationId);
  assert.deepEqual([span?.cause, span?.reason, span?.openedAt], ['sourcePause', 'Pause', undefined]);
  under.clock.advance(1_000);
  await under.updateCall(recordingId, {});
  assert.deepEqual(under.gates(started), [true, true]);
  assert.deepEqual(await causesOf(under, conversationId), []);
  const [over] = await under.spans(conversationId);
  assert.equal(over?.openedAt, under.clock.now());
  assert.deepEqual(await under.changes(conversationId), [
    'recordingPaused done',
    'resumeGranted done',
    'recordingResumed done',
  ]);
});

test("a pause of the source ends by the source's word, and no other pause ends with it", async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, recordingId } = started;
  await under.updateCall(recordingId, paused);
  await under.pause(conversationId);
  const resumed = await under.resume(conversationId);
  assert.equal(resumed.state, 'PAUSED');
  assert.deepEqual(await causesOf(under, conversationId), ['sourcePause']);
  await under.pause(conversationId);
  await under.updateCall(recordingId, {});
  assert.deepEqual(await causesOf(under, conversationId), ['securePause']);
  assert.deepEqual(under.gates(started), [false, false]);
  await under.resume(conversationId);
  assert.deepEqual(under.gates(started), [true, true]);
});

test('a hold of everybody is a cause of its own, with the reason Hold', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, recordingId } = started;
  await under.updateCall(recordingId, held);
  const [span] = await under.spans(conversationId);
  assert.deepEqual([span?.cause, span?.reason], ['sourceHold', 'Hold']);
  assert.deepEqual(under.gates(started), [false, false]);
  await under.updateCall(recordingId, {});
  assert.deepEqual(under.gates(started), [true, true]);
});

test('one of several on hold silences nobody else, unless the policy says so', async () => {
  for (const suppressesOnHold of [false, true]) {
    await using under = new ControlUnderTest({ suppressesOnHold });
    const started = await under.startCall();
    await under.updateCall(started.recordingId, { source: { isPaused: false, hold: 'some' } });
    assert.deepEqual(under.gates(started), [!suppressesOnHold, !suppressesOnHold]);
    const expected = suppressesOnHold ? ['sourceHold'] : [];
    assert.deepEqual(await causesOf(under, started.conversationId), expected);
  }
});

test('a stream that is masked alone has its own gate shut, and a resume of the conversation leaves it so', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, recordingId } = started;
  await under.updateCall(recordingId, { streams: [masked('1', 'p1'), stream('2', 'p2')] });
  assert.deepEqual(under.gates(started), [false, true]);
  assert.deepEqual(await causesOf(under, conversationId), []);
  await under.pause(conversationId);
  await under.resume(conversationId);
  assert.deepEqual(under.gates(started), [false, true]);
  await under.updateCall(recordingId, {});
  assert.deepEqual(under.gates(started), [true, true]);
  const entries = (await under.audit(conversationId)).filter(({ action }) => action === 'streamsMasked');
  assert.deepEqual(
    entries.map(({ facts }) => facts),
    [
      { masked: [started.streams[0]?.streamId], unmasked: [] },
      { masked: [], unmasked: [started.streams[0]?.streamId] },
    ],
  );
});

test('a stream that is masked no longer stays shut while its conversation is paused', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, recordingId } = started;
  await under.updateCall(recordingId, { streams: [masked('1', 'p1'), stream('2', 'p2')] });
  await under.pause(conversationId);
  await under.updateCall(recordingId, {});
  assert.deepEqual(under.gates(started), [false, false]);
  await under.resume(conversationId);
  assert.deepEqual(under.gates(started), [true, true]);
});

test('a recording session that begins paused never has an open gate, and pauses what goes on beside it', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  const second = await under.startCall(paused, 'call-2');
  assert.equal(second.conversationId, first.conversationId);
  assert.deepEqual([...under.gates(first), ...under.gates(second)], [false, false, false, false]);
  assert.deepEqual(
    second.streams.map(({ streamId }) => under.media.scripted.openStretches(streamId)),
    [[], []],
  );
  await under.updateCall(second.recordingId, {});
  assert.deepEqual([...under.gates(first), ...under.gates(second)], [true, true, true, true]);
});

test('while one recording session is paused by its source, another of the conversation does not open anything', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  await under.updateCall(first.recordingId, paused);
  const second = await under.startCall({}, 'call-2');
  await under.updateCall(second.recordingId, { participants: [customer, otherAgent] });
  assert.deepEqual([...under.gates(first), ...under.gates(second)], [false, false, false, false]);
  await under.endCall(first.recordingId);
  assert.deepEqual(under.gates(second), [true, true]);
});

test('a pause whose recording session is over waits for the next one to say that it sends', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  const { conversationId } = first;
  await under.updateCall(first.recordingId, paused);
  await under.endCall(first.recordingId);
  assert.deepEqual(await causesOf(under, conversationId), ['sourcePause']);
  const second = await under.startCall({}, 'call-2');
  assert.equal(second.conversationId, conversationId);
  assert.deepEqual(under.gates(second), [true, true]);
  assert.deepEqual(await causesOf(under, conversationId), []);
});

test('a transfer while the source pauses stays paused', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  await under.updateCall(started.recordingId, paused);
  await under.updateCall(started.recordingId, {
    ...paused,
    participants: [customer, otherAgent],
    streams: [masked('1', 'p1'), masked('2', 'p3'), masked('3', 'p3')],
  });
  const { streams } = await under.recording(started.recordingId);
  assert.deepEqual(
    streams.map(({ id }) => under.isOpen(id)),
    [false, false, false],
  );
});

test('streams that the source ended altogether while it paused are there again when it resumes', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  await under.updateCall(started.recordingId, { streams: [], source: { isPaused: true } });
  assert.deepEqual(await causesOf(under, started.conversationId), ['sourcePause']);
  const again = await under.updateCall(started.recordingId, { participants: [customer, agent] });
  assert.deepEqual(under.gates(again), [true, true]);
  assert.deepEqual(
    again.streams.map(({ streamId }) => under.media.scripted.openStretches(streamId).length),
    [1, 1],
  );
});

test('a pause of the source that a gate does not confirm is refused, and nothing is open that could be shut', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const [silent, other] = started.streams;
  if (silent === undefined || other === undefined) throw new Error('there are two streams');
  under.media.scripted.silence(silent.streamId);
  await assert.rejects(under.passUntil(under.updateCall(started.recordingId, held)), { code: 'gateUnconfirmed' });
  assert.equal(under.isOpen(other.streamId), false);
  assert.deepEqual(await causesOf(under, started.conversationId), []);
  assert.equal((await under.stored(started.conversationId)).control.hasUnconfirmedPause, true);
  assert.equal(under.alarms.length, 1);
});

test('a mask whose gate does not confirm is refused, and told of', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, recordingId, streams } = started;
  under.media.scripted.silence(streams[0]?.streamId ?? assert.fail());
  const update = under.updateCall(recordingId, { streams: [masked('1', 'p1'), stream('2', 'p2')] });
  await assert.rejects(under.passUntil(update), { code: 'gateUnconfirmed' });
  assert.deepEqual(
    under.alarms.map(({ what }) => what),
    ['gateUnconfirmed'],
  );
  const done = (await under.audit(conversationId)).filter((entry) => entry.action === 'streamsMasked');
  assert.deepEqual(done, []);
});

test('a pause of the source overtakes a resume that still waits for its guard', async () => {
  await using under = new ControlUnderTest({ guardMs: 200 });
  const started = await under.startCall();
  const { conversationId, recordingId } = started;
  await under.pause(conversationId);
  const resuming = under.resume(conversationId);
  resuming.catch(() => undefined);
  await under.clock.pass(50);
  await under.passUntil(under.updateCall(recordingId, paused));
  await assert.rejects(resuming, { code: 'supersededByPause' });
  assert.deepEqual(under.gates(started), [false, false]);
  assert.deepEqual(new Set(await causesOf(under, conversationId)), new Set(['securePause', 'sourcePause']));
});

test('a secure pause overtakes the resume of a source, whose pause ends all the same', async () => {
  await using under = new ControlUnderTest({ guardMs: 200 });
  const started = await under.startCall();
  const { conversationId, recordingId } = started;
  await under.updateCall(recordingId, paused);
  const resuming = under.updateCall(recordingId, {});
  await under.clock.pass(50);
  await under.pause(conversationId);
  await under.passUntil(resuming);
  assert.deepEqual(under.gates(started), [false, false]);
  assert.deepEqual(await causesOf(under, conversationId), ['securePause']);
});

test('after a crash a pause of the source is there still, and ends with the word of the next recording session', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall({ ...twoParty, ...paused });
  const restarted = under.contextOf();
  await recoverNode(restarted, new Map());
  assert.deepEqual(
    restarted.live.get(started.conversationId)?.conversation.control.causes.map(({ cause }) => cause),
    ['sourcePause'],
  );
});
