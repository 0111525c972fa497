/** Pause and resume through the nine PUTs and the PATCH for all types. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaTypeRows, toIso } from '@tacet/domain';
import { agentUser, HttpUnderTest } from './http-under-test.ts';

test('a pause answers the state as a JSON string, and the instant from which on nothing is kept', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'recorder-integration' });
  const { conversationId, streamIds } = await under.startCall();
  under.clock.advance(1_234.5);
  const { status, text, headers } = await under.setState(`calls/${conversationId}/recordingstate`, 'PAUSED', token);
  assert.equal(status, 200);
  assert.equal(text, '"PAUSED"');
  assert.equal(headers.get('content-type'), 'application/json');
  assert.equal(headers.get('tacet-closed-at-ms'), '1780000001234.5');
  assert.equal(headers.get('tacet-closed-at'), toIso(under.clock.now()));
  for (const streamId of streamIds) assert.equal(under.media.isOpen(streamId), false);
});

test('a resume opens the gates again and answers ACTIVE, without an instant of closing', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'recorder-integration' });
  const { conversationId, streamIds } = await under.startCall();
  const door = `calls/${conversationId}/recordingstate`;
  await under.setState(door, 'PAUSED', token);
  under.clock.advance(10_000);
  const { status, text, headers } = await under.setState(door, 'ACTIVE', token);
  assert.deepEqual([status, text], [200, '"ACTIVE"']);
  assert.equal(headers.has('tacet-closed-at'), false);
  for (const streamId of streamIds) assert.equal(under.media.isOpen(streamId), true);
});

for (const { type, apiPath } of mediaTypeRows) {
  test(`a conversation of type ${type} is paused at its own door and at no other`, async () => {
    await using under = await HttpUnderTest.start();
    const token = under.tokens.issue({ role: 'recorder-integration' });
    const id = await under.addConversation(type);
    for (const other of mediaTypeRows.filter((row) => row.type !== type)) {
      const { status, json } = await under.setState(`${other.apiPath}/${id}/recordingstate`, 'PAUSED', token);
      assert.equal(status, 404, other.apiPath);
      assert.partialDeepStrictEqual(json, { code: 'conversation.error.conversation.not.found' });
    }
    assert.deepEqual(under.control.live.get(id)?.conversation.control.causes, []);
    const paused = await under.setState(`${apiPath}/${id}/recordingstate`, 'PAUSED', token);
    assert.deepEqual([paused.status, paused.text], [200, '"PAUSED"']);
    const resumed = await under.setState(`${apiPath}/${id}/recordingstate`, 'ACTIVE', token);
    assert.deepEqual([resumed.status, resumed.text], [200, '"NONE"'], 'nothing is captured, so nothing is active');
  });

  test(`the door for all types pauses a conversation of type ${type} with 202 and no body`, async () => {
    await using under = await HttpUnderTest.start();
    const token = under.tokens.issue({ role: 'recorder-integration' });
    const id = await under.addConversation(type);
    const { status, text, headers } = await under.setState(`${id}/recordingstate`, 'PAUSED', token, 'PATCH');
    assert.deepEqual([status, text], [202, '']);
    assert.ok(headers.has('tacet-closed-at-ms'));
    assert.equal(under.control.live.get(id)?.conversation.control.causes[0]?.cause, 'securePause');
    const resumed = await under.setState(`${id}/recordingstate`, 'ACTIVE', token, 'PATCH');
    assert.deepEqual([resumed.status, resumed.text], [202, '']);
    assert.deepEqual(under.control.live.get(id)?.conversation.control.causes, []);
  });
}

test('only ACTIVE and PAUSED can be asked for, in any case; NONE is refused', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'recorder-integration' });
  const { conversationId } = await under.startCall();
  const door = `calls/${conversationId}/recordingstate`;
  for (const state of ['PAUSED', 'paused', 'Paused']) {
    assert.equal((await under.setState(door, state, token)).text, '"PAUSED"', state);
  }
  for (const state of ['ACTIVE', 'active', 'aCTIVE']) {
    assert.equal((await under.setState(door, state, token)).text, '"ACTIVE"', state);
  }
  for (const state of ['NONE', 'none', 'STOPPED', '', ' PAUSED', 1, true, null, ['PAUSED'], { state: 'PAUSED' }]) {
    const { status, json } = await under.setState(door, state, token);
    assert.equal(status, 400, JSON.stringify(state));
    assert.partialDeepStrictEqual(json, {
      code: 'invalid.value',
      messageParams: { field: 'recordingState', allowed: '[ACTIVE, PAUSED]' },
      details: [{ errorCode: 'invalid.value', fieldName: 'recordingState' }],
    });
  }
  assert.deepEqual(under.control.live.get(conversationId)?.conversation.control.causes, []);
});

test('the same state asked for twice is the same success and one interval', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const call = await under.startCall();
  const door = `calls/${call.conversationId}/recordingstate`;
  const instants: (string | null)[] = [];
  for (let repeat = 0; repeat < 3; repeat += 1) {
    under.clock.advance(1_000);
    const { status, text, headers } = await under.setState(door, 'PAUSED', token);
    assert.deepEqual([status, text], [200, '"PAUSED"']);
    instants.push(headers.get('tacet-closed-at-ms'));
  }
  assert.equal(new Set(instants).size, 1, 'each answer names the instant of the one pause');
  for (let repeat = 0; repeat < 3; repeat += 1) {
    under.clock.advance(1_000);
    assert.equal((await under.setState(door, 'ACTIVE', token)).text, '"ACTIVE"');
  }
  await under.endCall(call);
  assert.equal((await under.control.store.spansOf(call.conversationId)).length, 1);
  const path = `/api/v2/conversations/${call.conversationId}/recordings/${call.recordingId}/annotations`;
  const { json } = await under.send('GET', path, { token });
  assert.equal(Array.isArray(json) && json.length, 1);
  const results = (await under.audit(call.conversationId))
    .filter(({ action }) => action === 'recordingPaused' || action === 'recordingResumed')
    .map(({ action, result }) => `${action} ${result}`);
  assert.deepEqual(results, [
    'recordingPaused done',
    'recordingPaused unchanged',
    'recordingPaused unchanged',
    'recordingResumed done',
    'recordingResumed unchanged',
    'recordingResumed unchanged',
  ]);
});

test('a conversation that has ended is not there for any door', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor', userId: agentUser });
  const call = await under.startCall();
  await under.endCall(call);
  await under.clock.pass(60_000);
  const put = await under.setState(`calls/${call.conversationId}/recordingstate`, 'PAUSED', token);
  const patch = await under.setState(`${call.conversationId}/recordingstate`, 'PAUSED', token, 'PATCH');
  const own = await under.setState(`calls/${call.conversationId}`, 'PAUSED', token, 'PATCH');
  for (const { status, json } of [put, patch, own]) {
    assert.equal(status, 404);
    assert.partialDeepStrictEqual(json, { code: 'conversation.error.conversation.not.found', status: 404 });
  }
});

test('an id that nothing has, or that is no UUID, is unknown', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor', userId: agentUser });
  for (const id of ['9f9b6b3e-0000-4000-8000-000000000000', 'call-1', '%00', '..%2F..', 'x'.repeat(99)]) {
    for (const [door, method] of [
      [`calls/${id}/recordingstate`, 'PUT'],
      [`${id}/recordingstate`, 'PATCH'],
      [`calls/${id}`, 'PATCH'],
    ] as const) {
      const { status, json } = await under.setState(door, 'PAUSED', token, method);
      assert.equal(status, 404, `${method} ${door}`);
      assert.partialDeepStrictEqual(json, { code: 'conversation.error.conversation.not.found' });
    }
  }
});

test('an id may be written in upper case', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId } = await under.startCall();
  const { text } = await under.setState(`calls/${conversationId.toUpperCase()}/recordingstate`, 'PAUSED', token);
  assert.equal(text, '"PAUSED"');
});
