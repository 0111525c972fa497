/** The part of oidc-provider 9 that is used here; the package carries no types of its own. */
declare module 'oidc-provider' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Context {
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    status: number;
    body: unknown;
    type: string;
    readonly cookies: { set(name: string, value: string | null, options?: Record<string, unknown>): void };
    set(name: string, value: string): void;
    redirect(url: string): void;
    /** Absent where the request found no route. */
    readonly oidc?: RequestContext;
  }

  export interface RequestContext {
    readonly provider: Provider;
    readonly client?: Client;
    readonly account?: Account;
    /** The name of the route, e.g. `token`, `authorization`, `resume`. */
    readonly route: string;
    readonly params?: { readonly [name: string]: unknown };
    readonly requestParamOIDCScopes: ReadonlySet<string>;
    /** The sign-in of the browser. */
    readonly session?: BrowserSignIn;
    readonly entities: {
      readonly AccessToken?: AccessToken;
      readonly ClientCredentials?: AccessToken;
      readonly RefreshToken?: RefreshToken;
      readonly AuthorizationCode?: AuthorizationCode;
    };
  }

  export interface Client {
    readonly clientId: string;
    readonly clientAuthMethod: string;
    readonly redirectUris: readonly string[];
    compareClientSecret(secret: string): Promise<boolean>;
    redirectUriAllowed(uri: string): boolean;
  }

  /** A user as oidc-provider sees one. */
  export interface Account {
    readonly accountId: string;
    claims(): Promise<{ readonly sub: string }>;
  }

  export interface AccessToken {
    readonly clientId: string;
    readonly accountId?: string;
    readonly scope?: string;
    readonly expiration: number;
    save(): Promise<string>;
  }

  export interface RefreshToken {
    readonly kind: 'RefreshToken';
    readonly clientId: string;
    readonly accountId: string;
    /** When the first of its family was made, in seconds since the epoch. */
    readonly iiat: number;
  }

  export interface AuthorizationCode {
    readonly kind: 'AuthorizationCode';
    readonly accountId: string;
    readonly grantId: string;
    readonly scope?: string;
    readonly codeChallenge?: string;
    destroy(): Promise<void>;
  }

  /** What a user lets a client do; every artifact that came of it carries its id. */
  export interface Grant {
    readonly jti: string;
    readonly accountId: string;
    readonly clientId: string;
    addOIDCScope(scope: string): void;
    getOIDCScope(): string;
    save(): Promise<string>;
  }

  /** The sign-in of a browser, shared by every program that it signs in to. */
  export interface BrowserSignIn {
    readonly accountId?: string;
    /** When the user signed in, in seconds since the epoch. */
    readonly loginTs?: number;
    readonly authorizations?: { readonly [clientId: string]: { readonly grantId?: string } };
    grantIdFor(clientId: string): string | undefined;
    destroy(): Promise<void>;
  }

  /** A request for a sign-in that waits for its user. */
  export interface Interaction {
    readonly uid: string;
    readonly returnTo: string;
    readonly params: { readonly [name: string]: string | undefined };
    session?: { uid?: string; accountId?: string };
    persist(): Promise<void>;
  }

  /** Reads and writes artifacts of one kind. */
  export interface Adapter {
    upsert(id: string, payload: Record<string, unknown>, expiresIn: number): Promise<void>;
    find(id: string): Promise<Record<string, unknown> | undefined>;
    findByUid(uid: string): Promise<Record<string, unknown> | undefined>;
    findByUserCode(userCode: string): Promise<Record<string, unknown> | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  interface Found<T> {
    find(id: string, options?: { readonly ignoreExpiration?: boolean }): Promise<T | undefined>;
  }

  export class Provider extends EventEmitter {
    constructor(issuer: string, setup: Record<string, unknown>);
    /** The request being answered, wherever in its course one is. */
    static readonly ctx: Context | undefined;
    readonly Client: Found<Client> & { prototype: Client; Schema: { prototype: { redirectUris(): void } } };
    readonly AccessToken: new (members: {
      client: Client;
      accountId: string;
      expiresIn?: number;
      gty: string;
      grantId?: string;
      scope?: string | undefined;
    }) => AccessToken;
    readonly Grant: Found<Grant> & (new (members: { accountId: string; clientId: string }) => Grant);
    readonly Interaction: Found<Interaction>;
    readonly Session: { get(ctx: Context): Promise<BrowserSignIn> };
    /** Koa: whether `X-Forwarded-Proto` and `X-Forwarded-Host` are believed. */
    proxy: boolean;
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): this;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    createContext(request: IncomingMessage, response: ServerResponse): Context;
    registerResponseMode(
      name: string,
      handler: (ctx: Context, redirectUri: string, answer: { readonly [name: string]: string }) => Promise<void>,
    ): void;
    cookieName(of: 'session' | 'interaction' | 'resume'): string;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    /** Notes how it ended; returns where the browser goes now. */
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
      options: { readonly mergeWithLastSubmission: boolean },
    ): Promise<string>;
  }

  /** Which reasons there are to ask the user something. */
  export namespace interactionPolicy {
    function base(): { remove(name: string): void } & readonly unknown[];
  }

  export namespace errors {
    class OIDCProviderError extends Error {
      constructor(status: number, error: string);
      error: string;
      error_description?: string;
      statusCode: number;
      expose: boolean;
    }
    class InvalidGrant extends OIDCProviderError {
      constructor(detail: string);
    }
    class InvalidScope extends OIDCProviderError {
      constructor(description: string, scope: string);
    }
    class SessionNotFound extends OIDCProviderError {}
  }
}
