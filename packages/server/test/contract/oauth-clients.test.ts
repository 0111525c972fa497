/** The official client manages OAuth clients, and reads scopes. */
import assert from 'node:assert/strict';
import { homeDivision } from '../http/http-under-test.ts';
import type { ContractUnderTest } from './contract-under-test.ts';
import { covers } from './covers.ts';
import { agentRole } from './identity-scene.ts';

interface Client {
  readonly id: string;
  readonly secret?: string;
}

const wish = {
  name: 'CRM',
  authorizedGrantType: 'CLIENT-CREDENTIALS',
  accessTokenValiditySeconds: 3_600,
  roleDivisions: [{ roleId: agentRole, divisionId: homeDivision }],
};

function addClient(scene: ContractUnderTest): Promise<Client> {
  return scene.call('postOauthClients', { body: wish });
}

covers('postOauthClients', 'adds a client, and shows its secret', async (scene, operation) => {
  const client = await scene.call<Client>(operation, { body: wish });
  assert.partialDeepStrictEqual(client, { ...wish, state: 'active' });
  assert.ok((client.secret ?? '').length >= 32);
});

covers('getOauthClients', 'resolves to clients, without their secrets', async (scene, operation) => {
  const { id, secret = assert.fail() } = await addClient(scene);
  const page = await scene.call(operation);
  assert.partialDeepStrictEqual(page, { entities: [{ id, name: 'CRM' }] });
  assert.ok(!JSON.stringify(page).includes(secret));
});

covers('getOauthClient', 'resolves to a client, without its secret', async (scene, operation) => {
  const { id: clientId } = await addClient(scene);
  const client = await scene.call<Client>(operation, { path: { clientId } });
  assert.partialDeepStrictEqual(client, { id: clientId, name: 'CRM' });
  assert.equal(client.secret, undefined);
});

covers('putOauthClient', 'changes a client', async (scene, operation) => {
  const { id: clientId } = await addClient(scene);
  const body = { ...wish, name: 'CRM at night', state: 'inactive' };
  const client = await scene.call(operation, { path: { clientId }, body });
  assert.partialDeepStrictEqual(client, { id: clientId, name: 'CRM at night', state: 'inactive' });
});

covers('postOauthClientSecret', 'makes a new secret', async (scene, operation) => {
  const { id: clientId, secret } = await addClient(scene);
  const client = await scene.call<Client>(operation, { path: { clientId } });
  assert.ok(client.secret !== undefined && client.secret !== secret);
});

covers('deleteOauthClient', 'removes a client that is inactive, and no other', async (scene, operation) => {
  const { id: clientId } = await addClient(scene);
  const path = { clientId };
  await assert.rejects(scene.call(operation, { path }), { status: 400, code: 'cannot.delete.client' });
  await scene.call('putOauthClient', { path, body: { ...wish, state: 'inactive' } });
  await scene.call(operation, { path });
  await assert.rejects(scene.call('getOauthClient', { path }), { status: 404 });
});

covers('getOauthScopes', 'resolves to scopes', async (scene, operation) => {
  const { entities } = await scene.call<{ readonly entities: readonly { readonly id: string }[] }>(operation);
  assert.ok(entities.some(({ id }) => id === 'conversations'));
});

covers('getOauthScope', 'resolves to a scope', async (scene, operation) => {
  const scope = await scene.call(operation, { path: { scopeId: 'conversations' } });
  assert.partialDeepStrictEqual(scope, { id: 'conversations' });
});
