/** The official client asks about tokens and revokes them. */
import assert from 'node:assert/strict';
import { covers } from './covers.ts';
import { addUser, tokenOfClient } from './identity-scene.ts';

covers('getTokensMe', 'resolves to whose token it is', async (scene, operation) => {
  const info = await scene.call(operation, {}, await tokenOfClient(scene));
  assert.partialDeepStrictEqual(info, { organization: { name: 'Tacet' }, OAuthClient: { name: 'CRM' } });
});

covers('headTokensMe', 'resolves to nothing while the token is good', async (scene, operation) => {
  assert.equal((await scene.call(operation)) || undefined, undefined);
  await assert.rejects(scene.call(operation, {}, 'made-up'));
});

covers('deleteTokensMe', 'makes the token worthless', async (scene, operation) => {
  assert.equal((await scene.call(operation)) || undefined, undefined);
  await assert.rejects(scene.call('getTokensMe'), { status: 401, code: 'bad.credentials' });
});

covers('deleteToken', 'makes the tokens of a user worthless', async (scene, operation) => {
  const { id: userId } = await addUser(scene);
  assert.equal((await scene.call(operation, { path: { userId } })) || undefined, undefined);
});

covers('getOrganizationsMe', 'resolves to the one organisation there is', async (scene, operation) => {
  const token = await tokenOfClient(scene);
  assert.partialDeepStrictEqual(await scene.call(operation, {}, token), { name: 'Tacet' });
});

covers('getTokensTimeout', 'resolves to whether tokens that are not used end', async (scene, operation) => {
  assert.partialDeepStrictEqual(await scene.call(operation), { enableIdleTokenTimeout: false });
});

covers('putTokensTimeout', 'sets when tokens that are not used end', async (scene, operation) => {
  const body = { enableIdleTokenTimeout: true, idleTokenTimeoutSeconds: 900 };
  assert.partialDeepStrictEqual(await scene.call(operation, { body }), body);
  assert.partialDeepStrictEqual(await scene.call('getTokensTimeout'), body);
});
