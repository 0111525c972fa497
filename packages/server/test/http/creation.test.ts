/** Conversations of any media type begin at doors of ours, and are joined there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits, type MediaType, mediaTypeRows } from '@tacet/domain';
import { agentUser, HttpUnderTest, homeDivision, otherDivision, otherUser } from './http-under-test.ts';
import { begun, bodyOf, customerNumber, start } from './start-conversations.ts';

/** What comes in items is captured from the beginning; the rest once its source is there. */
function stateOfRunning(type: MediaType): string {
  return ['chat', 'email', 'message', 'social'].includes(type) ? 'ACTIVE' : 'NONE';
}

test('a conversation of each type begins, with who takes part in it and the names others have for it', async () => {
  await using under = await HttpUnderTest.start();
  for (const { type, participantKey } of mediaTypeRows) {
    const externalIds = [{ name: 'ticket', value: `T-${type}` }];
    const { status, json } = await start(under, bodyOf(type, { externalIds, details: { provider: 'Desk' } }));
    assert.equal(status, 201);
    assert.partialDeepStrictEqual(json, {
      recordingState: stateOfRunning(type),
      securePause: false,
      externalIds,
      divisions: [{ division: { id: homeDivision } }],
      participants: [
        { purpose: 'customer', address: customerNumber, [participantKey]: [{ state: 'connected', provider: 'Desk' }] },
        { purpose: 'agent', userId: agentUser, name: 'Agent', [participantKey]: [{ state: 'connected' }] },
      ],
    });
    const token = under.tokens.issue({ role: 'recorder-integration' });
    const found = await under.send('GET', `/tacet/v1/conversations?externalId=T-${type}`, { token });
    assert.deepEqual((found.json as { readonly entities: readonly unknown[] }).entities, [json]);
  }
});

test('each of the nine doors pauses and resumes a conversation, whether anything captures it or not', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'recorder-integration' });
  for (const { type, apiPath } of mediaTypeRows) {
    const id = await begun(under, type);
    const door = `${apiPath}/${id}/recordingstate`;
    const paused = await under.setState(door, 'PAUSED', token);
    assert.deepEqual([paused.status, paused.text], [200, '"PAUSED"']);
    assert.ok(paused.headers.has('tacet-closed-at'));
    const { json } = await under.send('GET', `/api/v2/conversations/${id}`, { token });
    assert.partialDeepStrictEqual(json, { recordingState: 'PAUSED', securePause: true });
    const resumed = await under.setState(door, 'ACTIVE', token);
    assert.deepEqual([resumed.status, resumed.text], [200, `"${stateOfRunning(type)}"`]);
  }
});

test('a conversation begins in a division in which the permission is held, and in no other', async () => {
  await using under = await HttpUnderTest.start();
  const here = under.tokens.issue({ role: 'recorder-integration', division: homeDivision });
  const there = under.tokens.issue({ role: 'recorder-integration', division: otherDivision });
  const statusOf = async (token: string, more: object): Promise<number> =>
    (await start(under, bodyOf('video', more), token)).status;
  assert.deepEqual([await statusOf(here, {}), await statusOf(there, {})], [201, 403]);
  const elsewhere = { divisionId: otherDivision };
  assert.deepEqual([await statusOf(here, elsewhere), await statusOf(there, elsewhere)], [403, 201]);
  const user = under.users.get(otherUser) ?? assert.fail();
  under.users.set(otherUser, { ...user, divisionId: otherDivision });
  const ofUser = under.tokens.issue({ role: 'recorder-integration', division: otherDivision, userId: otherUser });
  assert.equal(await statusOf(ofUser, {}), 201, 'the division of the user who asks');
  assert.equal(await statusOf(ofUser, { divisionId: homeDivision }), 403);
  assert.equal(await statusOf(under.tokens.issue({ role: 'supervisor' }), {}), 403);
});

