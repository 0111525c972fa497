/** Users: added, changed and deleted. */
import { Fault, type UserId } from '@tacet/domain';
import type { NewUser, User, UserChange } from '../control/identity.ts';
import { checkedAddresses, checkedEmail, checkedName } from './checked-values.ts';
import { applyGrants } from './grant-changes.ts';
import { type Changer, eventBy, hashed, type IdentityContext } from './identity-context.ts';
import { demandAny, demandOwn, keepingAnAdmin } from './judge.ts';
import { checkPassword } from './password-policy.ts';

/** What the contract takes for changing users, in their division. */
export const editing = ['directory:user:edit', 'directory:organization:admin'] as const;
const deleting = ['directory:user:delete', 'directory:organization:admin'] as const;

export async function addUser(context: IdentityContext, by: Changer, wanted: NewUser): Promise<User> {
  const { identity, clock, ids } = context;
  const now = clock.now();
  const { title, department, ...checked } = checkedUser(wanted);
  const { name, email } = wanted;
  const user: User = {
    id: ids.next<UserId>(),
    name: checkedName(name),
    email: checkedEmail(email),
    divisionId: wanted.divisionId ?? identity.homeDivision().id,
    state: wanted.state ?? 'active',
    sipAddresses: [],
    version: 1,
    createdAt: now,
    ...checked,
    ...(title && { title }),
    ...(department && { department }),
  };
  demandDivision(context, by, user, ['directory:user:add']);
  const { password, roles = [] } = wanted;
  for (const { division } of roles) demandAny(by, ['authorization:grant:add'], division);
  if (password !== undefined) checkPassword(password, user);
  const passwordHash = password === undefined ? undefined : await hashed(context, password);
  return context.change((note) => {
    identity.putUser(user);
    if (passwordHash !== undefined) {
      identity.putCredentials(user.id, { passwordHash, passwordSetAt: now, recoveryHashes: [] });
    }
    const facts = { divisionId: user.divisionId };
    note(eventBy(context, by, { action: 'userCreated', userId: user.id, name: user.name, facts }));
    applyGrants(context, by, { subject: { ...user, kind: 'user' }, add: roles, remove: [], note });
    return user;
  });
}

export function changeUser(context: IdentityContext, by: Changer, id: UserId, change: UserChange): User {
  const checked = checkedUser(change);
  return context.change((note) => {
    const { identity, tokens } = context;
    const before = knownUser(context, id);
    demandAny(by, editing, before.divisionId);
    if (change.version !== undefined && change.version !== before.version) {
      throw new Fault('versionStale', { entity: 'user', version: before.version });
    }
    const { title, department, ...rest } = { ...before, ...checked };
    const user: User = {
      ...rest,
      ...(title && { title }),
      ...(department && { department }),
      version: before.version + 1,
    };
    if (user.divisionId !== before.divisionId) demandDivision(context, by, user, editing);
    // Rule: nobody changes the e-mail address of a user who may do more than they may
    if (user.email !== before.email) demandOwn(by, identity.rightsOf(id));
    keepingAnAdmin(identity, () => identity.putUser(user));
    // Rule: a user who is made inactive loses their tokens for good
    if (user.state !== 'active') tokens.removeAllOf({ userId: id });
    const changed = Object.keys(checked).sort();
    note(
      eventBy(context, by, {
        action: 'userChanged',
        userId: id,
        name: user.name,
        facts: { change: 'edited', changed },
      }),
    );
    return user;
  });
}

export function removeUser(context: IdentityContext, by: Changer, id: UserId): User {
  return context.change((note) => {
    const { identity, tokens } = context;
    const before = knownUser(context, id);
    demandAny(by, deleting, before.divisionId);
    const user: User = { ...before, state: 'deleted', sipAddresses: [], version: before.version + 1 };
    keepingAnAdmin(identity, () => {
      identity.putUser(user);
      identity.changeGrants({ remove: identity.grants({ subjectId: id }) });
    });
    identity.putCredentials(id, { recoveryHashes: [] });
    // Rule: deleting a user ends their tokens and sign-ins
    const count = tokens.removeAllOf({ userId: id });
    const facts = { tokensRevokedCount: count };
    note(eventBy(context, by, { action: 'userDeleted', userId: id, name: user.name, facts }));
    return user;
  });
}

/** @throws Fault resourceUnknown for a user who never was, or is deleted. */
export function knownUser({ identity }: IdentityContext, id: UserId): User {
  const user = identity.user(id);
  if (user === undefined || user.state === 'deleted') throw new Fault('resourceUnknown', { userId: id });
  return user;
}

type CheckedUser = Partial<Omit<User, 'id' | 'version' | 'createdAt'>>;

/** What is given of a user, checked; an empty title or department stays empty, for whoever removes it. */
function checkedUser(given: UserChange): CheckedUser {
  const { name, email, divisionId, state, title, department, sipAddresses } = given;
  const line = (text: string, field: string): string => (text === '' ? '' : checkedName(text, field));
  return {
    ...(name !== undefined && { name: checkedName(name) }),
    ...(email !== undefined && { email: checkedEmail(email) }),
    ...(divisionId !== undefined && { divisionId }),
    ...(state !== undefined && { state }),
    ...(title !== undefined && { title: line(title, 'title') }),
    ...(department !== undefined && { department: line(department, 'department') }),
    ...(sipAddresses !== undefined && { sipAddresses: checkedAddresses(sipAddresses) }),
  };
}

/** A division that is there, in which whoever asks may do it. */
function demandDivision(
  { identity }: IdentityContext,
  by: Changer,
  { divisionId }: Pick<User, 'divisionId'>,
  permissions: Parameters<typeof demandAny>[1],
): void {
  demandAny(by, permissions, divisionId);
  if (identity.division(divisionId) === undefined) {
    throw new Fault('constraintBroken', { field: 'divisionId', problem: 'must be a division that exists' });
  }
}
