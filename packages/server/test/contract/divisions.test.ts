/** The official client reads and changes divisions. */
import assert from 'node:assert/strict';
import { homeDivision, otherDivision } from '../http/http-under-test.ts';
import { covers } from './covers.ts';
import { addDivision, addUser } from './identity-scene.ts';

covers('getAuthorizationDivisions', 'resolves to a page of divisions', async (scene, operation) => {
  const options = { pageSize: 10, pageNumber: 1, name: 'Other', objectCount: true };
  assert.partialDeepStrictEqual(await scene.call(operation, { options }), {
    total: 1,
    entities: [{ id: otherDivision, name: 'Other', homeDivision: false }],
  });
});

covers('getAuthorizationDivisionsHome', 'resolves to the home division', async (scene, operation) => {
  assert.partialDeepStrictEqual(await scene.call(operation), { id: homeDivision, homeDivision: true });
});

covers('getAuthorizationDivisionsLimit', 'resolves to a number', async (scene, operation) => {
  assert.ok((await scene.call<number>(operation)) > 1);
});

covers('getAuthorizationDivisionsQuery', 'resolves to divisions from a place on', async (scene, operation) => {
  const first = await scene.call<{ readonly entities: readonly { readonly id: string }[] }>(operation, {
    options: { pageSize: '1' },
  });
  const after = first.entities[0]?.id;
  const next = await scene.call<typeof first>(operation, { options: { pageSize: '1', after } });
  assert.equal(next.entities.length, 1);
  assert.notEqual(next.entities[0]?.id, after);
});

covers('getAuthorizationDivision', 'resolves to a division', async (scene, operation) => {
  const given = { path: { divisionId: otherDivision }, options: { objectCount: true } };
  assert.partialDeepStrictEqual(await scene.call(operation, given), { id: otherDivision, name: 'Other' });
});

covers('getAuthorizationDivisionspermittedMe', 'resolves to where one may do something', async (scene, operation) => {
  const token = scene.under.tokens.issue({ role: 'supervisor', division: otherDivision });
  const options = { permission: 'conversation:recording:pauseOthers' };
  assert.partialDeepStrictEqual(await scene.call(operation, { options }, token), [{ id: otherDivision }]);
});

covers(
  'getAuthorizationDivisionspermittedPagedMe',
  'resolves to where one may do something',
  async (scene, operation) => {
    const token = scene.under.tokens.issue({ role: 'supervisor', division: otherDivision });
    const options = { permission: 'conversation:recording:pauseOthers', pageSize: 10 };
    const page = await scene.call(operation, { options }, token);
    assert.partialDeepStrictEqual(page, { total: 1, entities: [{ id: otherDivision }], allDivsPermitted: false });
  },
);

covers('postAuthorizationDivisions', 'adds a division', async (scene, operation) => {
  const body = { name: 'North', description: 'Everything north' };
  assert.partialDeepStrictEqual(await scene.call(operation, { body }), { ...body, homeDivision: false });
});

covers('putAuthorizationDivision', 'changes a division', async (scene, operation) => {
  const { id: divisionId } = await addDivision(scene);
  const given = { path: { divisionId }, body: { name: 'South' } };
  assert.partialDeepStrictEqual(await scene.call(operation, given), { id: divisionId, name: 'South' });
});

covers('deleteAuthorizationDivision', 'removes a division', async (scene, operation) => {
  const { id: divisionId } = await addDivision(scene);
  await scene.call(operation, { path: { divisionId } });
  await assert.rejects(scene.call('getAuthorizationDivision', { path: { divisionId } }), { status: 404 });
});

covers('postAuthorizationDivisionObject', 'moves users into a division', async (scene, operation) => {
  const { id: userId } = await addUser(scene);
  await scene.call(operation, { path: { divisionId: otherDivision, objectType: 'USER' }, body: [userId] });
  const user = await scene.call('getUser', { path: { userId } });
  assert.partialDeepStrictEqual(user, { division: { id: otherDivision } });
});
