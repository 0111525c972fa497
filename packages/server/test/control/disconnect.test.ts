/** A conversation is ended by request: recordings first, then everybody, then the sources hear of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordingId } from '@tacet/domain';
import { startConversation } from '../../src/control/index.ts';
import { Requests } from './change-under-test.ts';
import {
  actorWith,
  agentUser,
  ControlUnderTest,
  customer,
  homeDivision,
  otherDivision,
  otherUser,
} from './control-under-test.ts';

/** Ending everybody's conversations is for supervisors. */
const ending = actorWith('supervisor', '*', agentUser);

function listen(under: ControlUnderTest): RecordingId[] {
  const told: RecordingId[] = [];
  under.context.sources.onEnd((id) => told.push(id));
  return told;
}

test('everybody leaves, the recording is stored, and its source is told to stop after that', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  const found: Promise<readonly [RecordingId, string]>[] = [];
  under.context.sources.onEnd((id) => {
    found.push(under.recording(id).then(({ fileState }) => [id, fileState]));
  });
  under.clock.advance(1_000);
  await new Requests(under, conversationId, ending).disconnect();
  assert.deepEqual(await Promise.all(found), [[recordingId, 'AVAILABLE']]);
  const over = await under.stored(conversationId);
  assert.equal(over.endedAt, under.clock.now());
  for (const { leftAt, communications } of over.participants) {
    assert.equal(leftAt, under.clock.now());
    assert.partialDeepStrictEqual(communications, [{ state: 'disconnected', disconnectType: 'client' }]);
  }
  assert.equal(under.context.live.get(conversationId), undefined);
  const told = (await under.audit(conversationId)).map(({ action, result }) => `${action} ${result}`);
  assert.deepEqual(told.slice(-3), ['conversationDisconnected done', 'recordingEnded done', 'conversationEnded done']);
});

test('what is paused stays so until its end, and its end is that of the recording', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId } = started;
  under.clock.advance(1_000);
  const { closedAt } = await under.pause(conversationId);
  under.clock.advance(1_000);
  await new Requests(under, conversationId, ending).disconnect();
  for (const { streamId } of started.streams) {
    assert.deepEqual(
      under.media.scripted.openStretches(streamId).map(({ to }) => to),
      [closedAt],
    );
  }
  const over = await under.stored(conversationId);
  assert.deepEqual(
    over.control.causes.map(({ cause }) => cause),
    ['securePause'],
  );
  const recording = await under.recording(started.recordingId);
  assert.equal(recording.endedAt, under.clock.now());
});

test('a recording session that comes later with the same names is another conversation', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  await new Requests(under, first.conversationId, ending).disconnect();
  const second = await under.startCall({}, 'call-2');
  assert.notEqual(second.conversationId, first.conversationId);
});

test('every recording of the conversation ends, and every source is told', async () => {
  await using under = new ControlUnderTest();
  const told = listen(under);
  const first = await under.startCall();
  const second = await under.startCall({ participants: [customer] }, 'call-2');
  await new Requests(under, first.conversationId, ending).disconnect();
  assert.deepEqual(told, [first.recordingId, second.recordingId]);
  for (const id of told) assert.equal((await under.recording(id)).fileState, 'AVAILABLE');
});

test('a source whose recording was ended by request is told to stop, once the recording is closed', async () => {
  await using under = new ControlUnderTest();
  const told = listen(under);
  const { conversationId, recordingId } = await under.startCall();
  // The end of the recording cannot be written down; its captures are closed by then, and the source sends for nobody.
  under.faulty.failWhen(({ recordings = [] }) => recordings.length > 0);
  const requests = new Requests(under, conversationId, ending);
  await assert.rejects(requests.disconnect(), { code: 'storageUnavailable' });
  assert.deepEqual(told, [recordingId]);
  under.faulty.heal();
  await requests.disconnect();
  assert.notEqual((await under.stored(conversationId)).endedAt, undefined);
});

test('while nothing can be written down nobody leaves and no source is told', async () => {
  await using under = new ControlUnderTest();
  const told = listen(under);
  const started = await under.startCall();
  under.faulty.failWhen(() => true);
  await assert.rejects(new Requests(under, started.conversationId, ending).disconnect(), {
    code: 'storageUnavailable',
  });
  assert.deepEqual(told, []);
  assert.deepEqual(under.gates(started), [true, true]);
  const live = under.context.live.get(started.conversationId);
  assert.equal(
    live?.conversation.participants.every((p) => p.leftAt === undefined),
    true,
  );
});

test('a conversation that waits for another recording session is over at once', async () => {
  await using under = new ControlUnderTest({ lingerMs: 60_000 });
  const { conversationId, recordingId } = await under.startCall();
  await under.endCall(recordingId);
  await new Requests(under, conversationId, actorWith('admin')).disconnect();
  assert.equal((await under.stored(conversationId)).endedAt, under.clock.now());
});

test('ending takes the permission in the division, and what has ended is not there', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  for (const actor of [actorWith('quality-evaluator'), actorWith('admin', otherDivision)]) {
    const failure = { code: 'permissionMissing', facts: { permissions: ['conversation:communication:disconnect'] } };
    await assert.rejects(new Requests(under, conversationId, actor).disconnect(), failure);
  }
  const supervisor = new Requests(under, conversationId, actorWith('supervisor', homeDivision));
  await supervisor.disconnect();
  await assert.rejects(supervisor.disconnect(), { code: 'conversationUnknown' });
});

test('a conversation without a recording is over when its last participant is disconnected', async () => {
  await using under = new ControlUnderTest();
  const actor = actorWith('agent', '*', agentUser);
  const { conversation } = await startConversation(under.context, {
    actor,
    asked: under.asked('POST emails'),
    access: { permissions: ['conversation:email:create'] },
    mediaType: 'email',
    joining: [{ who: { purpose: 'agent', userId: agentUser } }, { who: { purpose: 'agent', userId: otherUser } }],
  });
  const requests = new Requests(under, conversation.id, actor);
  const [first, second] = conversation.participants.map(({ address }) => address);
  await requests.change(second ?? assert.fail(), { state: 'disconnected' });
  assert.equal((await under.stored(conversation.id)).endedAt, undefined);
  await requests.change(first ?? assert.fail(), { state: 'disconnected' });
  assert.notEqual((await under.stored(conversation.id)).endedAt, undefined);
  assert.equal(under.context.live.get(conversation.id), undefined);
});
