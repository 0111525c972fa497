/** The implicit grant (RFC 6749 §4.2): a token in the fragment of the address, for old programs in browsers. */
import type { ClientId, Clock, UserId } from '@tacet/domain';
import type { Context, Provider } from 'oidc-provider';
import { remoteAddress } from '../remote-address.ts';
import { everyScope, implicitMode } from './client-metadata.ts';
import type { IdentityStore } from './identity.ts';
import type { OnIdentityEvent } from './identity-event.ts';
import { oauthPaths } from './oauth-paths.ts';

export interface ImplicitParts {
  readonly identity: IdentityStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly onEvent: OnIdentityEvent;
}

/**
 * oidc-provider answers no request for a token alone. It is asked for a code instead, with a mode of answering of our
 * own, in which the code becomes a token before anybody has seen it.
 */
export function offerImplicit(provider: Provider, parts: ImplicitParts): void {
  provider.registerResponseMode(implicitMode, async (ctx, redirectUri, answer) => {
    const { code: _unseen, iss: _notOfContract, ...rest } = answer;
    const members = 'error' in rest ? rest : { ...(await tokenFor(provider, ctx, parts)), ...rest };
    const target = new URL(redirectUri);
    target.hash = new URLSearchParams(members).toString();
    ctx.status = 303;
    ctx.redirect(target.href);
  });
}

async function tokenFor(
  provider: Provider,
  ctx: Context,
  { identity, clock, onEvent }: ImplicitParts,
): Promise<Record<string, string>> {
  const { client, entities } = ctx.oidc ?? {};
  const code = entities?.AuthorizationCode;
  if (client === undefined || code === undefined) throw new TypeError('an answer without error has a code');
  await code.destroy();
  const { accountId, grantId, scope } = code;
  const token = new provider.AccessToken({ client, accountId, grantId, scope, gty: 'implicit' });
  const value = await token.save();
  const userId = accountId as UserId;
  onEvent({
    action: 'tokenIssued',
    result: 'done',
    at: clock.now(),
    clientId: client.clientId as ClientId,
    userId,
    name: identity.user(userId)?.name ?? '',
    from: remoteAddress(ctx.req),
    door: `GET ${oauthPaths.authorization}`,
    facts: { grantType: 'implicit' },
  });
  const limits = scope === undefined || scope === everyScope ? {} : { scope };
  return { access_token: value, expires_in: String(token.expiration), token_type: 'bearer', ...limits };
}
