/** The OAuth edge: oidc-provider for the protocol, our pages for people, and the contract's answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientId, Clock, UserId } from '@tacet/domain';
import { type Client, type Context, Provider } from 'oidc-provider';
import { remoteAddress } from '../remote-address.ts';
import { TokenPruning } from './artifact-adapter.ts';
import { preparedQuery } from './authorize-request.ts';
import { hasEmptySecret, literalBasic } from './basic-credentials.ts';
import { ClientDoor } from './client-door.ts';
import type { IdentityStore } from './identity.ts';
import type { OnIdentityEvent } from './identity-event.ts';
import { identityLimits } from './identity-limits.ts';
import { offerImplicit } from './implicit-answer.ts';
import { addressOf, oauthPaths, unmount } from './oauth-paths.ts';
import type { PasswordCheck } from './password-check.ts';
import { providerSetup } from './provider-settings.ts';
import { nameHost } from './public-host.ts';
import type { SecondFactor } from './second-factor.ts';
import { sendPage, setPageHeaders } from './sign-in/page.ts';
import { ourFaultPage, tooManyPage } from './sign-in/page-message.ts';
import { RequestPace } from './sign-in/request-pace.ts';
import { makeSignInHandler, type SignInHandler } from './sign-in/sign-in-handler.ts';
import { signInLimits } from './sign-in/sign-in-limits.ts';
import type { SignInSettings } from './sign-in/sign-in-settings.ts';
import type { SigningKeys } from './signing-keys.ts';
import { answerAsContract, reportOutcomes } from './token-answers.ts';
import { contractAnswer } from './token-error.ts';
import type { TokenStore } from './token-store.ts';

export { handlesPath } from './oauth-paths.ts';

export interface ProviderParts {
  /** Public URL of the server, e.g. `http://127.0.0.1:8080`. */
  readonly issuer: string;
  readonly identity: IdentityStore;
  readonly tokens: TokenStore;
  readonly keys: SigningKeys;
  readonly passwords: Pick<PasswordCheck, 'check'>;
  readonly secondFactor: SecondFactor;
  readonly settings: SignInSettings;
  readonly clock: Pick<Clock, 'now'>;
  readonly onEvent: OnIdentityEvent;
  /** Whether tokens end when they are not used. */
  readonly areTokensIdling: () => boolean;
  /** Told of errors that are ours; the caller got a bare 500. */
  readonly onDefect: (error: unknown) => void;
}

export interface OauthProvider {
  /** Answers a request whose URL `handlesPath`; its body must not have been read. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Makes an access token with a user context for a client; returns its value. */
  mintForUser(client: ClientId, user: UserId, validitySeconds: number): Promise<string>;
}

/** What a request is answered with. */
interface Edge {
  readonly parts: ProviderParts;
  readonly answer: ReturnType<Provider['callback']>;
  readonly pages: SignInHandler;
  readonly beginnings: RequestPace;
}

/** Sets the edge up. Tokens that are long expired are removed on the way. */
export function openProvider(parts: ProviderParts): OauthProvider {
  const { identity, settings, clock, onEvent } = parts;
  const door = new ClientDoor({ identity, clock, onEvent, isImplicitOn: settings.isImplicitOn });
  const pruning = new TokenPruning(parts.tokens);
  pruning.prune(clock.now());
  const provider = makeProvider(parts, door, pruning);
  const edge: Edge = {
    parts,
    answer: provider.callback(),
    pages: makeSignInHandler({ ...parts, provider }),
    beginnings: new RequestPace(clock, signInLimits.beginningsPerMinute),
  };
  return {
    handle: (request, response) => {
      handle(edge, request, response).catch((error: unknown) => {
        parts.onDefect(error);
        if (response.headersSent) response.destroy();
        else sendPage(response, ourFaultPage());
      });
    },
    mintForUser: async (clientId, accountId, expiresIn) => {
      const client = await provider.Client.find(clientId);
      if (client === undefined) throw new TypeError('tokens are made for clients that exist');
      return new provider.AccessToken({ client, accountId, expiresIn, gty: 'issued' }).save();
    },
  };
}

function makeProvider(parts: ProviderParts, door: ClientDoor, pruning: TokenPruning): Provider {
  const provider = new Provider(parts.issuer, providerSetup({ ...parts, door, pruning }));
  provider.proxy = true;
  // oidc-provider would compare secrets in clear; ours are hashed.
  provider.Client.prototype.compareClientSecret = async function (this: Client, secret: string): Promise<boolean> {
    await door.authenticate(this.clientId, secret);
    return true;
  };
  // Rule: A redirect address is compared whole with those that the client has registered.
  provider.Client.prototype.redirectUriAllowed = function (this: Client, uri: string): boolean {
    return this.redirectUris.includes(uri);
  };
  // Addresses are checked when they are registered (checked-values.ts), private schemes among them.
  provider.Client.Schema.prototype.redirectUris = () => {};
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === 'token' || ctx.oidc?.route === 'revocation') answerAsContract(ctx);
  });
  provider.on('error', parts.onDefect);
  provider.on('server_error', (_ctx: Context, error: unknown) => parts.onDefect(error));
  reportOutcomes(provider, parts, door);
  offerImplicit(provider, parts);
  return provider;
}

async function handle(edge: Edge, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { parts, answer, pages } = edge;
  const { publicUrl } = parts.settings;
  const address = addressOf(request, publicUrl);
  nameHost(request, publicUrl);
  unmount(request, address);
  const { path } = address;
  if (path === oauthPaths.token || path === oauthPaths.revocation) {
    if (!isAcceptable(request, response)) return;
    writeCredentialsAnew(request);
    return answer(request, response);
  }
  const isBeginning = path === oauthPaths.authorization;
  if (!isBeginning && !path.startsWith(`${oauthPaths.authorization}/`)) return pages.handle(request, response);
  setPageHeaders(response);
  if (request.method !== 'GET') return refuse(response, 405, 'only GET is allowed here', { Allow: 'GET' });
  if (isBeginning) {
    // Rule: An address that begins more sign-ins than people can is told to wait.
    const seconds = edge.beginnings.count(remoteAddress(request));
    if (seconds > 0) return sendPage(response, tooManyPage(seconds));
    const { identity, settings } = parts;
    unmount(request, { ...address, search: preparedQuery(address.search, { identity, ...settings }) });
  }
  return answer(request, response);
}

/** Ids and secrets literally; and without a secret there is nothing to show in a header (contract: CLI with PKCE). */
function writeCredentialsAnew({ headers }: IncomingMessage): void {
  const { authorization } = headers;
  if (authorization === undefined) return;
  if (hasEmptySecret(authorization)) delete headers.authorization;
  else headers.authorization = literalBasic(authorization);
}

/** Answers what needs no look at the credentials: other methods, and bodies that are announced as too large. */
function isAcceptable(request: IncomingMessage, response: ServerResponse): boolean {
  // Browsers ask first whether a program from elsewhere may ask (CORS).
  if (request.method === 'OPTIONS') return true;
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

function refuse(response: ServerResponse, status: number, description: string, headers = {}): void {
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(contractAnswer({ error: 'invalid_request', error_description: description })));
}
