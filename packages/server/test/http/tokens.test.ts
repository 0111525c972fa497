/** One's own token: asked about and revoked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentUser, HttpUnderTest, homeDivision } from './http-under-test.ts';
import { someClient } from './token-book.ts';

const path = '/api/v2/tokens/me';

test('a token tells which client it belongs to, and no name of a user', async () => {
  await using under = await HttpUnderTest.start();
  const organization = { id: homeDivision, name: 'Tacet' };
  const { json } = await under.send('GET', path, { token: under.tokens.issue() });
  assert.deepEqual(json, {
    organization,
    homeOrganization: organization,
    authorizedScope: [],
    OAuthClient: {
      id: someClient,
      name: 'CRM',
      authorizedGrantType: 'CLIENT-CREDENTIALS',
      scope: [],
      state: 'active',
      organization,
    },
  });
  const user = await under.send('GET', path, { token: under.tokens.issue({ name: 'Ann', userId: agentUser }) });
  assert.partialDeepStrictEqual(user.json, { OAuthClient: { id: someClient } });
  assert.doesNotMatch(user.text, /Ann/);
});

test('HEAD tells whether the token is good and nothing more', async () => {
  await using under = await HttpUnderTest.start();
  const good = await under.send('HEAD', path, { token: under.tokens.issue() });
  assert.deepEqual([good.status, good.text], [200, '']);
  assert.equal((await under.send('HEAD', path, { token: 'made-up' })).status, 401);
});

test('a token that was revoked is refused from the next request on', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const { conversationId } = await under.startCall();
  const { status, text } = await under.send('DELETE', path, { token });
  assert.deepEqual([status, text], [200, '']);
  assert.deepEqual(under.tokens.revokedFrom, ['127.0.0.1']);
  const refused = await under.setState(`calls/${conversationId}/recordingstate`, 'PAUSED', token);
  assert.equal(refused.status, 401);
  assert.partialDeepStrictEqual(refused.json, { code: 'bad.credentials' });
  assert.equal((await under.send('DELETE', path, { token })).status, 401);
});
