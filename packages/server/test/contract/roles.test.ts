/** The official client reads and changes roles. */
import assert from 'node:assert/strict';
import { covers } from './covers.ts';
import { addRole, agentRole } from './identity-scene.ts';

interface Role {
  readonly id: string;
  readonly permissions: readonly string[];
}

const pauseOthers = { domain: 'conversation', entityName: 'recording', actionSet: ['pauseOthers'] };

covers('postAuthorizationRoles', 'adds a role', async (scene, operation) => {
  const body = { name: 'Pausing', description: 'May pause', permissionPolicies: [pauseOthers] };
  assert.partialDeepStrictEqual(await scene.call(operation, { body }), body);
});

covers('getAuthorizationRoles', 'resolves to a page of roles', async (scene, operation) => {
  const { id } = await addRole(scene);
  const options = { pageSize: 25, pageNumber: 1, name: 'Pausing', userCount: true };
  assert.partialDeepStrictEqual(await scene.call(operation, { options }), { total: 1, entities: [{ id }] });
});

covers('getAuthorizationRole', 'resolves to a role that every installation has', async (scene, operation) => {
  const role = await scene.call<Role>(operation, { path: { roleId: agentRole } });
  assert.partialDeepStrictEqual(role, { id: agentRole, name: 'agent' });
});

covers('putAuthorizationRole', 'changes a role', async (scene, operation) => {
  const { id: roleId } = await addRole(scene);
  const body = { name: 'Pausing more', permissionPolicies: [{ ...pauseOthers, actionSet: ['pause', 'pauseOthers'] }] };
  assert.partialDeepStrictEqual(await scene.call(operation, { path: { roleId }, body }), { id: roleId, ...body });
});

covers('patchAuthorizationRole', 'changes what is given of a role', async (scene, operation) => {
  const { id: roleId, name } = await addRole(scene);
  const changed = await scene.call(operation, { path: { roleId }, body: { description: 'Anew' } });
  assert.partialDeepStrictEqual(changed, { id: roleId, name, description: 'Anew' });
});

covers('deleteAuthorizationRole', 'removes a role', async (scene, operation) => {
  const { id: roleId } = await addRole(scene);
  await scene.call(operation, { path: { roleId } });
  await assert.rejects(scene.call('getAuthorizationRole', { path: { roleId } }), { status: 404 });
});

covers(
  'postAuthorizationRolesDefault',
  'resolves to the roles that every installation has',
  async (scene, operation) => {
    assert.partialDeepStrictEqual(await scene.call(operation), { entities: [{ default: true }] });
  },
);

covers('getAuthorizationPermissions', 'resolves to permissions by domain', async (scene, operation) => {
  const { entities } = await scene.call<{ readonly entities: readonly { readonly domain: string }[] }>(operation, {
    options: { pageSize: 100, pageNumber: 1 },
  });
  assert.ok(entities.some(({ domain }) => domain === 'conversation'));
});
