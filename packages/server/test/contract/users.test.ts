/** The official client adds, reads, changes and deletes users. */
import assert from 'node:assert/strict';
import { covers } from './covers.ts';
import { addUser, tokenOfUser } from './identity-scene.ts';

covers('postUsers', 'adds a user', async (scene, operation) => {
  const body = { name: 'Ann Example', email: 'ann@example.test', password: 'Lantern-4-Harbour-Quilt', title: 'Agent' };
  const user = await scene.call(operation, { body });
  assert.partialDeepStrictEqual(user, { name: body.name, email: body.email, title: 'Agent', state: 'active' });
  assert.doesNotMatch(JSON.stringify(user), /Lantern/);
});

covers('getUsers', 'resolves to a page of users', async (scene, operation) => {
  const { id } = await addUser(scene);
  await addUser(scene, 'Bob Example');
  const options = { pageSize: 10, pageNumber: 1, id: [id], expand: ['authorization'], state: 'any' };
  assert.partialDeepStrictEqual(await scene.call(operation, { options }), { total: 1, entities: [{ id }] });
  assert.partialDeepStrictEqual(await scene.call(operation), { total: 2 });
});

covers('getUser', 'resolves to a user', async (scene, operation) => {
  const { id: userId, name } = await addUser(scene);
  const given = { path: { userId }, options: { expand: ['authorization'] } };
  assert.partialDeepStrictEqual(await scene.call(operation, given), { id: userId, name });
});

covers('getUsersMe', 'resolves to the user whose token it is', async (scene, operation) => {
  const { user, token } = await tokenOfUser(scene);
  assert.partialDeepStrictEqual(await scene.call(operation, {}, token), { id: user.id, name: user.name });
  const options = { expand: ['authorization', 'organization', 'token'] };
  assert.partialDeepStrictEqual(await scene.call(operation, { options }, token), { id: user.id, authorization: {} });
});

covers('patchUser', 'changes a user, unless somebody else was faster', async (scene, operation) => {
  const { id: userId, version } = await addUser(scene);
  const change = { path: { userId }, body: { version, title: 'Lead' } };
  assert.partialDeepStrictEqual(await scene.call(operation, change), { id: userId, title: 'Lead' });
  await assert.rejects(scene.call(operation, change), { status: 409 });
});

covers('deleteUser', 'deletes a user', async (scene, operation) => {
  const { id: userId } = await addUser(scene);
  await scene.call(operation, { path: { userId } });
  await assert.rejects(scene.call('getUser', { path: { userId } }), { status: 404 });
});
