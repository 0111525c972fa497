/** Answers of the token endpoint in the contract's words, and what the audit log learns of them. */
import type { ClientId, Clock, UserId } from '@tacet/domain';
import type { Context, Provider } from 'oidc-provider';
import { remoteAddress } from '../remote-address.ts';
import type { ClientDoor } from './client-door.ts';
import type { IdentityStore } from './identity.ts';
import type { IdentityEvent, OnIdentityEvent } from './identity-event.ts';
import { oauthPaths } from './oauth-paths.ts';
import { contractAnswer, TokenRefusal } from './token-error.ts';

export interface OutcomeParts {
  readonly identity: IdentityStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly onEvent: OnIdentityEvent;
}

export function answerAsContract(ctx: Context): void {
  ctx.set('Cache-Control', 'no-store');
  if (typeof ctx.body !== 'object' || ctx.body === null) return;
  ctx.body = contractAnswer(ctx.body);
  // Without a charset, as the contract's own service writes it.
  ctx.set('Content-Type', 'application/json');
}

/** Granted tokens, and refusals after the client was let in; the door reports the others. */
export function reportOutcomes(provider: Provider, parts: OutcomeParts, door: ClientDoor): void {
  provider.on('grant.success', (ctx: Context) => {
    const grantType = String(ctx.oidc?.params?.['grant_type'] ?? '');
    report(ctx, parts, { action: 'tokenIssued', result: 'done', facts: { grantType } });
  });
  provider.on('grant.error', (ctx: Context, error: Error) => {
    if (error instanceof TokenRefusal) return;
    const isPublic = ctx.oidc?.client?.clientAuthMethod === 'none';
    if (isPublic) door.failedWithoutSecret(ctx);
    if (isPublic || door.isAuthenticated(ctx)) {
      report(ctx, parts, { action: 'tokenIssued', result: 'refused', facts: { reason: error.message } });
    }
  });
  provider.use(async (ctx, next) => {
    await next();
    const { AccessToken, ClientCredentials, RefreshToken } = ctx.oidc?.entities ?? {};
    const isRevoked = AccessToken ?? ClientCredentials ?? RefreshToken;
    if (ctx.oidc?.route !== 'revocation' || ctx.status !== 200 || isRevoked === undefined) return;
    const door = `POST ${oauthPaths.revocation}`;
    report(ctx, parts, { action: 'tokenRevoked', result: 'done', facts: { count: 1 }, door });
  });
}

function report(
  ctx: Context,
  { identity, clock, onEvent }: OutcomeParts,
  event: Pick<IdentityEvent, 'action' | 'result' | 'facts' | 'door'>,
): void {
  const client = identity.client((ctx.oidc?.client?.clientId ?? '') as ClientId);
  const user = event.result === 'refused' ? undefined : identity.user(userOf(ctx));
  const name = user?.name ?? client?.name ?? '';
  const about = {
    ...(client === undefined ? {} : { clientId: client.id }),
    ...(user === undefined ? {} : { userId: user.id }),
  };
  onEvent({ ...event, ...about, at: clock.now(), name, from: remoteAddress(ctx.req) });
}

function userOf(ctx: Context): UserId {
  const { AccessToken, RefreshToken } = ctx.oidc?.entities ?? {};
  return (AccessToken?.accountId ?? RefreshToken?.accountId ?? '') as UserId;
}
