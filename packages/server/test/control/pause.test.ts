/** Pausing: every gate or an error (P2), durable before it is answered, fail closed (P5), one interval (P7, P11). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, limits, reportedState } from '@tacet/domain';
import { viewOf } from '../../src/control/index.ts';
import { ControlUnderTest, stream, twoParty } from './control-under-test.ts';

test('a pause is answered only after every gate has confirmed and the fact is durable', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  const steps: string[] = [];
  await under.quiet();
  under.media.onCommand = (command) => void steps.push(command);
  let letCommit: () => void = () => undefined;
  under.faulty.onCommit = () => {
    steps.push(`commit, gates open: ${under.gates(started).includes(true)}`);
    return new Promise((resolve) => {
      letCommit = resolve;
    });
  };
  let isAnswered = false;
  const asked = under.pause(conversationId).then((answer) => {
    isAnswered = true;
    return answer;
  });
  await under.clock.pass(1_000);
  assert.deepEqual(steps, ['close', 'commit, gates open: false']);
  assert.equal(isAnswered, false, 'the fact is not durable yet');
  letCommit();
  const { state, closedAt } = await asked;
  assert.equal(state, 'PAUSED');
  const [span] = await under.spans(conversationId);
  assert.equal(span?.closedAt, closedAt);
  for (const { streamId } of streams) {
    const [stretch] = under.media.scripted.openStretches(streamId);
    assert.ok(stretch?.to !== undefined && closedAt !== undefined && stretch.to <= closedAt);
  }
  assert.equal((await under.stored(conversationId)).control.causes[0]?.spanId, span?.id);
});

test('a gate that does not confirm before the deadline is named in the fault, and those that closed stay closed', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  const silent = streams[1]?.streamId ?? assert.fail();
  under.media.scripted.silence(silent);
  const askedAt = under.clock.now();
  const asked = under.pause(conversationId);
  asked.catch(() => undefined);
  await under.clock.pass(limits.gateDeadlineMs - 1);
  const isPending = await Promise.race([asked.catch(() => false), under.clock.pass(0).then(() => true)]);
  assert.equal(isPending, true, 'the deadline has not passed');
  const fault = await under.passUntil(asked, 1).then(
    () => assert.fail('a wish is not answered as a fact'),
    (error: unknown) => error,
  );
  assert.ok(fault instanceof Fault && fault.code === 'gateUnconfirmed');
  assert.deepEqual(fault.facts['streams'], [silent]);
  assert.ok(under.clock.now() - askedAt <= limits.gateDeadlineMs + 1);
  assert.deepEqual(under.gates(started), [false, true]);
  assert.deepEqual(under.alarms, [{ what: 'gateUnconfirmed', facts: { conversationId, streams: 1 } }]);
});

test('a pause that was not confirmed is not reported as PAUSED and makes no span', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, streams } = await under.startCall();
  under.media.scripted.silence(streams[0]?.streamId ?? assert.fail());
  await assert.rejects(under.passUntil(under.pause(conversationId)), { code: 'gateUnconfirmed' });
  const stored = await under.stored(conversationId);
  assert.equal(reportedState(stored.control, 2), 'ACTIVE');
  assert.equal(viewOf(under.context, stored).recordingState, 'ACTIVE');
  assert.equal(stored.control.hasUnconfirmedPause, true);
  assert.deepEqual(await under.spans(conversationId), []);
  assert.deepEqual(await under.changes(conversationId), ['recordingPaused failed']);
});

test('after a pause that was not confirmed a new capture starts closed', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, streams } = await under.startCall();
  under.media.scripted.silence(streams[0]?.streamId ?? assert.fail());
  await assert.rejects(under.passUntil(under.pause(conversationId)), { code: 'gateUnconfirmed' });
  const joined = await under.startCall({ streams: [stream('3', 'p1')] }, 'call-2');
  assert.equal(joined.conversationId, conversationId);
  assert.deepEqual(under.gates(joined), [false]);
});

test('a pause asked for again after one that was not confirmed succeeds once every gate answers', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  const silent = streams[0]?.streamId ?? assert.fail();
  under.media.scripted.silence(silent);
  await assert.rejects(under.passUntil(under.pause(conversationId)), { code: 'gateUnconfirmed' });
  await assert.rejects(under.passUntil(under.pause(conversationId)), { code: 'gateUnconfirmed' });
  under.media.scripted.revive(silent);
  const again = await under.pause(conversationId);
  assert.equal(again.state, 'PAUSED');
  assert.deepEqual(under.gates(started), [false, false]);
  const spans = await under.spans(conversationId);
  assert.deepEqual(
    spans.map(({ closedAt, openedAt }) => [closedAt, openedAt]),
    [[under.clock.now(), undefined]],
    'the span begins where the last gate closed',
  );
  assert.equal((await under.stored(conversationId)).control.hasUnconfirmedPause, false);
});

test('a stream that ended before its gate could confirm does not stand in the way of a pause', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, streams } = await under.startCall();
  const gone = streams[0]?.streamId ?? assert.fail();
  under.media.scripted.silence(gone);
  const live = under.context.live.get(conversationId) ?? assert.fail();
  under.media.onCommand = (command) => {
    if (command === 'close') under.context.live.dropCapture(live, gone);
  };
  const { state } = await under.passUntil(under.pause(conversationId));
  assert.equal(state, 'PAUSED');
});

test('a pause whose commit fails leaves every gate shut, is no state, and starts what joins closed', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId } = started;
  under.faulty.failWhen(({ spans }) => spans !== undefined);
  await assert.rejects(under.pause(conversationId), { code: 'storageUnavailable' });
  assert.deepEqual(under.gates(started), [false, false]);
  assert.notEqual(viewOf(under.context, await under.stored(conversationId)).recordingState, 'PAUSED');
  under.faulty.heal();
  const joined = await under.startCall({ streams: [stream('3', 'p1')] }, 'call-2');
  assert.deepEqual(under.gates(joined), [false]);
  const again = await under.pause(conversationId);
  assert.equal(again.state, 'PAUSED');
  assert.equal((await under.spans(conversationId)).length, 1);
});

test('a span says from when, why, who asked, through which door and under which request', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  under.clock.advance(1_234);
  const pausing = under.asked('PUT /api/v2/conversations/calls/{conversationId}/recordingstate');
  const { closedAt } = await under.pause(conversationId, { asked: pausing });
  const [going] = await under.spans(conversationId);
  const { id: _, ...facts } = going ?? assert.fail();
  assert.deepEqual(facts, {
    conversationId,
    cause: 'securePause',
    reason: 'SecurePause',
    closedAt,
    pausedBy: pausing,
    withheldCount: 0,
  });
  under.clock.advance(2_000);
  const resuming = under.asked('PATCH /api/v2/conversations/{conversationId}/recordingstate');
  await under.resume(conversationId, { asked: resuming });
  const [over] = await under.spans(conversationId);
  const now = under.clock.now();
  assert.deepEqual(over, { ...going, grantedAt: now, openedAt: now, resumedBy: resuming });
});

test('suppression of a hold is a span of its own reason', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  await under.pause(conversationId, { cause: 'holdSuppression' });
  const [span] = await under.spans(conversationId);
  assert.deepEqual([span?.cause, span?.reason], ['holdSuppression', 'Hold']);
});

test('the same pause asked for twice is the same success and one span', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const first = await under.pause(conversationId);
  under.clock.advance(700);
  const second = await under.pause(conversationId);
  assert.deepEqual([second.state, second.closedAt], ['PAUSED', first.closedAt]);
  assert.equal((await under.spans(conversationId)).length, 1);
  assert.deepEqual(await under.changes(conversationId), ['recordingPaused done', 'recordingPaused unchanged']);
});

test('a pause that is answered as unchanged although it cannot be written down is an error, and the pause goes on', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  await under.pause(started.conversationId);
  under.faulty.failWhen(() => true);
  await assert.rejects(under.pause(started.conversationId), { code: 'storageUnavailable' });
  under.faulty.heal();
  assert.deepEqual(under.gates(started), [false, false]);
  assert.equal((await under.pause(started.conversationId)).state, 'PAUSED');
});

test('a conversation that nothing captures can be paused, and what joins it starts closed', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  await under.endCall(recordingId);
  const { state, closedAt } = await under.pause(conversationId);
  assert.deepEqual([state, closedAt], ['PAUSED', under.clock.now()]);
  assert.deepEqual(under.gates(await under.startCall(twoParty, 'call-2')), [false, false]);
});

test('a pause names the streams it closed in the audit log, by id and never by content', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, streams } = await under.startCall();
  const { closedAt } = await under.pause(conversationId);
  const [span] = await under.spans(conversationId);
  const entry = (await under.audit(conversationId)).find(({ action }) => action === 'recordingPaused');
  assert.deepEqual(entry?.facts, { closedAt, spanId: span?.id, streams: streams.map(({ streamId }) => streamId) });
});
