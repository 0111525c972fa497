/** The sign-in of a browser: what it holds for other programs, how it begins, and how it ends. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientId, Clock, UserId } from '@tacet/domain';
import type { BrowserSignIn } from 'oidc-provider';
import { remoteAddress } from '../../remote-address.ts';
import type { IdentityStore } from '../identity.ts';
import { oauthPaths } from '../oauth-paths.ts';
import { tokenKey } from '../token-store.ts';
import type { SignInSettings } from './sign-in-settings.ts';
import type { SignInDesk } from './visit.ts';

type Payload = { readonly [member: string]: unknown };

/** Whether a sign-in that was kept still counts. */
export function stillCounts(identity: IdentityStore, payload: Payload): boolean {
  const { accountId, loginTs } = payload;
  // Before anybody has signed in there is nothing to lose.
  if (typeof accountId !== 'string') return true;
  const user = identity.user(accountId as UserId);
  // Rule: The sign-in of a user who is not active does not count.
  if (user?.state !== 'active') return false;
  // Rule: A sign-in from before the password was set anew does not count.
  const { passwordSetAt = 0 } = identity.credentials(user.id);
  return typeof loginTs === 'number' && loginTs >= Math.floor(passwordSetAt / 1_000);
}

/** Seconds for which a sign-in may be kept from now on: until it is too old, or idle for too long. */
export function secondsLeft(
  { signInMs, signInIdleMs }: SignInSettings,
  clock: Pick<Clock, 'now'>,
  { loginTs }: Pick<BrowserSignIn, 'loginTs'>,
): number {
  const leftMs = loginTs === undefined ? signInIdleMs : loginTs * 1_000 + signInMs - clock.now();
  return Math.max(1, Math.floor(Math.min(signInIdleMs, leftMs) / 1_000));
}

/** The sign-in of the browser that sent a request, empty when there is none. */
export function browserSignIn(
  { provider }: Pick<SignInDesk, 'provider'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<BrowserSignIn> {
  return provider.Session.get(provider.createContext(request, response));
}

/**
 * Ends a sign-in, and what programs got by it. Programs that hold a refresh token were let in for longer than the user
 * sits there, and go on.
 */
export async function endSignIn(
  desk: SignInDesk,
  held: BrowserSignIn,
  request: IncomingMessage,
  clientId?: ClientId,
): Promise<void> {
  const { tokens, identity, clock, onEvent } = desk;
  // Rule: Signing out ends the tokens of programs without a refresh token.
  let count = 0;
  for (const { grantId } of Object.values(held.authorizations ?? {})) {
    if (grantId === undefined || tokens.hasOfGrant('RefreshToken', tokenKey(grantId))) continue;
    count += tokens.removeByGrant(tokenKey(grantId));
    tokens.remove('Grant', tokenKey(grantId));
  }
  await held.destroy();
  const user = identity.user((held.accountId ?? '') as UserId);
  if (user === undefined) return;
  const facts = { reason: 'signed out', count };
  const asked = clientId === undefined ? {} : { clientId };
  const about = {
    ...asked,
    userId: user.id,
    name: user.name,
    from: remoteAddress(request),
    door: `GET ${oauthPaths.signOut}`,
  };
  onEvent({ action: 'tokenRevoked', result: 'done', at: clock.now(), ...about, facts });
}
