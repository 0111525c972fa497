/** The official JavaScript client signs in here as it does at the contract's own service. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import platformClient from 'purecloud-platform-client-v2';
import { IdentityUnderTest } from './identity-under-test.ts';

test('the official client logs in with client credentials through a gateway, and its token is good', async () => {
  await using under = await IdentityUnderTest.start();
  const { client, secret } = await under.commands.addClient({ name: 'Official', role: 'recorder-integration' });
  const api = platformClient.ApiClient.instance;
  const gateway = { host: '127.0.0.1', protocol: 'http', path_params_login: 'login', path_params_api: '' };
  api.setGateway({ ...gateway, port: under.port } as unknown as Parameters<typeof api.setGateway>[0]);
  const before = Date.now();
  const { accessToken, tokenExpiryTime } = await api.loginClientCredentialsGrant(client.id, secret);
  assert.ok((tokenExpiryTime ?? 0) >= before + 86_400_000);
  const actor = await under.tokens.check(accessToken ?? assert.fail(), under.clock.now());
  assert.equal(actor.clientId, client.id);

  // Failures arrive as whatever the HTTP library makes of them; what counts is that they arrive.
  await assert.rejects(api.loginClientCredentialsGrant(client.id, 'wrong'));
  await assert.rejects(api.loginClientCredentialsGrant('5d2f9a56-6b1f-4a34-9d2c-1f0a3a3f0c11', secret));
});
