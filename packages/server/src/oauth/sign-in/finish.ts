/** The end of a sign-in: the user is known, and the browser goes back to the program. */
import type { Instant, UserId } from '@tacet/domain';
import type { User } from '../identity.ts';
import { oauthPaths } from '../oauth-paths.ts';
import { browserSignIn, endSignIn } from './browser-sign-in.ts';
import { sendOn } from './page.ts';
import type { PendingSignIn, Proof } from './pending-sign-ins.ts';
import { reportRefusal, type SignInDesk, type Visit } from './visit.ts';

/** How programs may read it (RFC 8176). */
const methods: { readonly [by in Proof]: readonly string[] } = {
  password: ['pwd'],
  passwordAndCode: ['pwd', 'otp', 'mfa'],
  passwordAndRecoveryCode: ['pwd', 'otp', 'mfa'],
  outside: ['fed'],
};

/** The user whom the steps before were about, if nothing has happened to their account meanwhile. */
export function pendingUser(
  { identity }: Pick<SignInDesk, 'identity'>,
  { userId, since }: PendingSignIn,
): User | undefined {
  const user = identity.user(userId);
  const { passwordSetAt } = identity.credentials(userId);
  const isAsBefore = passwordSetAt === undefined || passwordSetAt <= since;
  return user?.state === 'active' && isAsBefore ? user : undefined;
}

/** @param userId of an active user. */
export async function finishSignIn(desk: SignInDesk, visit: Visit, userId: UserId, by: Proof): Promise<void> {
  const { provider, identity, clock, pending, onEvent } = desk;
  const { request, response, uid, client, from } = visit;
  pending.remove(uid);
  await leaveOtherUser(desk, visit, userId);
  const now = clock.now();
  const login = { accountId: userId, ts: secondsOf(now), amr: methods[by], remember: false };
  const returnTo = await provider.interactionResult(request, response, { login }, { mergeWithLastSubmission: false });
  onEvent({
    action: 'signedIn',
    result: 'done',
    at: now,
    clientId: client.id,
    userId,
    name: identity.user(userId)?.name ?? '',
    from,
    door: `POST ${oauthPaths.signIn}`,
    facts: { by },
  });
  sendOn(response, pathOf(returnTo));
}

/** The program learns that its user did not want to (RFC 6749 §4.1.2.1). */
export async function cancelSignIn(desk: SignInDesk, visit: Visit): Promise<void> {
  const { request, response, uid } = visit;
  desk.pending.remove(uid);
  reportRefusal(desk, visit, { reason: 'cancelled' });
  const result = { error: 'access_denied', error_description: 'the sign-in was cancelled' };
  const returnTo = await desk.provider.interactionResult(request, response, result, { mergeWithLastSubmission: false });
  sendOn(response, pathOf(returnTo));
}

/** Whoever was signed in in this browser before is signed out first: there is one user at a time. */
async function leaveOtherUser(
  desk: SignInDesk,
  { request, response, interaction }: Visit,
  userId: UserId,
): Promise<void> {
  const held = await browserSignIn(desk, request, response);
  if (held.accountId === undefined || held.accountId === userId) return;
  await endSignIn(desk, held, request);
  delete interaction.session;
  await interaction.persist();
}

function secondsOf(at: Instant): number {
  return Math.floor(at / 1_000);
}

/** Browsers know us by the name that they used, whatever else we are called. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
