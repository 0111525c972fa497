/** The token endpoint: oidc-provider, set up for client credentials and the contract's answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientId, Clock, UserId } from '@tacet/domain';
import { type Client, type Context, Provider } from 'oidc-provider';
import { ArtifactAdapter, TokenPruning } from './artifact-adapter.ts';
import { literalBasic } from './basic-credentials.ts';
import { ClientDoor } from './client-door.ts';
import type { IdentityStore } from './identity.ts';
import type { OnIdentityEvent } from './identity-event.ts';
import { identityLimits } from './identity-limits.ts';
import { remoteAddress } from './remote-address.ts';
import type { SigningKeys } from './signing-keys.ts';
import { contractAnswer, TokenRefusal } from './token-error.ts';
import type { TokenStore } from './token-store.ts';

export interface ProviderParts {
  /** Public URL of the server, without path, e.g. `http://127.0.0.1:8080`. */
  readonly issuer: string;
  readonly identity: IdentityStore;
  readonly tokens: TokenStore;
  readonly keys: SigningKeys;
  readonly clock: Pick<Clock, 'now'>;
  readonly onEvent: OnIdentityEvent;
  /** Told of errors that are ours; the caller got a bare 500. */
  readonly onDefect: (error: unknown) => void;
}

export interface OauthProvider {
  /** Answers a request whose URL `handlesPath`; its body must not have been read. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Makes an access token with a user context for a client; returns its value. */
  mintForUser(client: ClientId, user: UserId, validitySeconds: number): Promise<string>;
}

const tokenPath = '/oauth/token';
/** SDKs that go through a gateway put its login path in front (`path_params_login`). */
const tokenPaths: ReadonlySet<string> = new Set([tokenPath, `/login${tokenPath}`]);

/** Whether a request URL (path and query) belongs to the OAuth edge. */
export function handlesPath(url: string): boolean {
  return tokenPaths.has(pathOf(url));
}

/** Sets the endpoint up. Tokens that are long expired are removed on the way. */
export function openProvider(parts: ProviderParts): OauthProvider {
  const door = new ClientDoor(parts);
  const pruning = new TokenPruning(parts.tokens);
  pruning.prune(parts.clock.now());
  const provider = makeProvider(parts, door, pruning);
  const answer = provider.callback();
  return {
    handle: (request, response) => {
      if (!isAcceptable(request, response)) return;
      request.url = tokenPath;
      const { authorization } = request.headers;
      if (authorization !== undefined) request.headers.authorization = literalBasic(authorization);
      answer(request, response).catch(parts.onDefect);
    },
    mintForUser: async (clientId, accountId, expiresIn) => {
      const client = await provider.Client.find(clientId);
      if (client === undefined) throw new TypeError('tokens are made for clients that exist');
      return new provider.AccessToken({ client, accountId, expiresIn, gty: 'issued' }).save();
    },
  };
}

function makeProvider(parts: ProviderParts, door: ClientDoor, pruning: TokenPruning): Provider {
  const provider = new Provider(parts.issuer, settings(parts, door, pruning));
  // oidc-provider would compare secrets in clear; ours are hashed.
  provider.Client.prototype.compareClientSecret = async function (this: Client, secret: string): Promise<boolean> {
    await door.authenticate(this.clientId, secret);
    return true;
  };
  provider.use(async (ctx, next) => {
    await next();
    ctx.set('Cache-Control', 'no-store');
    ctx.body = contractAnswer(ctx.body);
    // Without a charset, as the contract's own service writes it.
    ctx.set('Content-Type', 'application/json');
  });
  provider.on('error', parts.onDefect);
  provider.on('server_error', (_ctx: Context, error: unknown) => parts.onDefect(error));
  reportOutcomes(provider, parts, door);
  return provider;
}

/** Everything that is not asked for is off, so that nothing is reachable by accident. */
function settings(parts: ProviderParts, door: ClientDoor, pruning: TokenPruning): Record<string, unknown> {
  const { identity, tokens, keys, clock } = parts;
  const clientAdapter = { find: async (id: string) => door.describe(id) };
  const off = { enabled: false };
  return {
    adapter: (model: string) =>
      model === 'Client' ? clientAdapter : new ArtifactAdapter(model, tokens, pruning, clock),
    jwks: keys,
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    responseTypes: [],
    scopes: [],
    routes: { token: tokenPath, authorization: '/oauth/authorize', jwks: '/oauth/jwks' },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: off,
      dPoP: off,
      pushedAuthorizationRequests: off,
      resourceIndicators: off,
      rpInitiatedLogout: off,
      userinfo: off,
    },
    formats: { bitsOfOpaqueRandomness: 256 },
    ttl: {
      ClientCredentials: (_ctx: unknown, _token: unknown, client: Client) =>
        identity.client(client.clientId as ClientId)?.tokenValiditySeconds ?? identityLimits.tokenValiditySecondsMin,
    },
    // Who knows the secret may use it from anywhere; a browser adds no credentials of its own to these requests.
    clientBasedCORS: () => true,
    renderError: async (ctx: Context, out: unknown) => {
      ctx.type = 'json';
      ctx.body = out;
    },
  };
}

/** Granted tokens, and refusals after the client was let in; the door reports the others. */
function reportOutcomes(provider: Provider, { identity, clock, onEvent }: ProviderParts, door: ClientDoor): void {
  const report = (ctx: Context, result: 'done' | 'refused', facts: { readonly [name: string]: string }): void => {
    const client = identity.client(ctx.oidc?.client?.clientId as ClientId);
    const about = client === undefined ? { name: '' } : { clientId: client.id, name: client.name };
    onEvent({ action: 'tokenIssued', result, at: clock.now(), ...about, from: remoteAddress(ctx.req), facts });
  };
  provider.on('grant.success', (ctx: Context) => report(ctx, 'done', { grantType: 'client_credentials' }));
  provider.on('grant.error', (ctx: Context, error: Error) => {
    if (!(error instanceof TokenRefusal) && door.isAuthenticated(ctx))
      report(ctx, 'refused', { reason: error.message });
  });
}

/** Answers what needs no look at the credentials: other methods, and bodies that are announced as too large. */
function isAcceptable(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'POST') {
    refuse(response, 405, 'only POST is allowed here', { Allow: 'POST' });
    return false;
  }
  // Rule: A token request whose body is larger than 8 KiB is refused unread.
  if (Number(request.headers['content-length'] ?? 0) > identityLimits.tokenRequestBytesMax) {
    refuse(response, 413, 'the request is too large', { Connection: 'close' });
    return false;
  }
  return true;
}

function refuse(response: ServerResponse, status: number, description: string, headers: Record<string, string>): void {
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(contractAnswer({ error: 'invalid_request', error_description: description })));
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
