/** Conversations as the contract's two models show them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaTypeRows } from '@tacet/domain';
import { agentAddress, agentUser, customerAddress, HttpUnderTest, homeDivision, otherUser } from './http-under-test.ts';

const startTime = '2026-05-28T20:26:40.000Z';

test('a conversation shows its participants, each with the calls that are theirs', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId, recordingId } = await under.startCall();
  const { status, json } = await under.send('GET', `/api/v2/conversations/${conversationId}`, { token });
  assert.equal(status, 200);
  const recorders = { adhocState: 'NONE', agentExperienceState: 'NONE', snippetState: 'NONE' };
  const call = {
    state: 'connected',
    direction: 'inbound',
    provider: 'Tacet SIPREC',
    connectedTime: startTime,
    recordingId,
    recording: true,
    recordingState: 'active',
    recordersState: { ...recorders, customerExperienceState: 'ACTIVE' },
    securePause: false,
  };
  assert.partialDeepStrictEqual(json, {
    id: conversationId,
    startTime,
    recordingState: 'ACTIVE',
    securePause: false,
    divisions: [{ division: { id: homeDivision }, entities: [] }],
    selfUri: `/api/v2/conversations/${conversationId}`,
    participants: [
      { purpose: 'customer', name: 'Customer', address: customerAddress, startTime, calls: [call] },
      { purpose: 'agent', name: 'Agent', address: agentAddress, userId: agentUser, calls: [call], videos: [] },
    ],
  });
  for (const absent of ['endTime', 'state', 'conversationIds']) assert.equal(absent in Object(json), false, absent);
});

test('a paused conversation says PAUSED, and paused on each of its calls', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId } = await under.startCall();
  await under.setState(`calls/${conversationId}/recordingstate`, 'PAUSED', token);
  const call = {
    recording: false,
    recordingState: 'paused',
    recordersState: { customerExperienceState: 'PAUSED' },
    securePause: true,
  };
  const { json } = await under.send('GET', `/api/v2/conversations/${conversationId}`, { token });
  const participants = [{ calls: [call] }, { calls: [call] }];
  assert.partialDeepStrictEqual(json, { recordingState: 'PAUSED', securePause: true, participants });
});

test('the calls of a conversation are spelled in lower case, one flat participant each', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId } = await under.startCall();
  const path = `/api/v2/conversations/calls/${conversationId}`;
  for (const [wish, state] of [
    ['ACTIVE', 'active'],
    ['PAUSED', 'paused'],
  ] as const) {
    await under.setState(`calls/${conversationId}/recordingstate`, wish, token);
    const { status, json } = await under.send('GET', path, { token });
    assert.equal(status, 200);
    const call = {
      state: 'connected',
      recording: wish === 'ACTIVE',
      recordingState: state,
      recordersState: { customerExperienceState: wish },
      securePause: wish === 'PAUSED',
    };
    assert.partialDeepStrictEqual(json, {
      id: conversationId,
      recordingState: state,
      securePause: wish === 'PAUSED',
      otherMediaUris: [],
      selfUri: path,
      participants: [
        { purpose: 'customer', address: customerAddress, ...call },
        { purpose: 'agent', user: { id: agentUser }, ...call },
      ],
    });
  }
});

test('a conversation without calls is not there at the door of calls', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const id = await under.addConversation('email');
  assert.equal((await under.send('GET', `/api/v2/conversations/${id}`, { token })).status, 200);
  const { status, json } = await under.send('GET', `/api/v2/conversations/calls/${id}`, { token });
  assert.equal(status, 404);
  assert.partialDeepStrictEqual(json, { code: 'conversation.error.conversation.not.found' });
});

for (const { type, participantKey } of mediaTypeRows) {
  test(`a communication of type ${type} stands under ${participantKey}, and only calls carry a recording state`, async () => {
    await using under = await HttpUnderTest.start();
    const token = under.tokens.issue({ role: 'supervisor' });
    const id = await under.addConversation(type);
    const { json } = await under.send('GET', `/api/v2/conversations/${id}`, { token });
    assert.partialDeepStrictEqual(json, { recordingState: 'NONE', participants: [{ [participantKey]: [{}] }] });
    const [participant] = (json as { participants: readonly { [key: string]: readonly object[] }[] }).participants;
    for (const row of mediaTypeRows) {
      assert.equal(participant?.[row.participantKey]?.length, row.type === type ? 1 : 0, row.participantKey);
    }
    assert.equal('recordingState' in (participant?.[participantKey]?.[0] ?? {}), type === 'call');
  });
}

test('a conversation that has ended shows when, and that nothing is recorded any more', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const call = await under.startCall();
  under.clock.advance(30_000);
  await under.endCall(call);
  await under.clock.pass(60_000);
  const { json } = await under.send('GET', `/api/v2/conversations/${call.conversationId}`, { token });
  assert.partialDeepStrictEqual(json, {
    recordingState: 'NONE',
    endTime: '2026-05-28T20:28:10.000Z',
    participants: [
      {
        endTime: '2026-05-28T20:27:10.000Z',
        calls: [{ state: 'disconnected', disconnectedTime: '2026-05-28T20:27:10.000Z', recordingState: 'none' }],
      },
    ],
  });
  const { json: calls } = await under.send('GET', `/api/v2/conversations/calls/${call.conversationId}`, { token });
  assert.partialDeepStrictEqual(calls, { participants: [{ state: 'disconnected', recording: false }] });
});

test('one who takes part sees the conversation without any permission, another user does not', async () => {
  await using under = await HttpUnderTest.start();
  const { conversationId } = await under.startCall();
  for (const path of [`/api/v2/conversations/${conversationId}`, `/api/v2/conversations/calls/${conversationId}`]) {
    const insider = under.tokens.issue({ userId: agentUser });
    assert.equal((await under.send('GET', path, { token: insider })).status, 200);
    const { status, json } = await under.send('GET', path, { token: under.tokens.issue({ userId: otherUser }) });
    assert.equal(status, 403);
    assert.partialDeepStrictEqual(json, {
      code: 'missing.any.permissions',
      messageParams: { permissions: '[conversation:communication:view]' },
    });
  }
});

test('a participant who is heard in no stream is not recorded, but paused with everyone else', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId } = await under.startCall('call-1@sbc.example.test', 'sip:guest@example.test');
  const statesOf = async (): Promise<readonly unknown[]> => {
    const { json } = await under.send('GET', `/api/v2/conversations/calls/${conversationId}`, { token });
    const { participants } = json as { readonly participants: readonly { readonly recordingState: string }[] };
    return participants.map(({ recordingState }) => recordingState);
  };
  assert.deepEqual(await statesOf(), ['active', 'active', 'none']);
  await under.setState(`calls/${conversationId}/recordingstate`, 'PAUSED', token);
  assert.deepEqual(await statesOf(), ['paused', 'paused', 'paused']);
});

test('one who takes part without a call is no participant of the calls', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId } = await under.startCall();
  const live = under.control.live.get(conversationId) ?? assert.fail();
  const [first = assert.fail(), ...others] = live.conversation.participants;
  live.conversation = { ...live.conversation, participants: [{ ...first, communications: [] }, ...others] };
  const { json } = await under.send('GET', `/api/v2/conversations/calls/${conversationId}`, { token });
  const { participants } = json as { readonly participants: readonly object[] };
  assert.partialDeepStrictEqual(participants, [{ purpose: 'agent' }]);
  assert.equal(participants.length, 1);
});
