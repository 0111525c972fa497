/** The part of oidc-provider 9 that is used here; the package carries no types of its own. */
declare module 'oidc-provider' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Context {
    readonly req: IncomingMessage;
    status: number;
    body: unknown;
    type: string;
    set(name: string, value: string): void;
    readonly oidc?: { readonly client?: Client };
  }

  export interface Client {
    readonly clientId: string;
    compareClientSecret(secret: string): Promise<boolean>;
  }

  export interface AccessToken {
    save(): Promise<string>;
  }

  export interface Adapter {
    upsert(id: string, payload: Record<string, unknown>, expiresIn: number): Promise<void>;
    find(id: string): Promise<Record<string, unknown> | undefined>;
    findByUid(uid: string): Promise<Record<string, unknown> | undefined>;
    findByUserCode(userCode: string): Promise<Record<string, unknown> | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  export class Provider extends EventEmitter {
    constructor(issuer: string, setup: Record<string, unknown>);
    /** The request being answered, wherever in its course one is. */
    static readonly ctx: Context | undefined;
    readonly Client: { find(id: string): Promise<Client | undefined>; prototype: Client };
    readonly AccessToken: new (members: {
      client: Client;
      accountId: string;
      expiresIn: number;
      gty: string;
    }) => AccessToken;
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): this;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  }

  export namespace errors {
    class OIDCProviderError extends Error {
      constructor(status: number, error: string);
      error: string;
      error_description?: string;
      statusCode: number;
      expose: boolean;
    }
  }
}
