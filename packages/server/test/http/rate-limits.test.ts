/** How many requests of whom are answered, and what answers say about it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientId } from '@tacet/domain';
import { type EdgeSettings, openEdge } from '../../src/http/edge-settings.ts';
import { rateClassOf } from '../../src/http/rate-classes.ts';
import { agentUser, HttpUnderTest, otherUser, type Received } from './http-under-test.ts';

const otherClient = '00000000-0000-4000-8000-00000000c12e' as ClientId;
const unknownCall = 'calls/9f9b6b3e-0000-4000-8000-000000000000/recordingstate';

function limited(settings: Partial<EdgeSettings>): Promise<HttpUnderTest> {
  return HttpUnderTest.start({ ports: { edge: { ...openEdge, ...settings } } });
}

function rateOf({ headers }: Received): readonly (number | undefined)[] {
  return ['count', 'allowed', 'reset'].map((name) => {
    const value = headers.get(`inin-ratelimit-${name}`);
    return value === null ? undefined : Number(value);
  });
}

test('each answer says how many requests there were, how many are allowed, and when counting begins anew', async () => {
  await using under = await limited({ rateLimitPerMinute: 300, pauseRateLimitPerMinute: 1_000 });
  const token = under.tokens.issue({ role: 'admin' });
  const { conversationId } = await under.startCall();
  const read = `/api/v2/conversations/${conversationId}`;
  assert.deepEqual(rateOf(await under.send('GET', read, { token })), [1, 300, 60]);
  await under.clock.pass(10_500);
  assert.deepEqual(rateOf(await under.send('GET', read, { token })), [2, 300, 50]);
  const door = `calls/${conversationId}/recordingstate`;
  assert.deepEqual(rateOf(await under.setState(door, 'PAUSED', token)), [1, 1_000, 60]);
  const patch = await under.setState(`${conversationId}/recordingstate`, 'PAUSED', token, 'PATCH');
  assert.deepEqual([patch.status, ...rateOf(patch)], [202, 2, 1_000, 60]);
  assert.deepEqual(rateOf(await under.send('GET', '/tacet/v1/audit', { token })), [1, 300, 60]);
  const refusals: readonly (readonly [method: string, path: string, status: number])[] = [
    ['GET', read, 401],
    ['GET', '/api/v2/nowhere', 404],
    ['POST', read, 405],
    ['GET', '/api/v2/%zz', 404],
    ['GET', '/tacet/v1/media/made-up', 404],
    ['PUT', `/api/v2/conversations/${unknownCall}`, 401],
  ];
  for (const [place, [method, path, status]] of refusals.entries()) {
    const answer = await under.send(method, path);
    assert.deepEqual([answer.status, ...rateOf(answer)], [status, place + 1, 300, 60], path);
  }
  assert.deepEqual(rateOf(await under.send('GET', '/health/live')), [undefined, undefined, undefined]);
  assert.deepEqual(rateOf(await under.send('GET', '/nowhere')), [undefined, undefined, undefined]);
});

test('one request too many is 429, with the seconds to wait, until the minute is over', async () => {
  await using under = await limited({ rateLimitPerMinute: 2 });
  const token = under.tokens.issue({ role: 'admin' });
  const ask = (): Promise<Received> => under.send('GET', '/tacet/v1/audit', { token });
  assert.deepEqual([(await ask()).status, (await ask()).status], [200, 200]);
  await under.clock.pass(18_000);
  const refused = await ask();
  assert.deepEqual([refused.status, ...rateOf(refused)], [429, 3, 2, 42]);
  assert.equal(refused.headers.get('retry-after'), '42');
  assert.partialDeepStrictEqual(refused.json, {
    code: 'too.many.requests',
    status: 429,
    messageParams: { seconds: '42' },
    contextId: refused.headers.get('inin-correlation-id'),
  });
  assert.match(JSON.stringify(refused.json), /Retry the request in \[42\] seconds/);
  await under.clock.pass(42_000);
  const again = await ask();
  assert.deepEqual([again.status, ...rateOf(again)], [200, 1, 2, 60]);
  assert.deepEqual(under.reports, []);
});

test('each client, and each user of it, has a budget of its own in each class of operations', async () => {
  await using under = await limited({ rateLimitPerMinute: 1 });
  const tokens = [
    under.tokens.issue({ role: 'admin' }),
    under.tokens.issue({ role: 'admin', clientId: otherClient }),
    under.tokens.issue({ role: 'admin', userId: agentUser }),
    under.tokens.issue({ role: 'admin', userId: otherUser }),
    under.tokens.issue({ role: 'admin', userId: agentUser, clientId: otherClient }),
  ];
  const { conversationId } = await under.startCall();
  const paths = [
    `/api/v2/conversations/${conversationId}`,
    `/api/v2/conversations/${conversationId}/recordingmetadata`,
    '/tacet/v1/audit',
  ];
  for (const token of tokens) {
    for (const path of paths) assert.equal((await under.send('GET', path, { token })).status, 200, path);
  }
  for (const token of tokens) {
    for (const path of paths) assert.equal((await under.send('GET', path, { token })).status, 429, path);
  }
  const another = under.tokens.issue({ role: 'admin' });
  assert.equal((await under.send('GET', '/tacet/v1/audit', { token: another })).status, 429, 'it is not the token');
});

test('pauses have a budget of their own, which no flood of other requests uses up', async () => {
  await using under = await limited({ rateLimitPerMinute: 3, pauseRateLimitPerMinute: 5 });
  const token = under.tokens.issue({ role: 'admin' });
  const { conversationId } = await under.startCall();
  const paths = [
    `/api/v2/conversations/${conversationId}`,
    `/api/v2/conversations/${conversationId}/recordingmetadata`,
    '/tacet/v1/audit',
    '/api/v2/nowhere',
  ];
  const statuses = new Set<number>();
  for (let round = 0; round < 5; round += 1) {
    for (const path of paths) statuses.add((await under.send('GET', path, { token })).status);
    await under.send('GET', '/api/v2/tokens/me', { token: 'made-up' });
  }
  assert.ok(statuses.has(429));
  const door = `calls/${conversationId}/recordingstate`;
  for (const state of ['PAUSED', 'ACTIVE', 'PAUSED', 'ACTIVE', 'PAUSED']) {
    assert.equal((await under.setState(door, state, token)).status, 200, state);
  }
  assert.equal((await under.setState(door, 'ACTIVE', token)).status, 429);
});

test('requests without a valid token are counted by their address', async () => {
  await using under = await limited({ rateLimitPerMinute: 2 });
  const expired = under.tokens.issue();
  under.tokens.expire(expired);
  const good = under.tokens.issue({ role: 'admin' });
  const statuses: number[] = [];
  for (const token of [undefined, 'made-up', expired, 'made-up again']) {
    statuses.push((await under.send('GET', '/api/v2/tokens/me', token === undefined ? {} : { token })).status);
  }
  assert.deepEqual(statuses, [401, 401, 429, 429]);
  assert.equal((await under.send('GET', '/api/v2/nowhere')).status, 429);
  const { status } = await under.send('GET', '/tacet/v1/audit', { token: good });
  assert.equal(status, 200, 'whoever has a token is not kept out by others at the same address');
});

test('while tokens cannot be checked nobody is counted as a stranger', async () => {
  await using under = await limited({ rateLimitPerMinute: 1 });
  const token = under.tokens.issue();
  under.tokens.failure = new Error('the store is gone');
  for (let round = 0; round < 3; round += 1) {
    assert.equal((await under.send('GET', '/api/v2/tokens/me', { token })).status, 500);
  }
});

test('who follows a link to media draws on the budget of whoever asked for it', async () => {
  await using under = await limited({ rateLimitPerMinute: 3 });
  const token = under.tokens.issue({ role: 'admin' });
  const call = await under.startCall();
  await under.endCall(call);
  const listed = await under.send('GET', `/api/v2/conversations/${call.conversationId}/recordings`, { token });
  const link = /"mediaUri":"([^"]+)"/.exec(listed.text)?.[1] ?? assert.fail(listed.text);
  assert.deepEqual(rateOf(listed), [1, 3, 60]);
  assert.deepEqual(rateOf(await under.send('GET', link)), [2, 3, 60]);
  assert.deepEqual(rateOf(await under.send('HEAD', link)), [3, 3, 60]);
  assert.equal((await under.send('GET', link)).status, 429);
});

test('where a limit is 0 nothing is counted', async () => {
  await using under = await limited({ rateLimitPerMinute: 0, pauseRateLimitPerMinute: 1 });
  const token = under.tokens.issue({ role: 'admin' });
  for (let round = 0; round < 5; round += 1) {
    const answer = await under.send('GET', '/tacet/v1/audit', { token });
    assert.deepEqual([answer.status, ...rateOf(answer)], [200, undefined, undefined, undefined]);
  }
  assert.deepEqual(rateOf(await under.setState(unknownCall, 'PAUSED', token)), [1, 1, 60]);
});

test('every door belongs to a class: those that pause to one, recordings and administration to others', async () => {
  await using under = await HttpUnderTest.start();
  for (const door of under.app.doors) {
    const rateClass = rateClassOf(door);
    const isCounted = /^\/(api\/v2|tacet\/v1)\//.test(door.path);
    assert.equal(rateClass === 'none', !isCounted, door.path);
    if (door.path.endsWith('/recordingstate')) assert.equal(rateClass, 'pause', door.path);
  }
  const classOf = (path: string): string => rateClassOf({ path, access: [] });
  assert.equal(classOf('/api/v2/conversations/{conversationId}/recordings/{recordingId}'), 'playback');
  assert.equal(classOf('/api/v2/recording/batchrequests'), 'playback');
  assert.equal(classOf('/api/v2/recordings/settings'), 'playback');
  assert.equal(classOf('/tacet/v1/media/{token}'), 'playback');
  assert.equal(classOf('/tacet/v1/conversations/{conversationId}/recordings/{recordingId}/timeline'), 'playback');
  assert.equal(classOf('/api/v2/authorization/roles'), 'administration');
  assert.equal(classOf('/api/v2/oauth/clients/{clientId}'), 'administration');
  assert.equal(classOf('/api/v2/users/{userId}'), 'administration');
  assert.equal(classOf('/api/v2/conversations/{conversationId}'), 'other');
  assert.equal(classOf('/api/v2/notifications/channels'), 'other');
  assert.equal(classOf('/tacet/v1/conversations'), 'other');
});
