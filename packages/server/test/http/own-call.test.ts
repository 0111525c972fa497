/** The agent's door: one's own call, as an active participant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentUser, HttpUnderTest, otherDivision, otherUser } from './http-under-test.ts';

test('an agent pauses the own call and gets the conversation with 202', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'agent', userId: agentUser });
  const { conversationId } = await under.startCall();
  const paused = await under.setState(`calls/${conversationId}`, 'paused', token, 'PATCH');
  assert.equal(paused.status, 202);
  assert.partialDeepStrictEqual(paused.json, { id: conversationId, recordingState: 'PAUSED', securePause: true });
  assert.ok(paused.headers.has('tacet-closed-at'));
  const resumed = await under.setState(`calls/${conversationId}`, 'active', token, 'PATCH');
  assert.equal(resumed.status, 202);
  assert.partialDeepStrictEqual(resumed.json, { recordingState: 'ACTIVE', securePause: false });
});

test('members of the conversation that ask for nothing are let pass', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'agent', userId: agentUser });
  const { conversationId } = await under.startCall();
  const body = { recordingState: 'PAUSED', participants: [], startTime: 'x', state: null, conversationIds: null };
  const { status } = await under.send('PATCH', `/api/v2/conversations/calls/${conversationId}`, { token, body });
  assert.equal(status, 202);
});

test('two wishes in one request are refused before anything is done', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin', userId: agentUser });
  const { conversationId, streamIds } = await under.startCall();
  const path = `/api/v2/conversations/calls/${conversationId}`;
  for (const other of [{ state: 'disconnected' }, { conversationIds: [] }]) {
    const { status, json } = await under.send('PATCH', path, { token, body: { ...other, recordingState: 'PAUSED' } });
    const [property] = Object.keys(other);
    assert.equal(status, 400);
    assert.partialDeepStrictEqual(json, {
      code: 'invalid.property',
      message: `${property} cannot be set here; [recordingState] can`,
    });
  }
  for (const streamId of streamIds) assert.equal(under.media.isOpen(streamId), true);
  const refused = (await under.audit(conversationId)).filter(({ result }) => result === 'refused');
  assert.deepEqual(
    refused.map(({ action }) => action),
    ['recordingPaused', 'recordingPaused'],
  );
});

test('no state but the end can be asked for, and nothing is asked for by nothing', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin', userId: agentUser });
  const { conversationId } = await under.startCall();
  for (const body of [{ state: 'connected' }, {}, { participants: [] }]) {
    const path = `/api/v2/conversations/calls/${conversationId}`;
    const { status, json } = await under.send('PATCH', path, { token, body });
    assert.equal(status, 400);
    assert.partialDeepStrictEqual(json, { code: 'invalid.value' });
  }
});

test('calls are not merged here, and the answer says which of the reasons it is', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'agent', userId: agentUser });
  const { conversationId } = await under.startCall();
  const other = await under.startCall('call-2@sbc.example.test');
  for (const [conversationIds, code] of [
    [[], 'conversation.error.empty.conversation.list'],
    [[conversationId.toUpperCase()], 'conversation.error.cannot.conference.self'],
    [[other.conversationId], 'conversation.error.cannot.create.conference'],
  ] as const) {
    const path = `/api/v2/conversations/calls/${conversationId}`;
    const { status, json } = await under.send('PATCH', path, { token, body: { conversationIds } });
    assert.deepEqual([status, (json as { code: string }).code], [400, code]);
  }
});

test('a token of client credentials is not a user, whatever it may do elsewhere', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const { conversationId } = await under.startCall();
  const { status, json } = await under.setState(`calls/${conversationId}`, 'PAUSED', token, 'PATCH');
  assert.equal(status, 400);
  assert.partialDeepStrictEqual(json, { code: 'not.a.user' });
});

test('a user who takes no part is refused, even with the right to pause others', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor', userId: otherUser });
  const { conversationId } = await under.startCall();
  const { status, json } = await under.setState(`calls/${conversationId}`, 'PAUSED', token, 'PATCH');
  assert.equal(status, 403);
  assert.partialDeepStrictEqual(json, { code: 'conversation.error.forbidden.not.active.participant' });
});

test('a participant without the permission, or with it in another division only, is told which one is missing', async () => {
  await using under = await HttpUnderTest.start();
  const { conversationId } = await under.startCall();
  const pausing = '[conversation:recording:pause]';
  for (const [wish, permissions] of [
    [{ role: 'quality-evaluator' }, '[conversation:communication:disconnect, conversation:recording:pause]'],
    [{ role: 'recorder-integration' }, pausing],
    [{ role: 'agent', division: otherDivision }, pausing],
  ] as const) {
    const token = under.tokens.issue({ ...wish, userId: agentUser });
    const { status, json } = await under.setState(`calls/${conversationId}`, 'PAUSED', token, 'PATCH');
    assert.equal(status, 403);
    assert.partialDeepStrictEqual(json, { code: 'missing.any.permissions', messageParams: { permissions } });
  }
});

test('a participant who has left cannot pause any more', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'agent', userId: agentUser });
  const call = await under.startCall();
  await under.endCall(call);
  const { status, json } = await under.setState(`calls/${call.conversationId}`, 'PAUSED', token, 'PATCH');
  assert.equal(status, 403);
  assert.partialDeepStrictEqual(json, { code: 'conversation.error.forbidden.not.active.participant' });
});
