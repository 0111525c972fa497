/** Holds through the API, and the suppression that an operator may set for them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOnHold, isSecurePause } from '@tacet/domain';
import { recoverNode } from '../../src/control/index.ts';
import { agentActor, Requests } from './change-under-test.ts';
import {
  actorWith,
  agent,
  agentAddress,
  ControlUnderTest,
  customer,
  customerAddress,
  otherUser,
  stream,
} from './control-under-test.ts';

function stateOf(under: ControlUnderTest, id: Parameters<ControlUnderTest['stored']>[0]) {
  return under.stored(id).then(({ control }) => control.causes.map(({ cause }) => cause));
}

test('recording is withheld from the first hold to the end of the last, where that is set', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true });
  const started = await under.startCall();
  const requests = new Requests(under, started.conversationId);
  await requests.hold(customerAddress);
  const heldAt = under.clock.now();
  assert.deepEqual(under.gates(started), [false, false]);
  const held = await under.stored(started.conversationId);
  assert.deepEqual([isOnHold(held), isSecurePause(held.control)], [true, false]);
  under.clock.advance(1_000);
  await requests.hold(agentAddress);
  under.clock.advance(1_000);
  await under.passUntil(requests.hold(customerAddress, false));
  assert.deepEqual(under.gates(started), [false, false], 'the other one is still on hold');
  await under.passUntil(requests.hold(agentAddress, false));
  assert.deepEqual(under.gates(started), [true, true]);
  const [span, ...more] = await under.spans(started.conversationId);
  assert.deepEqual(more, []);
  assert.deepEqual([span?.reason, span?.closedAt, span?.cause], ['Hold', heldAt, 'holdSuppression']);
  assert.ok((span?.openedAt ?? 0) >= heldAt + 2_000);
});

test('where it is not set a hold is noted, and recording goes on', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  await new Requests(under, started.conversationId).hold(customerAddress);
  assert.deepEqual(under.gates(started), [true, true]);
  assert.equal(isOnHold(await under.stored(started.conversationId)), true);
  assert.deepEqual(await under.spans(started.conversationId), []);
});

test('a user holds only in conversations in which that user takes part', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true });
  const started = await under.startCall();
  for (const role of ['agent', 'admin'] as const) {
    const requests = new Requests(under, started.conversationId, actorWith(role, '*', otherUser));
    await assert.rejects(requests.hold(customerAddress), { code: 'notParticipant' }, role);
    await assert.rejects(requests.hold(customerAddress, false), { code: 'notParticipant' }, role);
  }
  assert.deepEqual(under.gates(started), [true, true]);
  await new Requests(under, started.conversationId, actorWith('admin')).hold(customerAddress);
  assert.deepEqual(under.gates(started), [false, false], 'a program has no conversations of its own');
});

test('a hold whose gates do not confirm is an error, and nobody is noted as held', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true });
  const started = await under.startCall();
  const { conversationId, streams } = started;
  const silent = streams[0]?.streamId ?? assert.fail();
  under.media.scripted.silence(silent);
  const requests = new Requests(under, conversationId);
  await assert.rejects(under.passUntil(requests.hold(customerAddress)), { code: 'gateUnconfirmed' });
  const after = await under.stored(conversationId);
  assert.deepEqual([isOnHold(after), after.control.hasUnconfirmedPause], [false, true]);
  assert.deepEqual(under.gates(started), [true, false], 'what did close stays closed');
  under.media.scripted.revive(silent);
  await under.passUntil(requests.hold(customerAddress));
  assert.deepEqual(under.gates(started), [false, false]);
});

test('a hold that cannot be written down is an error, and its gates stay shut', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true });
  const started = await under.startCall();
  under.faulty.failWhen(() => true);
  const requests = new Requests(under, started.conversationId);
  await assert.rejects(requests.hold(customerAddress), { code: 'storageUnavailable' });
  assert.deepEqual(under.gates(started), [false, false]);
  assert.equal(isOnHold(await under.stored(started.conversationId)), false);
  assert.equal(isOnHold(under.context.live.get(started.conversationId)?.conversation ?? assert.fail()), false);
});

test('the end of a hold never clears a secure pause, in either order', async () => {
  for (const order of ['hold first', 'pause first']) {
    await using under = new ControlUnderTest({ suppressesOnHold: true });
    const started = await under.startCall();
    const { conversationId } = started;
    const requests = new Requests(under, conversationId);
    if (order === 'pause first') await under.pause(conversationId);
    await requests.hold(customerAddress);
    if (order === 'hold first') await under.pause(conversationId);
    await under.passUntil(requests.hold(customerAddress, false));
    assert.deepEqual(await stateOf(under, conversationId), ['securePause'], order);
    assert.deepEqual(under.gates(started), [false, false], order);
    await under.passUntil(under.resume(conversationId));
    assert.deepEqual(under.gates(started), [true, true], order);
  }
});

test('a resume while somebody is on hold clears the secure pause only', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true });
  const started = await under.startCall();
  const requests = new Requests(under, started.conversationId);
  await requests.hold(customerAddress);
  await under.pause(started.conversationId);
  assert.equal((await under.passUntil(under.resume(started.conversationId))).state, 'PAUSED');
  assert.deepEqual(await stateOf(under, started.conversationId), ['holdSuppression']);
  assert.deepEqual(under.gates(started), [false, false]);
});

test('the end of a hold that a pause overtakes is done all the same, under that pause', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true, guardMs: 100 });
  const started = await under.startCall();
  const { conversationId } = started;
  const requests = new Requests(under, conversationId);
  await requests.hold(customerAddress);
  const unholding = requests.hold(customerAddress, false);
  await under.quiet();
  const pausing = under.pause(conversationId);
  await under.passUntil(Promise.all([unholding, pausing]));
  assert.deepEqual(await stateOf(under, conversationId), ['securePause']);
  assert.equal(isOnHold(await under.stored(conversationId)), false);
  assert.deepEqual(under.gates(started), [false, false]);
  for (const { streamId } of started.streams) {
    const { length } = under.media.scripted.openStretches(streamId);
    assert.equal(length, 1, 'no gate was open in between');
  }
});

test('a hold whose participant leaves with the media is over', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true, guardMs: 50 });
  const started = await under.startCall();
  const requests = new Requests(under, started.conversationId);
  await requests.hold(agentAddress);
  await under.updateCall(started.recordingId, { participants: [customer], streams: [stream('1', 'p1')] });
  await under.clock.pass(200);
  assert.deepEqual(await stateOf(under, started.conversationId), []);
  assert.equal(under.gates(started)[0], true);
});

test('a hold does not outlive its recording session, and the next one is recorded', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true, guardMs: 50 });
  const first = await under.startCall();
  await new Requests(under, first.conversationId).hold(customerAddress);
  await under.endCall(first.recordingId);
  const second = await under.passUntil(under.startCall({ participants: [customer, agent] }, 'call-2'));
  assert.equal(second.conversationId, first.conversationId);
  assert.deepEqual(under.gates(second), [true, true]);
});

test('a hold survives a crash, with its suppression, until it is taken off', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true });
  const { conversationId } = await under.startCall();
  await new Requests(under, conversationId).hold(customerAddress);
  const next = under.contextOf();
  await recoverNode(next, new Map());
  const back = next.live.get(conversationId)?.conversation ?? assert.fail();
  assert.deepEqual([isOnHold(back), back.control.causes.map(({ cause }) => cause)], [true, ['holdSuppression']]);
  await under.passUntil(new Requests(under, conversationId, agentActor, next).hold(customerAddress, false));
  const over = await under.stored(conversationId);
  assert.deepEqual([isOnHold(over), over.control.causes], [false, []]);
});

test('the end of a hold that could not be written down is made up for at the next start', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true });
  const first = await under.startCall();
  const { conversationId } = first;
  await new Requests(under, conversationId).hold(customerAddress);
  under.faulty.failWhen(({ audit = [] }) => audit.some(({ action }) => action === 'resumeGranted'));
  await under.endCall(first.recordingId);
  await under.clock.pass(50);
  assert.deepEqual(await stateOf(under, conversationId), ['holdSuppression']);
  assert.equal(under.reports.length, 1);
  under.faulty.heal();
  const next = under.contextOf();
  await recoverNode(next, new Map());
  await under.clock.pass(50);
  assert.deepEqual(await stateOf(under, conversationId), []);
});

test('a recording session that follows on a hold whose end failed is recorded after all', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true });
  const first = await under.startCall();
  await new Requests(under, first.conversationId).hold(customerAddress);
  under.faulty.failWhen(({ audit = [] }) => audit.some(({ action }) => action === 'resumeGranted'));
  await under.endCall(first.recordingId);
  await under.clock.pass(50);
  under.faulty.heal();
  const second = await under.startCall({}, 'call-2');
  await under.clock.pass(50);
  assert.equal(second.conversationId, first.conversationId);
  assert.deepEqual(under.gates(second), [true, true]);
});

test('every hold and its end is in the audit log with its pause, and a hold of the same again changes nothing', async () => {
  await using under = new ControlUnderTest({ suppressesOnHold: true });
  const { conversationId } = await under.startCall();
  const requests = new Requests(under, conversationId);
  await requests.hold(customerAddress);
  await requests.hold(customerAddress);
  await under.passUntil(requests.hold(customerAddress, false));
  const told = (await under.audit(conversationId)).map(({ action, result }) => `${action} ${result}`);
  assert.deepEqual(told.slice(2), [
    'participantChanged done',
    'recordingPaused done',
    'participantChanged unchanged',
    'resumeGranted done',
    'participantChanged done',
    'recordingResumed done',
  ]);
  assert.equal((await under.spans(conversationId)).length, 1);
});