test('what cannot be is refused by its name, and nothing begins', async () => {
  await using under = await HttpUnderTest.start();
  const nobody = '00000000-0000-4000-8000-0000000000ff';
  const one = { purpose: 'customer' };
  for (const [body, code, fieldName] of [
    [{ participants: [one] }, 'constraint.validation', 'mediaType'],
    [{ mediaType: 'fax', participants: [one] }, 'invalid.value', 'mediaType'],
    [{ mediaType: 'video', participants: [] }, 'constraint.validation', 'participants'],
    [{ mediaType: 'video', participants: [{ address: 'x' }] }, 'constraint.validation', 'participants.0.purpose'],
    [{ mediaType: 'video', participants: [{ ...one, userId: nobody }] }, 'constraint.validation', 'userId'],
    [{ mediaType: 'video', participants: [one], divisionId: nobody }, 'constraint.validation', 'divisionId'],
    [{ mediaType: 'video', participants: new Array(129).fill(one) }, 'constraint.validation', 'participants'],
    [
      bodyOf('callback', { details: { callbackScheduledTime: 'soon' } }),
      'invalid.date',
      'details.callbackScheduledTime',
    ],
  ] as const) {
    const { status, json } = await start(under, body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.partialDeepStrictEqual(json, { code, details: [{ fieldName }] });
  }
  assert.equal(under.control.live.count, 0);
});

test('enumerations are understood in any case', async () => {
  await using under = await HttpUnderTest.start();
  const participants = [{ purpose: 'CUSTOMER', state: 'Alerting', direction: 'OUTBOUND', address: customerNumber }];
  const { status, json } = await start(under, { mediaType: 'CALL', participants });
  assert.equal(status, 201);
  assert.partialDeepStrictEqual(json, { participants: [{ calls: [{ state: 'alerting', direction: 'outbound' }] }] });
});

test('participants and media types join a conversation, in its division, while it goes on', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'recorder-integration', division: homeDivision });
  const { conversationId, streamIds } = await under.startCall();
  const path = `/tacet/v1/conversations/${conversationId}/communications`;
  const read = await under.send('GET', `/api/v2/conversations/${conversationId}`, { token });
  const [{ id: participantId } = assert.fail()] = (read.json as { participants: readonly { id: string }[] })
    .participants;
  const body = { mediaType: 'screenshare', participants: [{ participantId }, { purpose: 'external', name: 'Expert' }] };
  const joined = await under.send('POST', path, { token, body });
  assert.equal(joined.status, 201);
  assert.partialDeepStrictEqual(joined.json, {
    recordingState: 'ACTIVE',
    participants: [{ calls: [{}], screenshares: [{ state: 'connected' }] }, {}, { name: 'Expert', screenshares: [{}] }],
  });
  for (const streamId of streamIds) assert.equal(under.media.isOpen(streamId), true);
  const stranger = under.tokens.issue({ role: 'recorder-integration', division: otherDivision });
  assert.equal((await under.send('POST', path, { token: stranger, body })).status, 403);
  const nameless = { mediaType: 'video', participants: [{ address: 'sip:x@example.test' }] };
  assert.equal((await under.send('POST', path, { token, body: nameless })).status, 400);
  const unknown = { mediaType: 'video', participants: [{ participantId: conversationId }] };
  const refused = await under.send('POST', path, { token, body: unknown });
  assert.partialDeepStrictEqual(refused.json, { code: 'conversation.error.not.conversation.participant' });
});

test('a pause holds for what joins the conversation, and for a recording session that comes later', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'recorder-integration' });
  const externalIds = [{ name: 'communicationSession', value: 'call-1@sbc.example.test' }];
  const id = await begun(under, 'message', { externalIds });
  await under.setState(`messages/${id}/recordingstate`, 'PAUSED', token);
  const body = bodyOf('call');
  const joined = await under.send('POST', `/tacet/v1/conversations/${id}/communications`, { token, body });
  assert.partialDeepStrictEqual(joined.json, { recordingState: 'PAUSED' });
  const { conversationId, streamIds } = await under.startCall('call-1@sbc.example.test');
  assert.equal(conversationId, id);
  for (const streamId of streamIds) assert.equal(under.media.isOpen(streamId), false);
  await under.setState(`calls/${id}/recordingstate`, 'ACTIVE', token);
  for (const streamId of streamIds) assert.equal(under.media.isOpen(streamId), true);
});

test('beyond as many conversations as there is memory for none begins by request', async () => {
  await using under = await HttpUnderTest.start();
  Object.defineProperty(under.control.live, 'count', { get: () => limits.conversationsLiveMax });
  const { status, json } = await start(under, bodyOf('email'));
  assert.equal(status, 503);
  assert.partialDeepStrictEqual(json, { code: 'service.unavailable' });
});
