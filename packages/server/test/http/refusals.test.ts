/** Requests that are turned away before any use-case hears of them, and what is written down of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import type { Door, GuardedDoor } from '../../src/http/door.ts';
import { agentUser, HttpUnderTest, type Sent } from './http-under-test.ts';

const unknownId = '9f9b6b3e-0000-4000-8000-000000000000';

function isGuarded(door: Door): door is GuardedDoor {
  return door.access !== 'anyone';
}

test('a token that is missing, unknown, expired or revoked is refused with a code of its own', async () => {
  await using under = await HttpUnderTest.start();
  const expired = under.tokens.issue({ role: 'admin' });
  under.tokens.expire(expired);
  const revoked = under.tokens.issue({ role: 'admin' });
  await under.send('DELETE', '/api/v2/tokens/me', { token: revoked });
  const cases: readonly (readonly [sent: Sent, code: string])[] = [
    [{}, 'authentication.required'],
    [{ headers: { authorization: '' } }, 'authentication.required'],
    [{ headers: { authorization: 'Bearer' } }, 'authentication.required'],
    [{ headers: { authorization: 'Basic dTpw' } }, 'authentication.required'],
    [{ headers: { authorization: 'Bearer a b' } }, 'authentication.required'],
    [{ token: 'made-up' }, 'bad.credentials'],
    [{ token: 'x'.repeat(5_000) }, 'bad.credentials'],
    [{ token: expired }, 'credentials.expired'],
    [{ token: revoked }, 'bad.credentials'],
  ];
  for (const path of ['/api/v2/tokens/me', `/api/v2/conversations/${unknownId}`, '/tacet/v1/audit']) {
    for (const [sent, code] of cases) {
      const { status, json, headers } = await under.send('GET', path, sent);
      assert.equal(status, 401, `${path} ${code}`);
      assert.partialDeepStrictEqual(json, { code, status: 401 });
      assert.equal(headers.get('www-authenticate'), 'Bearer');
    }
  }
});

test('the scheme of a token may be written in any case', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue();
  const { status } = await under.send('HEAD', '/api/v2/tokens/me', { headers: { authorization: `bearer  ${token}` } });
  assert.equal(status, 200);
});

test('while tokens cannot be checked nobody is let in, and nobody is called an impostor', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  under.tokens.failure = new Fault('storageUnavailable');
  const { status, json } = await under.setState(`calls/${unknownId}/recordingstate`, 'PAUSED', token);
  assert.equal(status, 503);
  assert.partialDeepStrictEqual(json, { code: 'service.unavailable' });
});

test('every refused attempt to change a recording state is in the audit log', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor', name: 'Billing screen' });
  const powerless = under.tokens.issue({ role: 'agent', name: 'Powerless' });
  const expired = under.tokens.issue({ role: 'admin' });
  under.tokens.expire(expired);
  const { conversationId } = await under.startCall();
  const path = `/api/v2/conversations/calls/${conversationId}/recordingstate`;
  const body = { recordingState: 'PAUSED' };
  const type = { 'content-type': 'text/plain' };
  const attempts: readonly (readonly [sent: Sent, status: number, name: string, fault: string])[] = [
    [{ body }, 401, '', 'tokenMissing'],
    [{ token: 'made-up', body }, 401, '', 'tokenInvalid'],
    [{ token: expired, body }, 401, '', 'tokenExpired'],
    [{ token: powerless, body }, 403, 'Powerless', 'permissionMissing'],
    [{ token, body: { recordingState: 'NONE' } }, 400, 'Billing screen', 'valueInvalid'],
    [{ token, rawBody: '{' }, 400, 'Billing screen', 'bodyMalformed'],
    [{ token, rawBody: 'x', headers: type }, 415, 'Billing screen', 'bodyMalformed'],
    [{ token, rawBody: 'x'.repeat(1_048_577) }, 413, 'Billing screen', 'bodyMalformed'],
  ];
  for (const [sent, status, name, fault] of attempts) {
    const answer = await under.send('PUT', path, sent);
    assert.equal(answer.status, status, fault);
    const entry = (await under.audit(conversationId)).at(-1);
    assert.equal(entry?.result, 'refused', fault);
    assert.equal(entry?.action, 'recordingPaused');
    assert.equal(entry?.facts['fault'], fault);
    assert.partialDeepStrictEqual(entry?.by, {
      name,
      from: '127.0.0.1',
      door: 'PUT /api/v2/conversations/calls/{conversationId}/recordingstate',
      requestId: answer.headers.get('inin-correlation-id'),
    });
  }
  const refused = (await under.audit()).filter(({ result }) => result === 'refused');
  assert.equal(refused.length, attempts.length, 'each of them once');

  for (const [state, action] of [
    ['PAUSED', 'recordingPaused'],
    ['active', 'recordingResumed'],
  ]) {
    const nowhere = await under.setState('calls/no-uuid/recordingstate', state, token);
    assert.equal(nowhere.status, 404);
    const last = (await under.audit()).at(-1);
    const told = [last?.action, last?.result, last?.facts['fault'], last?.conversationId];
    assert.deepEqual(told, [action, 'refused', 'conversationUnknown', undefined]);
  }
});

test('what a caller wrote into a field is neither told back nor written down', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId } = await under.startCall();
  const number = '4111111111111111';
  const path = `/api/v2/conversations/calls/${conversationId}/recordingstate`;
  const answers = [
    await under.send('PUT', path, { token, body: { recordingState: number } }),
    await under.send('PUT', path, { token, rawBody: `{"recordingState": ${number}` }),
    await under.send('GET', `/tacet/v1/conversations?pageSize=${number}`, { token }),
  ];
  for (const { status, text } of answers) {
    assert.equal(status, 400);
    assert.doesNotMatch(text, /4111/);
  }
  assert.doesNotMatch(JSON.stringify(await under.audit()), /4111/);
  assert.deepEqual(under.reports, []);
});

test('when a refusal cannot be written down the attempt is refused all the same', async () => {
  await using under = await HttpUnderTest.start();
  const { conversationId } = await under.startCall();
  const { store } = under.control;
  const commit = store.commit.bind(store);
  store.commit = () => Promise.reject(new Fault('storageUnavailable'));
  const { status } = await under.setState(`calls/${conversationId}/recordingstate`, 'PAUSED', 'made-up');
  store.commit = commit;
  assert.equal(status, 401);
  assert.equal(under.reports.length, 1);
});

test('readers that are refused leave nothing in the audit log', async () => {
  await using under = await HttpUnderTest.start();
  const { conversationId } = await under.startCall();
  const before = (await under.audit()).length;
  await under.send('GET', `/api/v2/conversations/${conversationId}`, { token: 'made-up' });
  assert.equal((await under.audit()).length, before);
});

test('a door turns away whoever holds none of its permissions anywhere', async () => {
  await using under = await HttpUnderTest.start();
  const client = under.tokens.issue({ name: 'Powerless' });
  const user = under.tokens.issue({ userId: agentUser, name: 'Powerless' });
  for (const { method, path, access, needsAll, needsUser, isForParticipants, operation } of under.app.doors.filter(
    isGuarded,
  )) {
    if (access.length === 0 || isForParticipants === true) continue;
    const target = path.replace(/\{\w+\}/g, unknownId);
    // No body: whoever may not do it is not told how to do it better.
    const asUser = await under.send(method, target, { token: user });
    const asClient = await under.send(method, target, { token: client });
    assert.equal(asUser.status, 403, operation);
    assert.equal(asClient.status, needsUser === true ? 400 : 403, operation);
    const code = needsAll === true ? 'missing.permissions' : 'missing.any.permissions';
    if (method !== 'HEAD') assert.partialDeepStrictEqual(asUser.json, { code }, operation);
    if (needsAll !== true) continue;
    for (const missing of access) {
      const token = under.tokens.issueRights(access.filter((permission) => permission !== missing));
      assert.equal((await under.send(method, target, { token })).status, needsUser === true ? 400 : 403, operation);
    }
  }
});
