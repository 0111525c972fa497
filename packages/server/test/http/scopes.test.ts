/** What a token that is limited to scopes can do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scopeNames } from '@tacet/domain';
import { scopesFor } from '../../src/http/scopes.ts';
import { agentUser, HttpUnderTest } from './http-under-test.ts';

test('a token that is limited to reading cannot pause', async () => {
  await using under = await HttpUnderTest.start();
  const { conversationId } = await under.startCall();
  const door = `calls/${conversationId}/recordingstate`;
  const issue = (...scopes: readonly string[]): string =>
    under.tokens.issue({ role: 'supervisor', userId: agentUser, name: 'Reader', scopes });
  const readOnly = issue('conversations:readonly', 'recordings', 'users');
  const attempts = [
    await under.setState(door, 'PAUSED', readOnly),
    await under.setState(`${conversationId}/recordingstate`, 'PAUSED', readOnly, 'PATCH'),
    await under.setState(`calls/${conversationId}`, 'PAUSED', readOnly, 'PATCH'),
  ];
  for (const { status, json, headers } of attempts) {
    assert.equal(status, 403);
    assert.partialDeepStrictEqual(json, { code: 'not.authorized', messageParams: { scopes: '[conversations]' } });
    assert.equal(headers.get('www-authenticate'), 'Bearer error="insufficient_scope", scope="conversations"');
  }
  assert.equal((await under.send('GET', `/api/v2/conversations/${conversationId}`, { token: readOnly })).status, 200);
  const refused = (await under.audit(conversationId)).filter(({ result }) => result === 'refused');
  assert.deepEqual(
    refused.map(({ by, facts }) => [by.name, facts['fault']]),
    attempts.map(() => ['Reader', 'scopeMissing']),
  );
  assert.equal((await under.setState(door, 'PAUSED', issue('conversations'))).status, 200);
});

test('a token without a list of scopes is limited by rights alone, and one with an empty list can do nothing', async () => {
  await using under = await HttpUnderTest.start();
  const { conversationId } = await under.startCall();
  const path = `/api/v2/conversations/${conversationId}`;
  const whole = under.tokens.issue({ role: 'admin' });
  const empty = under.tokens.issue({ role: 'admin', userId: agentUser, scopes: [] });
  assert.equal((await under.send('GET', path, { token: whole })).status, 200);
  assert.equal((await under.send('GET', path, { token: empty })).status, 403);
  const own = await under.send('HEAD', '/api/v2/tokens/me', { token: empty });
  assert.equal(own.status, 200, 'every token may be asked about');
  assert.equal((await under.send('DELETE', '/api/v2/tokens/me', { token: empty })).status, 200);
});

test('a scope opens its own operations and no others, and gives no right by itself', async () => {
  await using under = await HttpUnderTest.start();
  const { conversationId } = await under.startCall();
  const paths = {
    conversations: `/api/v2/conversations/${conversationId}`,
    recordings: `/api/v2/conversations/${conversationId}/recordingmetadata`,
    audits: '/tacet/v1/audit',
  };
  for (const scope of Object.keys(paths)) {
    for (const held of [scope, `${scope}:readonly`]) {
      const token = under.tokens.issue({ role: 'admin', userId: agentUser, scopes: [held] });
      for (const [needed, path] of Object.entries(paths)) {
        const { status } = await under.send('GET', path, { token });
        assert.equal(status, needed === scope ? 200 : 403, `${held} at ${path}`);
      }
    }
  }
  const powerless = under.tokens.issue({ userId: agentUser, scopes: ['audits'] });
  const { json } = await under.send('GET', '/tacet/v1/audit', { token: powerless });
  assert.partialDeepStrictEqual(json, { code: 'missing.any.permissions' });
});

test('operations need the scope of their family, whole for changes and read-only for reading', () => {
  const cases: readonly (readonly [method: 'GET' | 'POST' | 'PUT', path: string, scopes: readonly string[]])[] = [
    ['PUT', '/api/v2/conversations/calls/{conversationId}/recordingstate', ['conversations']],
    ['GET', '/api/v2/conversations/calls', ['conversations', 'conversations:readonly']],
    ['PUT', '/api/v2/conversations/{conversationId}/recordings/{recordingId}', ['recordings']],
    ['GET', '/api/v2/recording/batchrequests/{jobId}', ['recordings', 'recordings:readonly']],
    ['PUT', '/api/v2/recordings/deletionprotection', ['recordings']],
    ['GET', '/api/v2/notifications/channels', ['notifications', 'notifications:readonly']],
    ['PUT', '/api/v2/authorization/roles/{roleId}', ['authorization']],
    ['PUT', '/api/v2/users/{subjectId}/roles', ['authorization']],
    ['GET', '/api/v2/users/{userId}', ['users', 'users:readonly']],
    ['GET', '/api/v2/users/me', ['users', 'users:readonly', 'user-basic-info']],
    ['PUT', '/api/v2/tokens/timeout', ['oauth']],
    ['GET', '/api/v2/oauth/clients', ['oauth', 'oauth:readonly']],
    [
      'GET',
      '/tacet/v1/conversations/{conversationId}/recordings/{recordingId}/timeline',
      ['recordings', 'recordings:readonly'],
    ],
    ['POST', '/tacet/v1/recordings/search', ['recordings', 'recordings:readonly']],
    ['GET', '/api/v2/unheardof', []],
  ];
  for (const [method, path, scopes] of cases) assert.deepEqual(scopesFor({ method, path }), scopes, path);
  assert.equal(scopesFor({ method: 'GET', path: '/api/v2/tokens/me' }), undefined);
});

test('every door that needs a token is reached by some scope, and only scopes that have a name are asked for', async () => {
  await using under = await HttpUnderTest.start();
  const named = new Set<string>([...scopeNames, ...scopeNames.map((name) => `${name}:readonly`), 'user-basic-info']);
  for (const door of under.app.doors) {
    if (door.access === 'anyone') continue;
    const scopes = scopesFor(door);
    assert.notDeepEqual(scopes, [], `${door.method} ${door.path}`);
    for (const scope of scopes ?? []) assert.ok(named.has(scope), scope);
  }
});
