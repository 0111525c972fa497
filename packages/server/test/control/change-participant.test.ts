/** Who may change what of a participant, and what the audit log is told of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeParticipant, readWrapup, readWrapupCodes } from '../../src/control/index.ts';
import { agentActor, Requests } from './change-under-test.ts';
import {
  actorWith,
  agentAddress,
  agentUser,
  ControlUnderTest,
  customerAddress,
  otherDivision,
  otherUser,
} from './control-under-test.ts';

const admin = actorWith('admin');

test('who takes part needs no permission where the contract asks for none, and everybody else does', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const powerless = { ...agentActor, rights: [] };
  await new Requests(under, conversationId, powerless).describe(customerAddress, { a: '1' });
  await new Requests(under, conversationId, actorWith('recorder-integration')).describe(customerAddress, { b: '2' });
  const stored = await under.stored(conversationId);
  assert.deepEqual(stored.participants[0]?.attributes, { a: '1', b: '2' });
  for (const actor of [
    actorWith('agent', '*', otherUser),
    actorWith('quality-evaluator'),
    actorWith('recorder-integration', otherDivision),
  ]) {
    const refused = new Requests(under, conversationId, actor).describe(customerAddress, { c: '3' });
    await assert.rejects(refused, { code: 'permissionMissing' });
  }
  assert.deepEqual((await under.stored(conversationId)).participants[0]?.attributes, { a: '1', b: '2' });
});

test('who has left may still wrap up and describe what was theirs, and nothing of others', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  const requests = new Requests(under, conversationId);
  const own = requests.idOf(agentAddress);
  const customersId = requests.idOf(customerAddress);
  await under.endCall(recordingId);
  await under.clock.pass(60_000);
  assert.notEqual((await under.stored(conversationId)).endedAt, undefined);
  const about = { actor: agentActor, asked: under.asked(), conversationId, permissions: [], isRestricted: false };
  const wrapup = { code: 'sold' };
  await changeParticipant(under.context, { ...about, participantId: own, change: {}, wrapup });
  assert.equal((await under.stored(conversationId)).participants[1]?.communications[0]?.wrapup?.code, 'sold');
  const others = changeParticipant(under.context, { ...about, participantId: customersId, change: {}, wrapup });
  await assert.rejects(others, { code: 'permissionMissing' });
  assert.equal(under.context.live.get(conversationId), undefined, 'what has ended stays ended');
});

test('to disconnect in a conversation of others takes the permission to disconnect, and no other', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const wrapping = { ...actorWith('agent', '*', otherUser) };
  const rights = [{ division: '*', permissions: new Set(['conversation:participant:wrapup'] as const) }] as const;
  const requests = new Requests(under, conversationId, { ...wrapping, rights });
  await requests.change(agentAddress, { isMuted: true });
  await assert.rejects(requests.change(agentAddress, { state: 'disconnected' }), {
    code: 'permissionMissing',
    facts: { permissions: ['conversation:communication:disconnect'] },
  });
  await new Requests(under, conversationId, { ...agentActor, rights }).change(agentAddress, { state: 'disconnected' });
});

test('a program acts for a user who takes part, and for no other', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const participantId = new Requests(under, conversationId).idOf(agentAddress);
  const permissions = ['conversation:participant:wrapup'] as const;
  const about = { actor: admin, asked: under.asked(), conversationId, participantId, permissions, isRestricted: true };
  const change = { isMuted: true };
  const other = changeParticipant(under.context, { ...about, change, onBehalfOf: otherUser });
  await assert.rejects(other, { code: 'participantUnknown' });
  await changeParticipant(under.context, { ...about, change, onBehalfOf: agentUser });
});

test('the audit log tells who changed what, and nothing of what was written', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const requests = new Requests(under, conversationId);
  await requests.describe(customerAddress, { secretName: 'secret value' });
  await requests.wrapUp(agentAddress, 'secret code', 'secret notes');
  await requests.change(agentAddress, { isMuted: true });
  await new Requests(under, conversationId, admin).tag('secret tag');
  await assert.rejects(requests.describe(customerAddress, { ['secret'.repeat(100)]: '' }));
  await assert.rejects(requests.wrapUp(agentAddress, 'secret'.repeat(100)));
  const entries = await under.audit(conversationId);
  assert.equal(/secret/.test(JSON.stringify(entries)), false);
  assert.deepEqual(
    entries.slice(2).map(({ action, result, facts }) => [action, result, facts['members'] ?? facts['field']]),
    [
      ['participantChanged', 'done', ['attributes']],
      ['wrapupAssigned', 'done', ['wrapup']],
      ['participantChanged', 'done', ['isMuted']],
      ['conversationChanged', 'done', ['externalTag']],
      ['participantChanged', 'refused', 'attributes'],
      ['wrapupAssigned', 'refused', 'wrapup'],
    ],
  );
});

test('a change that cannot be written down has not happened', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  under.faulty.failWhen(() => true);
  const requests = new Requests(under, conversationId);
  await assert.rejects(requests.change(agentAddress, { isMuted: true }), { code: 'storageUnavailable' });
  const live = under.context.live.get(conversationId)?.conversation;
  assert.equal(live?.participants[1]?.communications[0]?.isMuted, undefined);
});

test('a wrap-up is read by those who take part and those who may view, and there is none until there is one', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const requests = new Requests(under, conversationId);
  const participantId = requests.idOf(agentAddress);
  const permissions = ['conversation:communication:view'] as const;
  const about = { actor: agentActor, asked: under.asked(), conversationId, participantId, permissions };
  const reading = { ...about, isProvisional: false };
  await assert.rejects(readWrapup(under.context, reading), { code: 'resourceUnknown' });
  await requests.wrapUp(agentAddress, 'sold', 'a note');
  assert.equal((await readWrapup(under.context, reading)).notes, 'a note');
  assert.deepEqual(await readWrapupCodes(under.context, about), [{ code: 'sold' }]);
  await readWrapup(under.context, { ...reading, actor: actorWith('quality-evaluator') });
  const stranger = { ...reading, actor: actorWith('agent', '*', otherUser) };
  await assert.rejects(readWrapup(under.context, stranger), { code: 'permissionMissing' });
  await assert.rejects(readWrapup(under.context, { ...reading, mediaType: 'email' }), { code: 'conversationUnknown' });
});
