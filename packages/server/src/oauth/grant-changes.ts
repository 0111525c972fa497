/** Who holds which role where: given, taken away and replaced. */
import { type ClientId, Fault, type Role, type RoleId, type UserId } from '@tacet/domain';
import type { RoleInDivision, SubjectGrant, SubjectId } from '../control/identity.ts';
import type { IdentityStore } from './identity.ts';
import { type Changer, eventBy, type IdentityContext } from './identity-context.ts';
import type { IdentityEvent, OnIdentityEvent } from './identity-event.ts';
import { identityLimits } from './identity-limits.ts';
import { demandAll, demandGrant, keepingAnAdmin } from './judge.ts';

/** A user who is not deleted, or a client; grants are given to these. */
export interface Subject {
  readonly id: SubjectId;
  readonly name: string;
  readonly kind: 'user' | 'client';
}

export function findSubject(identity: IdentityStore, id: SubjectId): Subject | undefined {
  const user = identity.user(id as UserId);
  if (user !== undefined && user.state !== 'deleted') return { id, name: user.name, kind: 'user' };
  const client = identity.client(id as ClientId);
  return client === undefined ? undefined : { id, name: client.name, kind: 'client' };
}

export interface GrantChange {
  readonly add?: readonly RoleInDivision[];
  readonly remove?: readonly RoleInDivision[];
}

export function changeGrants(context: IdentityContext, by: Changer, id: SubjectId, change: GrantChange): void {
  const { add = [], remove = [] } = change;
  checkCount([...add, ...remove]);
  context.change((note) => {
    const subject = grantableSubject(context.identity, id, add);
    for (const { division } of add) demandAll(by, ['authorization:grant:add'], division);
    for (const { division } of remove) demandAll(by, ['authorization:grant:delete'], division);
    keepingAnAdmin(context.identity, () => applyGrants(context, by, { subject, add, remove, note }));
  });
}

export interface GrantReplacement {
  readonly grants: readonly RoleInDivision[];
  /** Who may add may remove as well: the contract's `putUserRoles` asks for nothing else. */
  readonly isAddEnough?: true;
}

export function replaceGrants(
  context: IdentityContext,
  by: Changer,
  id: SubjectId,
  { grants: wanted, isAddEnough }: GrantReplacement,
): void {
  checkCount(wanted);
  context.change((note) => {
    const subject = grantableSubject(context.identity, id, wanted);
    const { add, remove } = differences(context.identity.grants({ subjectId: id }), wanted);
    const removing = isAddEnough ? 'authorization:grant:add' : 'authorization:grant:delete';
    for (const { division } of add) demandAll(by, ['authorization:grant:add'], division);
    for (const { division } of remove) demandAll(by, [removing], division);
    keepingAnAdmin(context.identity, () => applyGrants(context, by, { subject, add, remove, note }));
  });
}

export interface GrantWork {
  readonly subject: Subject;
  readonly add: readonly RoleInDivision[];
  readonly remove: readonly RoleInDivision[];
  readonly note: OnIdentityEvent;
}

/** What to add and to remove, to come from some grants to others. */
export function differences(
  held: readonly RoleInDivision[],
  wanted: readonly RoleInDivision[],
): { readonly add: readonly RoleInDivision[]; readonly remove: readonly RoleInDivision[] } {
  const missingIn = (list: readonly RoleInDivision[]) => (one: RoleInDivision) =>
    !list.some(({ roleId, division }) => roleId === one.roleId && division === one.division);
  return { add: wanted.filter(missingIn(held)), remove: held.filter(missingIn(wanted)) };
}

/**
 * Carries out a change of grants that whoever asks has the permission for; has to run inside `IdentityContext.change`.
 * @throws Fault resourceUnknown for a role or division that is not there, and beyondOwnRights
 */
export function applyGrants(context: IdentityContext, by: Changer, { subject, add, remove, note }: GrantWork): void {
  const { identity, clock } = context;
  for (const { roleId, division } of add) {
    const role = knownRole(identity, roleId);
    if (division !== '*' && identity.division(division) === undefined) {
      throw new Fault('resourceUnknown', { divisionId: division });
    }
    demandGrant(by, role, division);
  }
  if (add.length === 0 && remove.length === 0) return;
  const grantedAt = clock.now();
  const asGrant = ({ roleId, division }: RoleInDivision): SubjectGrant => ({
    subjectId: subject.id,
    roleId,
    division,
    grantedAt,
  });
  identity.changeGrants({ add: add.map(asGrant), remove: remove.map(asGrant) });
  const facts = {
    added: add.map((one) => describe(identity, one)),
    removed: remove.map((one) => describe(identity, one)),
  };
  note(eventBy(context, by, { action: 'grantChanged', ...aboutSubject(subject), facts }));
}

/** Role and division of a grant as the audit log names them. */
function describe(identity: IdentityStore, { roleId, division }: RoleInDivision): string {
  return `${identity.role(roleId)?.name ?? roleId} @ ${division}`;
}

/** @throws Fault resourceUnknown */
export function knownRole(identity: IdentityStore, id: RoleId): Role {
  const role = identity.role(id);
  if (role === undefined) throw new Fault('resourceUnknown', { roleId: id });
  return role;
}

function aboutSubject({ id, name, kind }: Subject): Pick<IdentityEvent, 'clientId' | 'userId' | 'name'> {
  return kind === 'user' ? { userId: id as UserId, name } : { clientId: id as ClientId, name };
}

/** Clients of the other kinds act for users, whose rights count then; a grant of their own would only mislead. */
function grantableSubject(identity: IdentityStore, id: SubjectId, add: readonly RoleInDivision[]): Subject {
  const subject = findSubject(identity, id);
  if (subject === undefined) throw new Fault('resourceUnknown', { subjectId: id });
  const client = subject.kind === 'client' ? identity.client(id as ClientId) : undefined;
  const isUseless = client !== undefined && (client.kind !== 'CLIENT-CREDENTIALS' || client.origin === 'commandLine');
  if (isUseless && add.length > 0) {
    throw new Fault('constraintBroken', {
      field: 'subjectId',
      problem: 'must be a user or a client-credentials client',
    });
  }
  return subject;
}

function checkCount(grants: readonly unknown[]): void {
  const max = identityLimits.grantsPerChangeMax;
  if (grants.length > max) throw new Fault('constraintBroken', { field: 'grants', problem: `must be at most ${max}` });
}
