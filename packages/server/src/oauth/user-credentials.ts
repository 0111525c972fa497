/** Passwords, second factors and tokens of users: set, reset and ended. */
import { Fault, type UserId } from '@tacet/domain';
import type { Request } from '../control/authorise.ts';
import type { IdentityStore } from './identity.ts';
import { type Changer, eventBy, hashed, type IdentityContext } from './identity-context.ts';
import { demandAny, demandOwn } from './judge.ts';
import { checkPassword } from './password-policy.ts';
import { editing, knownUser } from './user-changes.ts';

/** @throws Fault resourceUnknown, permissionMissing or beyondOwnRights */
function demandTakeover(context: IdentityContext, by: Changer, id: UserId): ReturnType<typeof knownUser> {
  const user = knownUser(context, id);
  demandAny(by, editing, user.divisionId);
  // Rule: nobody sets the password or resets the second factor of a user who may do more than they may
  demandOwn(by, context.identity.rightsOf(id));
  return user;
}

export async function setPassword(context: IdentityContext, by: Changer, id: UserId, password: string): Promise<void> {
  checkPassword(password, demandTakeover(context, by, id));
  const passwordHash = await hashed(context, password);
  // Much may have changed while the password was hashed.
  context.change(() => keepPassword(context, by, demandTakeover(context, by, id), passwordHash));
}

export interface OwnPassword {
  readonly current: string;
  readonly wanted: string;
}

/**
 * Sets one's own password, for who knows the one of now (ASVS 2.1.6).
 * @throws Fault userNeeded, constraintBroken naming `oldPassword` or `password`, rateExceeded after failures
 */
export async function setOwnPassword(context: IdentityContext, by: Request, given: OwnPassword): Promise<void> {
  const { userId } = by.actor;
  if (userId === undefined) throw new Fault('userNeeded');
  const user = knownUser(context, userId);
  const verdict = await context.passwords.check(user.email, given.current, by.asked.from);
  if (verdict.is === 'throttled') throw new Fault('rateExceeded', { seconds: Math.ceil(verdict.waitMs / 1_000) });
  if (verdict.is === 'busy') throw new Fault('rateExceeded', { seconds: 1 });
  // Rule: one's own password is changed by who knows the one before, whatever token they show
  if (verdict.is !== 'right' || verdict.user.id !== userId) {
    throw new Fault('constraintBroken', { field: 'oldPassword', problem: 'is not the password of now' });
  }
  checkPassword(given.wanted, user);
  const passwordHash = await hashed(context, given.wanted);
  keepPassword(context, by, user, passwordHash);
}

/** Keeps a hash that was made, and ends what the password before was good for. */
function keepPassword(
  context: IdentityContext,
  by: Changer,
  { id, name }: { readonly id: UserId; readonly name: string },
  passwordHash: string,
): void {
  const { identity, tokens, clock } = context;
  context.change((note) => {
    identity.putCredentials(id, { ...identity.credentials(id), passwordHash, passwordSetAt: clock.now() });
    // Rule: a changed password ends the tokens and sign-ins of its user
    const count = tokens.removeAllOf({ userId: id });
    const facts = { change: 'passwordSet', tokensRevokedCount: count };
    note(eventBy(context, by, { action: 'userChanged', userId: id, name, facts }));
  });
}

export function resetSecondFactor(context: IdentityContext, by: Changer, id: UserId): void {
  context.change((note) => {
    const { name } = demandTakeover(context, by, id);
    context.identity.putCredentials(id, withoutSecondFactor(context.identity, id));
    note(eventBy(context, by, { action: 'userChanged', userId: id, name, facts: { change: 'secondFactorReset' } }));
  });
}

function withoutSecondFactor(identity: IdentityStore, id: UserId): ReturnType<IdentityStore['credentials']> {
  const { totp: _gone, ...rest } = identity.credentials(id);
  return { ...rest, recoveryHashes: [] };
}

export function revokeTokensOf(context: IdentityContext, by: Changer, id: UserId): number {
  return context.change((note) => {
    const { name, divisionId } = knownUser(context, id);
    demandAny(by, ['oauth:token:delete'], divisionId);
    const count = context.tokens.removeAllOf({ userId: id });
    note(eventBy(context, by, { action: 'tokenRevoked', userId: id, name, facts: { count } }));
    return count;
  });
}
