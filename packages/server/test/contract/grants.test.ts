/** The official client grants roles in divisions, and takes them away. */
import assert from 'node:assert/strict';
import { homeDivision, otherDivision } from '../http/http-under-test.ts';
import type { ContractUnderTest } from './contract-under-test.ts';
import { covers } from './covers.ts';
import { addUser, agentRole, grantsOf, supervisorRole, tokenOfUser } from './identity-scene.ts';

/** A user who is an agent in the home division. */
async function agent(scene: ContractUnderTest): Promise<string> {
  const { id } = await addUser(scene);
  const path = { subjectId: id, divisionId: homeDivision, roleId: agentRole };
  await scene.call('postAuthorizationSubjectDivisionRole', { path, options: { subjectType: 'PC_USER' } });
  return id;
}

covers('postAuthorizationSubjectDivisionRole', 'grants a role in a division', async (scene) => {
  assert.deepEqual(await grantsOf(scene, await agent(scene)), ['agent in Home']);
});

covers('deleteAuthorizationSubjectDivisionRole', 'takes a role away', async (scene, operation) => {
  const subjectId = await agent(scene);
  await scene.call(operation, { path: { subjectId, divisionId: homeDivision, roleId: agentRole } });
  assert.deepEqual(await grantsOf(scene, subjectId), []);
});

covers('postAuthorizationRole', 'grants a role to several in several divisions', async (scene, operation) => {
  const subjectIds = [(await addUser(scene)).id, (await addUser(scene, 'Bob Example')).id];
  const body = { subjectIds, divisionIds: [homeDivision, otherDivision] };
  await scene.call(operation, { path: { roleId: agentRole }, body });
  for (const id of subjectIds) assert.deepEqual(await grantsOf(scene, id), ['agent in Home', 'agent in Other']);
});

covers('postAuthorizationSubjectBulkadd', 'grants several roles', async (scene, operation) => {
  const subjectId = await agent(scene);
  const grants = [{ roleId: supervisorRole, divisionId: otherDivision }];
  await scene.call(operation, { path: { subjectId }, body: { grants } });
  assert.deepEqual(await grantsOf(scene, subjectId), ['agent in Home', 'supervisor in Other']);
});

covers('postAuthorizationSubjectBulkremove', 'takes several roles away', async (scene, operation) => {
  const subjectId = await agent(scene);
  const grants = [{ roleId: agentRole, divisionId: homeDivision }];
  await scene.call(operation, { path: { subjectId }, body: { grants } });
  assert.deepEqual(await grantsOf(scene, subjectId), []);
});

covers('postAuthorizationSubjectBulkreplace', 'leaves the roles that are given', async (scene, operation) => {
  const subjectId = await agent(scene);
  const grants = [{ roleId: supervisorRole, divisionId: otherDivision }];
  await scene.call(operation, { path: { subjectId }, body: { grants } });
  assert.deepEqual(await grantsOf(scene, subjectId), ['supervisor in Other']);
});

covers('putAuthorizationRoleUsers{Add,Remove}', 'changes who holds a role at home', async (scene, operation) => {
  const id = operation.endsWith('Add') ? (await addUser(scene)).id : await agent(scene);
  const ids = await scene.call(operation, { path: { roleId: agentRole }, body: [id] });
  assert.deepEqual(ids, [id]);
  assert.deepEqual(await grantsOf(scene, id), operation.endsWith('Add') ? ['agent in Home'] : []);
});

covers('putUserRoles', 'leaves a user the roles that are given', async (scene, operation) => {
  const subjectId = await agent(scene);
  const roles = await scene.call(operation, { path: { subjectId }, body: [supervisorRole] });
  assert.partialDeepStrictEqual(roles, { roles: [{ id: supervisorRole, name: 'supervisor' }] });
});

covers('getUserRoles', 'resolves to roles and permissions', async (scene, operation) => {
  const roles = await scene.call(operation, { path: { subjectId: await agent(scene) } });
  assert.partialDeepStrictEqual(roles, { roles: [{ id: agentRole, name: 'agent' }] });
});

covers('getAuthorizationSubject', 'resolves to what somebody holds', async (scene, operation) => {
  const subjectId = await agent(scene);
  const subject = await scene.call(operation, { path: { subjectId } });
  assert.partialDeepStrictEqual(subject, { id: subjectId, grants: [{ role: { id: agentRole } }] });
});

covers('getAuthorizationSubjectsMe', 'resolves to what one holds oneself', async (scene, operation) => {
  const { user, token } = await tokenOfUser(scene);
  assert.partialDeepStrictEqual(await scene.call(operation, {}, token), { id: user.id, name: user.name });
});

covers('getAuthorizationDivisionGrants', 'resolves to the grants in a division', async (scene, operation) => {
  const subjectId = await agent(scene);
  const given = { path: { divisionId: homeDivision }, options: { pageSize: 10, pageNumber: 1 } };
  assert.partialDeepStrictEqual(await scene.call(operation, given), { entities: [{ subjectId }] });
});

covers('getAuthorizationRoleUsers', 'resolves to the users who hold a role', async (scene, operation) => {
  const id = await agent(scene);
  const given = { path: { roleId: agentRole }, options: { pageSize: 10, pageNumber: 1 } };
  assert.partialDeepStrictEqual(await scene.call(operation, given), { entities: [{ id }] });
});

covers('getAuthorizationRoleSubjectgrants', 'resolves to who holds a role, and where', async (scene, operation) => {
  const id = await agent(scene);
  const given = { path: { roleId: agentRole }, options: { pageSize: 10, pageNumber: 1 } };
  const page = await scene.call(operation, given);
  assert.partialDeepStrictEqual(page, { entities: [{ id, divisions: [{ id: homeDivision }] }] });
});
