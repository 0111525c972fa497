/** An outside identity provider: a second oidc-provider on this machine, which lets in whom the test says. */
/// <reference path="../../src/oauth/oidc-provider.d.ts" />
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface OutsideAccount {
  readonly subject: string;
  readonly email?: string;
  readonly isVerified?: boolean;
}

export const outsideClient = { clientId: 'tacet', clientSecret: 'a secret that only the two know' } as const;

interface Options {
  /** Where it may send browsers back to. */
  readonly redirectUri: string;
  /** Puts the e-mail address into the identity token instead of leaving it to the userinfo endpoint. */
  readonly hasFullTokens?: boolean;
}

export class OutsideUnderTest implements AsyncDisposable {
  /** Who is let in next; nobody is when there is none. */
  account: OutsideAccount | undefined = { subject: 'ann-outside', email: 'ann@tacet.test', isVerified: true };
  /** Parameters of the last request for a sign-in. */
  asked: { readonly [name: string]: unknown } = {};
  readonly #server: Server;
  #port = 0;
  #provider: Provider | undefined;
  /** How often its endpoints were asked for. */
  discoveryCount = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      if (request.url?.startsWith('/.well-known/') === true) this.discoveryCount += 1;
      if (request.url?.startsWith('/let-in/') === true) void this.#letIn(request, response);
      else void this.#provider?.callback()(request, response);
    });
  }

  static async start(options: Options): Promise<OutsideUnderTest> {
    const made = new OutsideUnderTest();
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    made.#port = (made.#server.address() as AddressInfo).port;
    made.#provider = new Provider(made.issuer, made.#setup(options));
    return made;
  }

  get port(): number {
    return this.#port;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.stop();
  }

  #setup({ redirectUri, hasFullTokens }: Options): Record<string, unknown> {
    const { clientId, clientSecret } = outsideClient;
    return {
      clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      conformIdTokenClaims: hasFullTokens !== true,
      features: { devInteractions: { enabled: false }, userinfo: { enabled: hasFullTokens !== true } },
      interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/let-in/${uid}` },
      findAccount: (_ctx: unknown, accountId: string) => {
        const { email, isVerified } = this.account ?? {};
        return { accountId, claims: async () => ({ sub: accountId, email, email_verified: isVerified }) };
      },
    };
  }

  async #letIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = this.#provider;
    if (provider === undefined) return;
    const details = await provider.interactionDetails(request, response);
    const { prompt, params } = details as unknown as { prompt: { name: string }; params: { client_id: string } };
    this.asked = params;
    const result = await this.#resultOf(provider, prompt.name, params.client_id);
    const returnTo = await provider.interactionResult(request, response, result, {
      mergeWithLastSubmission: !('error' in result),
    });
    response.writeHead(303, { location: returnTo }).end();
  }

  async #resultOf(provider: Provider, prompt: string, clientId: string): Promise<Record<string, unknown>> {
    if (this.account === undefined) return { error: 'access_denied', error_description: 'not this one' };
    const accountId = this.account.subject;
    if (prompt === 'login') return { login: { accountId } };
    const grant = new provider.Grant({ accountId, clientId });
    grant.addOIDCScope('openid email');
    return { consent: { grantId: await grant.save() } };
  }
}
