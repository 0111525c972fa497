/** How oidc-provider is set up: what is offered, for how long things live, and what is switched off. */
import { allScopes, type ClientId } from '@tacet/domain';
import {
  type AuthorizationCode,
  type Client,
  type Context,
  type Interaction,
  interactionPolicy,
  type RefreshToken,
} from 'oidc-provider';
import { ArtifactAdapter } from './artifact-adapter.ts';
import { refuseUnknownScopes } from './authorize-request.ts';
import { everyScope } from './client-metadata.ts';
import { accountFor, grantFor } from './consent.ts';
import { EndedGrants } from './ended-grants.ts';
import { lifetimes } from './lifetimes.ts';
import { mountOf, oauthPaths } from './oauth-paths.ts';
import { renderRefusal } from './render-refusal.ts';
import type { SetupParts } from './setup-parts.ts';
import { stillCounts } from './sign-in/browser-sign-in.ts';
import type { SignInSettings } from './sign-in/sign-in-settings.ts';
import { pagePath } from './sign-in/visit.ts';

const off = { enabled: false };

/** Everything that is not asked for is off, so that nothing is reachable by accident. */
export function providerSetup(parts: SetupParts): Record<string, unknown> {
  const { keys, areTokensIdling } = parts;
  return {
    adapter: adapterFor(parts),
    jwks: keys,
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    responseTypes: ['code'],
    scopes: [everyScope, ...allScopes],
    extraParams: { org: undefined, provider: undefined, target: undefined, scope: refuseUnknownScopes },
    // Challenges are S256 only; whoever has a secret may do without.
    pkce: { required: (_ctx: Context, client: Client) => isPkceNeeded(parts, client) },
    routes: {
      token: oauthPaths.token,
      authorization: oauthPaths.authorization,
      revocation: oauthPaths.revocation,
      jwks: '/oauth/jwks',
    },
    features: {
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      devInteractions: off,
      dPoP: off,
      pushedAuthorizationRequests: off,
      resourceIndicators: off,
      rpInitiatedLogout: off,
      userinfo: off,
    },
    formats: { bitsOfOpaqueRandomness: 256 },
    ttl: lifetimes(parts),
    cookies: cookieSetup(parts.settings),
    interactions: { policy: policy(), url: (ctx: Context, asked: Interaction) => pageFor(parts.settings, ctx, asked) },
    findAccount: async (ctx: Context, id: string, of?: AuthorizationCode | RefreshToken) =>
      accountFor(parts, ctx, { id, of }),
    loadExistingGrant: async (ctx: Context) => grantFor(ctx),
    // Rule: While tokens idle out, no refresh token is given that would outlive them.
    issueRefreshToken: async (_ctx: Context, client: Client) =>
      client.clientAuthMethod !== 'none' && !areTokensIdling(),
    // Rule: A refresh token is good once; the next one comes with each answer.
    rotateRefreshToken: true,
    // Signing out ends what it ends by our own rule (browser-sign-in.ts).
    expiresWithSession: async () => false,
    // Who knows the secret may use it from anywhere; a browser adds no credentials of its own to these requests.
    clientBasedCORS: () => true,
    renderError: async (ctx: Context, out: unknown, error: unknown) => renderRefusal(ctx, out, error),
  };
}

function adapterFor({ door, tokens, pruning, clock, identity }: SetupParts): (model: string) => unknown {
  const clients = { find: async (id: string) => door.describe(id) };
  const counts = (payload: Record<string, unknown>): boolean => stillCounts(identity, payload);
  const shared = { tokens, pruning, clock, ended: new EndedGrants() };
  return (model) => {
    if (model === 'Client') return clients;
    return new ArtifactAdapter(model, { ...shared, ...(model === 'Session' ? { counts } : {}) });
  };
}

function isPkceNeeded({ identity }: SetupParts, { clientId }: Client): boolean {
  const client = identity.client(clientId as ClientId);
  // Rule: A client without a secret shows with PKCE that the code is its own.
  return client?.kind === 'CODE' && client.secretHash === undefined;
}

/** Browsers take a cookie with the prefix `__Host-` from this host alone, and by https only. */
function cookieSetup({ publicUrl }: SignInSettings): Record<string, unknown> {
  const isSecure = publicUrl?.startsWith('https:') === true;
  const options = { httpOnly: true, sameSite: 'lax', ...(isSecure ? { secure: true } : {}) };
  // Rule: The cookie of a sign-in is shown to this host only, over https where there is any, and to no script.
  const names = {
    session: isSecure ? '__Host-tacet-sign-in' : 'tacet-sign-in',
    interaction: isSecure ? '__Secure-tacet-page' : 'tacet-page',
    resume: isSecure ? '__Secure-tacet-return' : 'tacet-return',
  };
  return { names, long: options, short: options };
}

/** Nobody is asked for consent: the programs are those of the operator. */
function policy(): unknown {
  const prompts = interactionPolicy.base();
  prompts.remove('consent');
  return prompts;
}

/** The page of a sign-in; straight to the outside provider when the program names one (contract: `provider`). */
function pageFor({ outside }: SignInSettings, ctx: Context, { uid, params }: Interaction): string {
  const page = pagePath(mountOf(ctx.req), uid);
  return outside !== undefined && params['provider'] !== undefined ? `${page}?outside` : page;
}
