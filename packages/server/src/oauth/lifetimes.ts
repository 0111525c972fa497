/** For how long oidc-provider keeps what it makes. */
import type { ClientId } from '@tacet/domain';
import type { BrowserSignIn, Client, Grant, RefreshToken } from 'oidc-provider';
import { identityLimits } from './identity-limits.ts';
import type { SetupParts } from './setup-parts.ts';
import { secondsLeft } from './sign-in/browser-sign-in.ts';
import { signInLimits } from './sign-in/sign-in-limits.ts';

/** In seconds, by kind. */
export function lifetimes({
  identity,
  clock,
  settings,
}: Pick<SetupParts, 'identity' | 'clock' | 'settings'>): Record<string, unknown> {
  const validity = (clientId: string): number =>
    identity.client(clientId as ClientId)?.tokenValiditySeconds ?? identityLimits.tokenValiditySecondsMin;
  const refreshSeconds = (_ctx: unknown, { iiat }: RefreshToken): number => {
    // `iiat` is of oidc-provider's clock, which is the wall's.
    const left = iiat + signInLimits.refreshFamilySeconds - Math.floor(Date.now() / 1_000);
    return Math.max(1, Math.min(signInLimits.refreshIdleSeconds, left));
  };
  const consentSeconds = ({ clientId }: Grant): number => {
    const client = identity.client(clientId as ClientId);
    const mayRefresh = client?.kind === 'CODE' && client.secretHash !== undefined;
    return mayRefresh ? signInLimits.refreshFamilySeconds : Math.ceil(settings.signInMs / 1_000);
  };
  return {
    ClientCredentials: (_ctx: unknown, _token: unknown, client: Client) => validity(client.clientId),
    AccessToken: (_ctx: unknown, _token: unknown, client: Client) => validity(client.clientId),
    AuthorizationCode: signInLimits.codeSeconds,
    RefreshToken: refreshSeconds,
    Grant: (_ctx: unknown, grant: Grant) => consentSeconds(grant),
    Interaction: signInLimits.interactionSeconds,
    Session: (_ctx: unknown, held: BrowserSignIn) => secondsLeft(settings, clock, held),
  };
}
