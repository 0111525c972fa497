/** The official JavaScript client signs users in: on a server with a secret, and in a browser without one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import platformClient from 'purecloud-platform-client-v2';
import {
  changeClient,
  email,
  isGood,
  password,
  redirectUri,
  type SignInUnderTest,
  signIn,
  startSignIn,
} from './sign-in-under-test.ts';

/** The client as web pages load it. */
const webClient = createRequire(import.meta.url)
  .resolve('purecloud-platform-client-v2')
  .replace(/dist\/node\/.*$/, 'dist/web-cjs/purecloud-platform-client-v2.min.js');

/** A program in a web page: it signs in as soon as it is there, and shows what came of it. */
const programPage = `<!doctype html><html lang="en"><title>Program</title><link rel="icon" href="data:,">
<p id="outcome">busy</p>
<script src="/client.js"></script>
<script>
  const given = JSON.parse(sessionStorage.getItem('given') ?? '{}');
  const show = (text) => { document.getElementById('outcome').textContent = text; };
  if (given.clientId) {
    const client = require('platformClient').ApiClient.instance;
    client.setPersistSettings(false);
    client.setGateway({ host: location.hostname, protocol: 'http', port: location.port, path_params_login: 'login' });
    const options = { state: given.state };
    client[given.method](given.clientId, location.origin + '/program', options).then(
      (data) => show(JSON.stringify({ token: data.accessToken, state: data.state })),
      (error) => show(JSON.stringify({ error: String(error.message) })),
    );
  }
</script>`;

let test: SignInUnderTest;
let browser: Browser;

const elsewhere: RequestListener = (request, response) => {
  const path = (request.url ?? '').split('?')[0];
  if (path === '/program') response.writeHead(200, { 'content-type': 'text/html' }).end(programPage);
  else if (path === '/client.js') response.writeHead(200).end(readFileSync(webClient));
  else if (path === '/api/v2/tokens/me') {
    const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    void isGood(test, bearer).then((isThere) => response.writeHead(isThere ? 200 : 401).end('{}'));
  } else response.writeHead(404).end();
};

before(async () => {
  test = await startSignIn({ elsewhere, signIn: { isImplicitOn: true } });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(async () => {
  await browser.close();
  await test.under[Symbol.asyncDispose]();
});

/** A busy machine is no failure. */
async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext();
  context.setDefaultTimeout(120_000);
  return context;
}

describe('the official client on a server', () => {
  it('redeems a code, and refreshes what it got', async () => {
    const api = platformClient.ApiClient.instance;
    const gateway = { host: '127.0.0.1', protocol: 'http', path_params_login: 'login', path_params_api: '' };
    api.setGateway({ ...gateway, port: test.under.port } as unknown as Parameters<typeof api.setGateway>[0]);
    const { id, secret } = test.code;
    await api.loginCodeAuthorizationGrant(id, secret, await signIn(test), redirectUri);
    // The client's type leaves the refresh token out, the client itself does not.
    const held = (): Record<string, string> => ({
      ...(api as unknown as { authData: Record<string, string> }).authData,
    });
    const first = held();
    assert.equal(await isGood(test, first['accessToken']), true);
    await api.refreshCodeAuthorizationGrant(id, secret, first['refreshToken'] ?? assert.fail());
    const next = held();
    assert.equal(await isGood(test, next['accessToken']), true);
    assert.notEqual(next['accessToken'], first['accessToken']);
    assert.notEqual(next['refreshToken'], first['refreshToken']);
    await assert.rejects(api.refreshCodeAuthorizationGrant(id, secret, first['refreshToken'] ?? ''));
  });
});

describe('the official client in a browser', () => {
  /** Opens the program and signs in on our page; returns what the program shows in the end. */
  async function run(page: Page, method: string, clientId: string): Promise<Record<string, string>> {
    const program = `http://127.0.0.1:${test.under.port}/program`;
    await page.goto(program);
    await page.evaluate(
      (given) => sessionStorage.setItem('given', given),
      JSON.stringify({ method, clientId, state: 'x y' }),
    );
    await page.goto(program);
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const outcome = page.locator('#outcome', { hasText: '{' });
    return JSON.parse((await outcome.textContent()) ?? '{}') as Record<string, string>;
  }

  for (const [method, clientId] of [
    ['loginPKCEGrant', () => test.code.id],
    ['loginImplicitGrant', () => test.token.id],
  ] as const) {
    it(`signs in with ${method}, and its token is good`, async () => {
      const own = [redirectUri, `http://127.0.0.1:${test.under.port}/program`];
      changeClient(test.under, clientId(), { redirectUris: own });
      const context = await newContext();
      const { token, state, error } = await run(await context.newPage(), method, clientId());
      assert.equal(error, undefined);
      assert.equal(state, 'x y');
      const actor = await test.under.tokens.check(token ?? '', test.under.clock.now());
      assert.equal(actor.userId, test.userId);
      await context.close();
    });
  }

  it('learns that the user does not want to', async () => {
    const context = await newContext();
    const page = await context.newPage();
    const program = `http://127.0.0.1:${test.under.port}/program`;
    await page.goto(program);
    const given = JSON.stringify({ method: 'loginPKCEGrant', clientId: test.code.id });
    await page.evaluate((text) => sessionStorage.setItem('given', text), given);
    await page.goto(program);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#outcome', { hasText: 'access_denied' }).waitFor();
    await context.close();
  });

  it('may redeem codes from a page of another origin', async () => {
    const context = await newContext();
    const page = await context.newPage();
    await page.goto(`http://localhost:${test.under.port}/program`);
    const status = await page.evaluate(async (url) => {
      const answer = await fetch(url, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'authorization_code' }),
      });
      return [answer.status, ((await answer.json()) as { error: string }).error] as const;
    }, `http://127.0.0.1:${test.under.port}/oauth/token`);
    assert.deepEqual(status, [400, 'invalid_request'], 'the answer can be read');
    await context.close();
  });
});
