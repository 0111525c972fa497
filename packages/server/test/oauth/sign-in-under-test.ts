/** Sign-in under test: users with passwords, clients of each kind, and the ways through the pages. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { ClientId, UserId } from '@tacet/domain';
import type { OauthClient } from '../../src/oauth/identity.ts';
import { IdentityUnderTest, type TokenReply } from './identity-under-test.ts';
import { ScriptFreeBrowser, type Shown } from './script-free-browser.ts';

export const redirectUri = 'http://localhost:9/callback';
export const password = 'violet tram under nine bridges';
export const email = 'ann@tacet.test';

export interface SignInUnderTest {
  readonly under: IdentityUnderTest;
  readonly browser: ScriptFreeBrowser;
  readonly userId: UserId;
  readonly code: { readonly id: ClientId; readonly secret: string };
  readonly token: { readonly id: ClientId };
}

export async function startSignIn(given: Parameters<typeof IdentityUnderTest.start>[0] = {}): Promise<SignInUnderTest> {
  const under = await IdentityUnderTest.start(given);
  const { id: userId } = await under.commands.addUser({ name: 'Ann', email, password });
  const code = await under.addClient({ name: 'Agent desktop', kind: 'CODE', redirectUris: [redirectUri] });
  const token = await under.addClient({ name: 'Old wallboard', kind: 'TOKEN', redirectUris: [redirectUri] });
  withoutSecret(under, token.id);
  return { under, browser: new ScriptFreeBrowser(under.port), userId, code, token };
}

export function withoutSecret(under: IdentityUnderTest, id: ClientId): void {
  const { secretHash: _removed, ...client } = under.identity.client(id) ?? assert.fail();
  under.identity.putClients([client]);
}

export function changeClient(under: IdentityUnderTest, id: ClientId, change: Partial<OauthClient>): void {
  under.identity.putClients([{ ...(under.identity.client(id) ?? assert.fail()), ...change }]);
}

/** A verifier and its challenge (RFC 7636 §4). */
export function makePkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export function authorizePath(clientId: string, more: Record<string, string> = {}): string {
  const query = { client_id: clientId, redirect_uri: redirectUri, response_type: 'code', state: 's t&ate', ...more };
  return `/oauth/authorize?${new URLSearchParams(query)}`;
}

export function pkceParameters({ challenge }: { readonly challenge: string }): Record<string, string> {
  return { code_challenge: challenge, code_challenge_method: 'S256' };
}

/** From the page of a sign-in to wherever a right password leads. */
export function enter(browser: ScriptFreeBrowser, page: Shown, typed: Record<string, string> = {}): Promise<Shown> {
  return browser.submit(page, 'password', { email, password, ...typed });
}

/** Through the whole sign-in; returns the code in the address to which it leads. */
export async function signIn(
  { browser, code }: Pick<SignInUnderTest, 'browser' | 'code'>,
  more: Record<string, string> = {},
): Promise<string> {
  const page = await browser.get(authorizePath(code.id, more));
  const { leadsTo } = page.leadsTo === undefined ? await enter(browser, page) : page;
  return leadsTo?.searchParams.get('code') ?? assert.fail(`no code: ${leadsTo?.href}`);
}

/** Redeems a code, as the contract's clients with a secret do. */
export function redeem(
  { under, code: client }: Pick<SignInUnderTest, 'under' | 'code'>,
  code: string,
  more: Record<string, string> = {},
): Promise<TokenReply> {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...more };
  return send(under, form, `${client.id}:${client.secret}`);
}

/** Asks the token endpoint, with a `Basic` header where credentials are given. */
export function send(
  under: IdentityUnderTest,
  form: Record<string, string>,
  credentials?: string,
  path = '/oauth/token',
): Promise<TokenReply> {
  const authorization =
    credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  return under.send({ headers: authorization, body: new URLSearchParams(form).toString() }, path);
}

export function refresh(
  { under, code: client }: Pick<SignInUnderTest, 'under' | 'code'>,
  refreshToken: unknown,
): Promise<TokenReply> {
  const form = { grant_type: 'refresh_token', refresh_token: String(refreshToken) };
  return send(under, form, `${client.id}:${client.secret}`);
}

export async function isGood({ under }: Pick<SignInUnderTest, 'under'>, token: unknown): Promise<boolean> {
  return under.tokens.check(String(token), under.clock.now()).then(
    () => true,
    () => false,
  );
}
