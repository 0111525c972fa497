/** Who may pause (P12), and that every change and every refusal is written down (P9). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditEntry, type ConversationId, Fault, type RoleName } from '@tacet/domain';
import type { SetRecordingState } from '../../src/control/index.ts';
import {
  actorWith,
  agentUser,
  ControlUnderTest,
  customer,
  homeDivision,
  otherAgent,
  otherDivision,
  otherUser,
  stream,
} from './control-under-test.ts';

const unknownId = '00000000-0000-4000-8000-00000000dead' as ConversationId;

async function lastEntry(under: ControlUnderTest, id: ConversationId): Promise<AuditEntry> {
  return (await under.audit(id)).at(-1) ?? assert.fail('nothing was written down');
}

function asOwn(...actor: Parameters<typeof actorWith>): Pick<SetRecordingState, 'actor' | 'right'> {
  return { actor: actorWith(...actor), right: 'own' };
}

test("pausing others' conversations needs pauseOthers and no participation", async () => {
  const expected: { readonly [role in RoleName]: boolean } = {
    admin: true,
    supervisor: true,
    'recorder-integration': true,
    agent: false,
    'quality-evaluator': false,
  };
  for (const [role, isAllowed] of Object.entries(expected)) {
    await using under = new ControlUnderTest();
    const started = await under.startCall();
    const { conversationId } = started;
    // The agent of the call has no more rights at this door than anybody else.
    for (const actor of [actorWith(role as RoleName), actorWith(role as RoleName, '*', agentUser)]) {
      const asked = under.pause(conversationId, { actor });
      if (isAllowed) {
        assert.equal((await asked).state, 'PAUSED');
        await under.resume(conversationId, { actor });
      } else {
        await assert.rejects(asked, (error: Fault) => {
          assert.deepEqual(
            [error.code, error.facts['permissions']],
            ['permissionMissing', ['conversation:recording:pauseOthers']],
          );
          return true;
        });
        assert.deepEqual(under.gates(started), [true, true]);
      }
    }
  }
});

test("pausing one's own conversation needs an active participant", async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, recordingId } = started;
  assert.equal((await under.pause(conversationId, asOwn('agent', '*', agentUser))).state, 'PAUSED');
  assert.equal((await under.resume(conversationId, asOwn('agent', '*', agentUser))).state, 'ACTIVE');
  await assert.rejects(under.pause(conversationId, asOwn('agent', '*', otherUser)), { code: 'notParticipant' });
  await assert.rejects(under.pause(conversationId, asOwn('admin', '*', otherUser)), { code: 'notParticipant' });
  await under.updateCall(recordingId, { participants: [customer, otherAgent] });
  await assert.rejects(under.pause(conversationId, asOwn('agent', '*', agentUser)), { code: 'notParticipant' });
  assert.equal((await under.pause(conversationId, asOwn('agent', '*', otherUser))).state, 'PAUSED');
  await assert.rejects(under.resume(conversationId, asOwn('agent', '*', agentUser)), { code: 'notParticipant' });
});

test("pausing one's own conversation needs a user, whatever the client may do", async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  await assert.rejects(under.pause(conversationId, asOwn('admin')), { code: 'userNeeded' });
});

test("pausing one's own conversation needs the permission for it, beside taking part", async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  for (const role of ['quality-evaluator', 'recorder-integration'] as const) {
    await assert.rejects(under.pause(conversationId, asOwn(role, '*', agentUser)), (error: Fault) => {
      assert.deepEqual(error.facts['permissions'], ['conversation:recording:pause']);
      return error.code === 'permissionMissing';
    });
  }
});

test('both rights to pause end at the border of the division', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const elsewhere = under.pause(conversationId, { actor: actorWith('supervisor', otherDivision) });
  await assert.rejects(elsewhere, { code: 'permissionMissing' });
  const own = under.pause(conversationId, asOwn('agent', otherDivision, agentUser));
  await assert.rejects(own, { code: 'permissionMissing' });
  const here = await under.pause(conversationId, { actor: actorWith('supervisor', homeDivision) });
  assert.equal(here.state, 'PAUSED');
});

test('an agent who is in two legs of a conversation may pause it after one of them has ended', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  const second = await under.startCall({ streams: [stream('3', 'p2')] }, 'call-2');
  await under.endCall(first.recordingId);
  assert.equal((await under.pause(first.conversationId, asOwn('agent', '*', agentUser))).state, 'PAUSED');
  await under.endCall(second.recordingId);
  await assert.rejects(under.resume(first.conversationId, asOwn('agent', '*', agentUser)), { code: 'notParticipant' });
});

test('who was let in gets the pause even when they have left before its turn came', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, recordingId } = started;
  const leaving = under.updateCall(recordingId, { participants: [customer] });
  const pausing = under.pause(conversationId, asOwn('agent', '*', agentUser));
  await leaving;
  assert.equal((await pausing).state, 'PAUSED', 'no gate is shut without a pause that says so');
  assert.deepEqual(under.gates(started), [false, false]);
});

test('a conversation that has not the media type of the door is not there for it', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const asked = under.pause(conversationId, { mediaType: 'chat' });
  await assert.rejects(asked, { code: 'conversationUnknown', facts: { conversationId } });
  assert.equal((await under.pause(conversationId, { mediaType: 'call' })).state, 'PAUSED');
});

test('a conversation that is over, or never was, cannot be paused', async () => {
  await using under = new ControlUnderTest({ lingerMs: 0 });
  const { conversationId, recordingId } = await under.startCall();
  await under.endCall(recordingId);
  await under.clock.pass(10);
  await assert.rejects(under.pause(conversationId), { code: 'conversationUnknown' });
  await assert.rejects(under.resume(unknownId), { code: 'conversationUnknown' });
});

test('every refused attempt to pause or resume is in the audit log, with who, door and why', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const refusals = [
    { id: conversationId, state: 'PAUSED', more: { actor: actorWith('agent') }, code: 'permissionMissing' },
    { id: conversationId, state: 'ACTIVE', more: asOwn('admin'), code: 'userNeeded' },
    { id: conversationId, state: 'PAUSED', more: asOwn('agent', '*', otherUser), code: 'notParticipant' },
    { id: conversationId, state: 'PAUSED', more: { mediaType: 'email' }, code: 'conversationUnknown' },
    { id: unknownId, state: 'ACTIVE', more: {}, code: 'conversationUnknown' },
  ] as const;
  for (const { id, state, more, code } of refusals) {
    const asked = under.asked(`door of ${code}`);
    await assert.rejects(under.ask(id, state, { ...more, asked }), { code });
    const { action, result, by, facts, conversationId: about } = await lastEntry(under, id);
    assert.deepEqual(
      [action, result, by, about],
      [state === 'PAUSED' ? 'recordingPaused' : 'recordingResumed', 'refused', asked, id],
    );
    assert.equal(facts['fault'], code);
  }
  assert.equal((await under.audit(conversationId)).filter(({ result }) => result === 'refused').length, 4);
});

test('a refusal that cannot be written down is no success', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  under.faulty.failWhen(() => true);
  await assert.rejects(under.pause(started.conversationId, { actor: actorWith('agent') }), Fault);
  assert.deepEqual(under.gates(started), [true, true]);
});

test('each change is in the audit log once, in the order in which it came about', async () => {
  await using under = new ControlUnderTest({ lingerMs: 0 });
  const { conversationId, recordingId } = await under.startCall();
  await under.pause(conversationId);
  await under.resume(conversationId);
  await under.endCall(recordingId);
  await under.clock.pass(10);
  const entries = await under.audit(conversationId);
  assert.deepEqual(
    entries.map(({ action, result }) => `${action} ${result}`),
    [
      'conversationStarted done',
      'recordingStarted done',
      'recordingPaused done',
      'resumeGranted done',
      'recordingResumed done',
      'recordingEnded done',
      'conversationEnded done',
    ],
  );
});
