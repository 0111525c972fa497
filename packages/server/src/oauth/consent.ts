/** Users and what they let programs do, as oidc-provider asks for them; nobody else is asked. */
import type { UserId } from '@tacet/domain';
import {
  type Account,
  type AuthorizationCode,
  type Context,
  errors,
  type Grant,
  type RefreshToken,
} from 'oidc-provider';
import type { SetupParts } from './setup-parts.ts';

/** @throws InvalidGrant for what may not become a token now, although it was once given. */
export function accountFor(
  { identity, areTokensIdling }: Pick<SetupParts, 'identity' | 'areTokensIdling'>,
  ctx: Context,
  { id, of }: { readonly id: string; readonly of: AuthorizationCode | RefreshToken | undefined },
): Account | undefined {
  // Rule: A code that was asked for without PKCE is not given out for less than the client's secret.
  const isPublic = ctx.oidc?.client?.clientAuthMethod === 'none';
  if (of?.kind === 'AuthorizationCode' && of.codeChallenge === undefined && isPublic) {
    throw new errors.InvalidGrant('PKCE or the secret of the client is needed');
  }
  // Rule: While tokens idle out, refresh tokens from before are refused.
  if (of?.kind === 'RefreshToken' && areTokensIdling()) throw new errors.InvalidGrant('tokens idle out here');
  const user = identity.user(id as UserId);
  if (user?.state !== 'active') return undefined;
  return { accountId: user.id, claims: async () => ({ sub: user.id }) };
}

/** What the user lets this client do, for as long as the sign-in lasts; made without asking. */
export async function grantFor(ctx: Context): Promise<Grant | undefined> {
  const { client, session: held, account: user, requestParamOIDCScopes: asked, provider } = ctx.oidc ?? {};
  if (client === undefined || held === undefined || user === undefined || provider === undefined) return undefined;
  const known = held.grantIdFor(client.clientId);
  const before = known === undefined ? undefined : await provider.Grant.find(known);
  const grant = before ?? new provider.Grant({ accountId: user.accountId, clientId: client.clientId });
  const given = new Set(grant.getOIDCScope().split(' '));
  const missing = [...(asked ?? [])].filter((scope) => !given.has(scope));
  if (before !== undefined && missing.length === 0) return grant;
  grant.addOIDCScope(missing.join(' '));
  await grant.save();
  return grant;
}
