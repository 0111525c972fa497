/** The official clients transfer and consult. */
import assert from 'node:assert/strict';
import { otherUser } from '../http/http-under-test.ts';
import { Changed } from './changed-conversation.ts';
import { covers } from './covers.ts';

const queueId = '00000000-0000-4000-8000-0000000000f1';

/** By the end of the operation's name: a target that it takes, and what becomes of it. */
const targets: readonly (readonly [name: RegExp, body: object, joined: object])[] = [
  [/Agent$/, { userId: otherUser }, { userId: otherUser, purpose: 'agent' }],
  [/Queue$/, { queueId }, { queueId, purpose: 'acd' }],
  [/(External|Transfer|VoiceConsult)$/, { address: '+15550177' }, { address: '+15550177', purpose: 'external' }],
  [/./, { userId: otherUser }, { userId: otherUser, purpose: 'agent' }],
];

function targetOf(operation: string): { readonly body: object; readonly joined: object } {
  const [, body, joined] = targets.find(([name]) => name.test(operation)) ?? assert.fail();
  return { body, joined };
}

covers(
  'postConversation{,sCall,sCallback,sChat,sCobrowsesession,sEmail,sMessage}ParticipantReplace',
  'hands over, and says in the contract’s words when it cannot',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    const own = (await changed.participant()).userId;
    const refusals: readonly (readonly [body: unknown, code: string])[] = [
      [{}, 'constraint.validation'],
      [{ userId: own }, 'conversations.error.transfer.same.party'],
      [{ queueId: 'sales' }, 'conversations.error.queue.not.found'],
      [{ userId: otherUser, voicemail: true }, 'constraint.validation'],
      [{ userName: 'Other' }, 'constraint.validation'],
      [{ userId: otherUser, transferType: 'Sideways' }, 'invalid.value'],
    ];
    for (const [body, code] of refusals) await assert.rejects(changed.call(body), { status: 400, code }, code);
    await changed.call({ userId: otherUser, transferType: 'ATTENDED' });
    assert.equal((await changed.participant()).leftAt, undefined, 'attended, until the target is there');
    await changed.call({ queueId });
    assert.partialDeepStrictEqual(await changed.communication(), { state: 'disconnected', disconnectType: 'transfer' });
    assert.partialDeepStrictEqual(await changed.newest(), { queueId, communications: [{ state: 'alerting' }] });
    const program = scene.call(operation, { path: changed.ids, body: { userId: otherUser } });
    await assert.rejects(program, { status: 400, code: 'conversations.error.transfer.not.connected' });
  },
);

covers(
  'postConversationParticipant{ReplaceAgent,ReplaceQueue,ReplaceExternal,Transfer}',
  'hands over to its kind of target',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    const { body, joined } = targetOf(operation);
    await assert.rejects(changed.call({}), { status: 400, code: 'constraint.validation' });
    await changed.call(body);
    assert.partialDeepStrictEqual(await changed.newest(), joined);
    const { conversationId = '' } = changed.ids;
    const { recentTransfers } = await scene.call<{ recentTransfers: object[] }>(
      'getConversation',
      { path: { conversationId } },
      changed.token,
    );
    assert.partialDeepStrictEqual(recentTransfers, [{ state: 'Active', transferType: 'Unattended' }]);
  },
);

covers(
  'postConversationsCallParticipant{Consult,ConsultAgent,ConsultQueue,ConsultExternal,VoiceConsult}',
  'asks its kind of target in, and answers who that is',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    const { body, joined } = targetOf(operation);
    const path = { participantId: await changed.customerId() };
    const asked = /Consult$/.test(operation) && !/Voice/.test(operation) ? { destination: body } : body;
    const speakTo = { speakTo: 'destination' };
    const missing = { status: 400, code: 'conversation.error.consult.transfer.no.destination' };
    await assert.rejects(changed.call(speakTo, { path }), missing);
    const itself = { status: 400, code: 'conversation.error.cannot.transfer.to.self' };
    await assert.rejects(changed.call({ ...speakTo, ...asked }), itself);
    const program = scene.call(operation, { path: { ...changed.ids, ...path }, body: { ...speakTo, ...asked } });
    await assert.rejects(program, { status: 400, code: 'conversation.error.consult.transfer.no.initiator' });
    const told = await changed.call<{ destinationParticipantId: string }>({ ...speakTo, ...asked }, { path });
    const newest = await changed.newest();
    assert.partialDeepStrictEqual(newest, joined);
    assert.equal(told.destinationParticipantId, newest.id);
    const again = { status: 400, code: 'conversation.error.cannot.transfer.conference' };
    await assert.rejects(changed.call({ ...speakTo, ...asked }, { path }), again);
  },
);

covers(
  'patchConversationsCallParticipantConsult',
  'turns to the other side, and answers who is consulted',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    const path = { participantId: await changed.customerId() };
    const none = { status: 404, code: 'conversation.error.consult.transfer.pending.not.found' };
    await assert.rejects(changed.call({ speakTo: 'BOTH' }, { path }), none);
    const begin = { operation: 'postConversationsCallParticipantConsultAgent', path };
    await changed.call({ speakTo: 'DESTINATION', userId: otherUser }, begin);
    const isHeld = async (): Promise<boolean> =>
      (await changed.conversation()).participants[0]?.communications[0]?.heldSince !== undefined;
    assert.equal(await isHeld(), true);
    const told = await changed.call<{ destinationParticipantId: string }>({ speakTo: 'BOTH' }, { path });
    assert.equal(told.destinationParticipantId, (await changed.newest()).id);
    assert.equal(await isHeld(), false);
  },
);

covers('deleteConversationsCallParticipantConsult', 'gives the consultation up', async (scene, operation) => {
  const changed = await Changed.start(scene, operation);
  const path = { participantId: await changed.customerId() };
  const none = { status: 400, code: 'conversation.error.consult.transfer.not.started' };
  await assert.rejects(changed.call(undefined, { path }), none);
  const begin = { operation: 'postConversationsCallParticipantConsultAgent', path };
  await changed.call({ speakTo: 'DESTINATION', userId: otherUser }, begin);
  await changed.call(undefined, { path });
  assert.notEqual((await changed.newest()).leftAt, undefined);
});
