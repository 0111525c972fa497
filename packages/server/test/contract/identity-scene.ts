/** Users, roles and clients in the server under test, made through its own doors. */
import { builtInRoles, type ClientId, type UserId } from '@tacet/domain';
import type { ContractUnderTest } from './contract-under-test.ts';

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface UserRead extends Named {
  readonly version: number;
}

/** Ids of the roles that every installation has. */
export const agentRole: string = builtInRoles.agent.id;
export const supervisorRole: string = builtInRoles.supervisor.id;

export function addUser(scene: ContractUnderTest, name = 'Ann Example'): Promise<UserRead> {
  const address = `${name.toLowerCase().replaceAll(' ', '.')}@example.test`;
  const body = { name, email: address, addresses: [{ address: `sip:${address}`, mediaType: 'PHONE' }] };
  return scene.call('postUsers', { body });
}

/** A client that may do everything. */
export async function addClient(scene: ContractUnderTest): Promise<ClientId> {
  const body = { name: 'CRM', authorizedGrantType: 'CLIENT-CREDENTIALS' };
  return (await scene.call<Named>('postOauthClients', { body })).id as ClientId;
}

/** A token of a client that is known. */
export async function tokenOfClient(scene: ContractUnderTest): Promise<string> {
  return scene.under.tokens.issue({ role: 'admin', clientId: await addClient(scene), name: 'CRM' });
}

/** A token of a user who is known, through a client that is. */
export async function tokenOfUser(
  scene: ContractUnderTest,
): Promise<{ readonly user: UserRead; readonly token: string }> {
  const user = await addUser(scene);
  const whose = { userId: user.id as UserId, clientId: await addClient(scene), name: user.name };
  return { user, token: scene.under.tokens.issue({ role: 'admin', ...whose }) };
}

export function addRole(scene: ContractUnderTest, name = 'Pausing'): Promise<Named> {
  const policy = {
    domain: 'conversation',
    entityName: 'recording',
    actionSet: ['pauseOthers'],
    allowConditions: false,
  };
  return scene.call('postAuthorizationRoles', { body: { name, permissionPolicies: [policy] } });
}

export function addDivision(scene: ContractUnderTest, name = 'North'): Promise<Named> {
  return scene.call('postAuthorizationDivisions', { body: { name } });
}

/** The roles that somebody holds, and where. */
export async function grantsOf(scene: ContractUnderTest, subjectId: string): Promise<readonly string[]> {
  const { grants } = await scene.call<{
    readonly grants: readonly { readonly role: Named; readonly division: Named }[];
  }>('getAuthorizationSubject', { path: { subjectId } });
  return grants.map(({ role, division }) => `${role.name} in ${division.name}`).toSorted();
}
