/** The official clients change participants and their communications. */
import assert from 'node:assert/strict';
import { agentUser, otherUser } from '../http/http-under-test.ts';
import { Changed } from './changed-conversation.ts';
import { covers } from './covers.ts';

covers(
  'patchConversation{,sCall,sCallback,sChat,sCobrowsesession,sEmail,sMessage}Participant',
  'holds, mutes, wraps up and disconnects, and says so in the contract’s words when it cannot',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    await changed.call({ held: true, muted: true });
    assert.partialDeepStrictEqual(await changed.communication(), { isMuted: true, heldSince: scene.under.clock.now() });
    await changed.call({ held: false, muted: false, wrapup: { code: 'sold', notes: 'a note' }, wrapupSkipped: true });
    const { wrapup, heldSince } = await changed.communication();
    assert.deepEqual([wrapup?.code, wrapup?.notes, heldSince], ['sold', 'a note', undefined]);
    const refusals: readonly (readonly [body: unknown, code: string])[] = [
      [{ wrapup: {} }, 'conversation.error.wrapup.code.required'],
      [{ confined: true }, 'conversation.error.cannot.confine.party'],
      [{ recording: true }, 'constraint.validation'],
      [{ state: 'alerting' }, 'invalid.value'],
      [{ resumeTime: 'soon' }, 'invalid.date'],
    ];
    for (const [body, code] of refusals) await assert.rejects(changed.call(body), { status: 400, code }, code);
    const nobody = { path: { participantId: '0b0d1e50-0000-4000-8000-000000000000' } };
    const unknown = { status: 404, code: 'conversation.error.not.conversation.participant' };
    await assert.rejects(changed.call({ muted: true }, nobody), unknown);
    await changed.call({ state: 'disconnected' });
    assert.equal((await changed.communication()).disconnectType, 'client');
    await assert.rejects(changed.call({ held: true }), { status: 400, code: 'conversation.error.call.disconnected' });
  },
);

covers(
  'patchConversation{,sCall,sCallback,sChat,sCobrowsesession,sEmail,sMessage}ParticipantAttributes',
  'notes attributes beside those that are there',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    await changed.call({ attributes: { case: '7' } });
    const told = await changed.call<{ readonly attributes?: object } | undefined>({ attributes: { order: '8' } });
    assert.deepEqual((await changed.participant()).attributes, { case: '7', order: '8' });
    if (operation !== 'patchConversationParticipantAttributes')
      assert.deepEqual(told?.attributes, { case: '7', order: '8' });
    await assert.rejects(changed.call({ attributes: { secretName: 7 } }), (error: { readonly code?: string }) => {
      assert.equal(error.code, 'constraint.validation');
      assert.equal(/secretName/.test(JSON.stringify(error)), false, 'names may be sensitive too');
      return true;
    });
  },
);

covers(
  'patchConversations{Call,Callback,Chat,Cobrowsesession,Email,Message}ParticipantCommunication',
  'ends it, and asks for nothing else',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    for (const body of [{}, { held: true }, { state: 'connected' }, { state: 'disconnected', muted: true }]) {
      await assert.rejects(changed.call(body), { status: 400, code: 'communication.state.required' });
    }
    const other = { path: { communicationId: '0b0d1e50-0000-4000-8000-000000000000' } };
    await assert.rejects(changed.call({ state: 'disconnected' }, other), { status: 404, code: 'not.found' });
    assert.deepEqual(await changed.call({ state: 'disconnected' }), {});
    assert.equal((await changed.communication()).state, 'disconnected');
  },
);

covers('patchConversationsCallParticipantUserUserId', 'acts for a user who takes part', async (scene, operation) => {
  const changed = await Changed.start(scene, operation);
  await changed.call({ muted: true }, { path: { userId: agentUser } });
  assert.equal((await changed.communication()).isMuted, true);
  const other = changed.call({ muted: true }, { path: { userId: otherUser } });
  await assert.rejects(other, { status: 404, code: 'conversation.error.not.conversation.participant' });
});

covers(
  'patchConversations{Email,Message}ParticipantParkingstate',
  'sets it aside until a time, and takes it up again',
  async (scene, operation) => {
    const changed = await Changed.start(scene, operation);
    await changed.call({ state: 'parked', resumeTime: '2030-01-01T00:00:00.000Z' });
    assert.partialDeepStrictEqual(await changed.communication(), { state: 'parked', resumeAt: Date.UTC(2030, 0) });
    await assert.rejects(changed.call({ state: 'connected', resumeTime: '2030-01-01T00:00:00.000Z' }), { status: 400 });
    await changed.call({ state: 'connected' });
    assert.equal((await changed.communication()).resumeAt, undefined);
  },
);

covers('putConversationParticipantFlaggedreason', 'marks the participant', async (scene, operation) => {
  const changed = await Changed.start(scene, operation);
  await changed.call();
  const { flaggedAt } = await changed.participant();
  scene.under.clock.advance(1_000);
  await changed.call();
  assert.deepEqual([flaggedAt === undefined, (await changed.participant()).flaggedAt], [false, flaggedAt]);
});

covers('deleteConversationParticipantFlaggedreason', 'takes the mark away', async (scene, operation) => {
  const changed = await Changed.start(scene, operation);
  await changed.call(undefined, { operation: 'putConversationParticipantFlaggedreason' });
  await changed.call();
  await changed.call();
  assert.equal((await changed.participant()).flaggedAt, undefined);
});
