/** Changes of conversations at their doors: what the refusals tell, and what the logs are not told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentUser, HttpUnderTest, otherDivision, otherUser } from './http-under-test.ts';

async function callOf(under: HttpUnderTest) {
  const call = await under.startCall();
  const [customer, agent] = under.control.live.get(call.conversationId)?.conversation.participants ?? [];
  const path = `/api/v2/conversations/calls/${call.conversationId}/participants`;
  return { ...call, customer: `${path}/${customer?.id}`, agent: `${path}/${agent?.id}` };
}

test('a door names all the permissions of which one is needed, in the division of the conversation', async () => {
  await using under = await HttpUnderTest.start();
  const { agent } = await callOf(under);
  const token = under.tokens.issue({ role: 'admin', division: otherDivision, userId: otherUser });
  const { status, json } = await under.send('PATCH', agent, { token, body: { muted: true } });
  assert.equal(status, 403);
  const permissions =
    '[conversation:participant:wrapup, conversation:call:record, conversation:communication:disconnect]';
  assert.partialDeepStrictEqual(json, { code: 'missing.any.permissions', messageParams: { permissions } });
});

test('an agent who takes no part cannot make the own conversation of somebody else’s', async () => {
  await using under = await HttpUnderTest.start();
  const { agent, conversationId, streamIds } = await callOf(under);
  const token = under.tokens.issue({ role: 'agent', userId: otherUser });
  const replaced = await under.send('POST', `${agent}/replace`, { token, body: { userId: otherUser } });
  assert.partialDeepStrictEqual(replaced.json, { code: 'conversation.error.forbidden.not.active.participant' });
  const assign = `/api/v2/conversations/${conversationId}/assign`;
  assert.equal((await under.send('POST', assign, { token, body: { id: otherUser } })).status, 403);
  assert.equal((await under.setState(`calls/${conversationId}`, 'PAUSED', token, 'PATCH')).status, 403);
  for (const id of streamIds) assert.equal(under.media.isOpen(id), true);
});

test('a user to whom a call was transferred pauses it as one’s own once connected, and not before', async () => {
  await using under = await HttpUnderTest.start();
  const { agent, conversationId } = await callOf(under);
  const agents = under.tokens.issue({ role: 'agent', userId: agentUser });
  const others = under.tokens.issue({ role: 'agent', userId: otherUser });
  assert.equal(
    (await under.send('POST', `${agent}/replace`, { token: agents, body: { userId: otherUser } })).status,
    202,
  );
  const pause = () => under.setState(`calls/${conversationId}`, 'PAUSED', others, 'PATCH');
  assert.equal((await pause()).status, 403);
  const target = under.control.live.get(conversationId)?.conversation.participants.at(-1)?.id;
  const path = `/api/v2/conversations/${conversationId}/participants/${target}`;
  assert.equal((await under.send('PATCH', path, { token: others, body: { state: 'connected' } })).status, 202);
  assert.equal((await pause()).status, 202);
  assert.equal((await under.setState(`calls/${conversationId}`, 'PAUSED', agents, 'PATCH')).status, 403);
});

test('what was written about a participant is told to those who may see the conversation, and to no log', async () => {
  await using under = await HttpUnderTest.start();
  const { customer, conversationId } = await callOf(under);
  const token = under.tokens.issue({ role: 'agent', userId: agentUser });
  const attributes = { secretName: 'secret value' };
  const { status, json } = await under.send('PATCH', `${customer}/attributes`, { token, body: { attributes } });
  assert.deepEqual([status, json], [202, { attributes }]);
  const read = await under.send('GET', `/api/v2/conversations/${conversationId}`, { token });
  assert.partialDeepStrictEqual(read.json, { participants: [{ attributes }] });
  const large = { attributes: { secretName: 'x'.repeat(5_000) } };
  assert.equal((await under.send('PATCH', `${customer}/attributes`, { token, body: large })).status, 400);
  assert.equal(/secret/.test(JSON.stringify([await under.audit(), under.reports, under.alarms])), false);
});

test('a conversation of another media type is not there for the door of this one', async () => {
  await using under = await HttpUnderTest.start();
  const conversationId = await under.addConversation('email');
  const participant = under.control.live.get(conversationId)?.conversation.participants[0]?.id;
  const token = under.tokens.issue({ role: 'admin', userId: agentUser });
  for (const [method, path, body] of [
    ['PATCH', `calls/${conversationId}`, { recordingState: 'PAUSED' }],
    ['PATCH', `calls/${conversationId}`, { state: 'disconnected' }],
    ['PATCH', `calls/${conversationId}/participants/${participant}`, { held: true }],
    ['POST', `calls/${conversationId}/participants/${participant}/replace`, { userId: otherUser }],
    ['GET', `calls/${conversationId}/participants/${participant}/wrapup`, undefined],
  ] as const) {
    const sent = body === undefined ? { token } : { token, body };
    const { status, json } = await under.send(method, `/api/v2/conversations/${path}`, sent);
    assert.equal(status, 404, path);
    assert.partialDeepStrictEqual(json, { code: 'conversation.error.conversation.not.found' });
  }
});

test('an email that is ended for everybody leaves a call of the same conversation alone', async () => {
  await using under = await HttpUnderTest.start();
  const { conversationId, streamIds } = await callOf(under);
  const live = under.control.live.get(conversationId) ?? assert.fail();
  const [customer = assert.fail(), ...others] = live.conversation.participants;
  const [call = assert.fail()] = customer.communications;
  const { recordingId, ...rest } = call;
  const mail = { ...rest, id: under.ids.next<typeof call.id>(), mediaType: 'email', standsAlone: true } as const;
  const withMail = { ...customer, communications: [call, mail] };
  live.conversation = { ...live.conversation, participants: [withMail, ...others] };
  const token = under.tokens.issue({ role: 'admin', userId: agentUser });
  const end = (type: string) =>
    under.send('PATCH', `/api/v2/conversations/${type}/${conversationId}`, { token, body: { state: 'disconnected' } });
  assert.equal((await end('emails')).status, 200);
  for (const id of streamIds) assert.equal(under.media.isOpen(id), true);
  assert.equal(live.conversation.endedAt, undefined);
  assert.equal((await end('calls')).status, 200);
  assert.notEqual(live.conversation.endedAt, undefined);
});
