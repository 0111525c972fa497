/** Signing in through an outside OpenID Connect provider. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { signInLimits } from '../../src/oauth/sign-in/sign-in-limits.ts';
import { OutsideUnderTest, outsideClient } from './outside-under-test.ts';
import { ScriptFreeBrowser, type Shown, wordsOf } from './script-free-browser.ts';
import { authorizePath, isGood, redeem, type SignInUnderTest, startSignIn } from './sign-in-under-test.ts';

const publicUrl = 'http://tacet.test';
const callback = `${publicUrl}/oauth/outside`;

let outside: OutsideUnderTest;
let test: SignInUnderTest;

async function start(given: { readonly hasFullTokens?: boolean; readonly issuer?: string } = {}): Promise<void> {
  const { issuer, ...options } = given;
  outside = await OutsideUnderTest.start({ redirectUri: callback, ...options });
  const settings = { issuer: issuer ?? outside.issuer, ...outsideClient, name: 'Company account' };
  test = await startSignIn({ signIn: { publicUrl, outside: settings } });
}

async function stop(): Promise<void> {
  await test.under[Symbol.asyncDispose]();
  await outside[Symbol.asyncDispose]();
}

beforeEach(() => start());
afterEach(stop);

const begin = (more: Record<string, string> = {}): Promise<Shown> =>
  test.browser.get(authorizePath(test.code.id, more));
/** From the page to the outside provider and back, up to the address that it sends the browser to. */
async function throughOutside(page: Shown): Promise<string> {
  const left = page.leadsTo === undefined ? await test.browser.get(`${page.url.pathname}?outside`) : page;
  const there = new ScriptFreeBrowser(outside.port);
  const { leadsTo } = await there.get(`${left.leadsTo?.pathname}${left.leadsTo?.search}`);
  assert.equal(`${leadsTo?.origin}${leadsTo?.pathname}`, callback);
  return `${leadsTo?.pathname}${leadsTo?.search}`;
}
const signInOutside = async (): Promise<Shown> => test.browser.get(await throughOutside(await begin()));
const reasons = (): readonly unknown[] =>
  test.under.events.filter(({ action }) => action === 'signInRefused').map(({ facts }) => facts['reason']);

describe('the outside provider', () => {
  it('lets in a user, the first time by the verified e-mail address and then by who they are there', async () => {
    const { leadsTo } = await signInOutside();
    const { status, body } = await redeem(test, leadsTo?.searchParams.get('code') ?? '');
    assert.equal(status, 200);
    assert.equal(await isGood(test, body['access_token']), true);
    assert.equal(test.under.identity.userByOutside(outside.issuer, 'ann-outside')?.id, test.userId);
    const [signedIn] = test.under.events.filter(({ action }) => action === 'signedIn');
    assert.deepEqual([signedIn?.userId, signedIn?.facts], [test.userId, { by: 'outside' }]);

    outside.account = { subject: 'ann-outside', email: 'renamed@elsewhere.test', isVerified: false };
    test.browser.cookies.clear();
    const again = await signInOutside();
    assert.notEqual(again.leadsTo?.searchParams.get('code') ?? null, null, 'whatever the address is by now');
  });

  it('is asked with PKCE, state and nonce, and who the user may be', async () => {
    const page = await begin({ login_hint: 'ann@tacet.test', prompt: 'login' });
    await throughOutside(page);
    const { asked } = outside;
    assert.equal(asked['code_challenge_method'], 'S256');
    assert.equal(asked['login_hint'], 'ann@tacet.test');
    assert.equal(asked['prompt'], 'login');
    for (const name of ['state', 'nonce', 'code_challenge']) assert.match(String(asked[name]), /^[\w-]{43}$/);
  });

  it('may tell the e-mail address in the identity token', async () => {
    await stop();
    await start({ hasFullTokens: true });
    assert.notEqual((await signInOutside()).leadsTo?.searchParams.get('code') ?? null, null);
  });

  it('needs no second factor of ours: it has its own', async () => {
    const draft = test.under.secondFactor.begin({ id: test.userId, email: 'ann@tacet.test' });
    const { TOTP, Secret } = await import('otpauth');
    const device = new TOTP({ secret: Secret.fromBase32(draft.secret) });
    const code = device.generate({ timestamp: test.under.clock.now() });
    assert.notEqual(test.under.secondFactor.confirm(test.userId, draft.sealed, code), undefined);
    assert.notEqual((await signInOutside()).leadsTo, undefined);
  });

  it('is where a program leads that names a provider, and the page is there for the way back', async () => {
    const left = await begin({ org: 'tacet', provider: 'okta' });
    assert.equal(left.leadsTo?.origin, outside.issuer);
    assert.notEqual((await test.browser.get(await throughOutside(left))).leadsTo, undefined);
  });
});

describe('whoever the outside provider lets in', () => {
  const refused = async (shown: Shown, reason: string): Promise<void> => {
    assert.equal(shown.status, 403);
    assert.match(wordsOf(shown), /You cannot sign in this way Company account let you in, but nobody here/);
    assert.deepEqual(reasons(), [reason]);
    const [, way = ''] = /class="button" href="([^"]*)"/.exec(shown.text) ?? [];
    assert.equal((await test.browser.get(way)).status, 200);
  };

  it('An e-mail address that the outside provider has not verified leads to nobody.', async () => {
    outside.account = { subject: 'mallory', email: 'ann@tacet.test', isVerified: false };
    await refused(await signInOutside(), 'outside user is not known');
  });

  it('Whoever came from the outside provider once is only that one account there.', async () => {
    await signInOutside();
    test.browser.cookies.clear();
    outside.account = { subject: 'mallory', email: 'ann@tacet.test', isVerified: true };
    await refused(await signInOutside(), 'outside user is not known');
  });

  it('is refused when nobody here is meant', async () => {
    outside.account = { subject: 'zoe', email: 'zoe@tacet.test', isVerified: true };
    await refused(await signInOutside(), 'outside user is not known');
    assert.doesNotMatch(JSON.stringify(test.under.events), /zoe/);
  });

  it('is refused when the user is not active any more', async () => {
    await signInOutside();
    test.browser.cookies.clear();
    test.under.commands.setUserState(test.userId, 'inactive');
    await refused(await signInOutside(), 'outside user is not known');
  });
});

describe('an answer of the outside provider', () => {
  const failed = (shown: Shown): void => {
    assert.equal(shown.leadsTo, undefined);
    assert.ok([410, 502].includes(shown.status), String(shown.status));
  };

  it('An answer of the outside provider counts only with the state, nonce and verifier of our question.', async () => {
    // Two questions, and the answer of one given for the other: state, nonce and verifier do not belong together.
    const [first, second] = [await throughOutside(await begin()), await throughOutside(await begin())];
    const codeOf = (path: string): string => new URL(path, publicUrl).searchParams.get('code') ?? '';
    const crossed = first.replace(codeOf(first), codeOf(second));
    assert.notEqual(crossed, first);
    failed(await test.browser.get(crossed));
    assert.deepEqual(reasons(), ['outside provider']);
    failed(await test.browser.get('/oauth/outside?code=made-up&state=made-up'));
    failed(await test.browser.get('/oauth/outside'));
  });

  it('An answer of the outside provider is taken once.', async () => {
    const answer = await throughOutside(await begin());
    assert.notEqual((await test.browser.get(answer)).leadsTo, undefined);
    failed(await test.browser.get(answer));
    outside.account = { subject: 'zoe' };
    test.browser.cookies.clear();
    const ofStranger = await throughOutside(await begin());
    assert.equal((await test.browser.get(ofStranger)).status, 403);
    assert.equal((await test.browser.get(ofStranger)).status, 410, 'although the sign-in goes on');
  });

  it('is of no use for another sign-in of the same browser', async () => {
    const [first, second] = [await begin(), await begin()];
    const { search } = new URL(await throughOutside(first), publicUrl);
    assert.equal((await test.browser.get(`${second.url.pathname}/outside${search}`)).status, 410);
  });

  it('is of no use in another browser', async () => {
    const answer = await throughOutside(await begin());
    const stranger = new ScriptFreeBrowser(test.under.port);
    failed(await stranger.get(answer));
  });

  it('is of no use after ten minutes', async () => {
    const answer = await throughOutside(await begin());
    test.under.clock.advance(signInLimits.pendingMs);
    failed(await test.browser.get(answer));
  });

  it('may be a refusal, which is told in a friendly way', async () => {
    outside.account = undefined;
    const shown = await signInOutside();
    assert.equal(shown.status, 502);
    assert.match(wordsOf(shown), /Signing in did not work/);
    outside.account = { subject: 'ann-outside', email: 'ann@tacet.test', isVerified: true };
    const page = await test.browser.get(/class="button" href="([^"]*)"/.exec(shown.text)?.[1] ?? '');
    assert.notEqual((await test.browser.get(await throughOutside(page))).leadsTo, undefined, 'and can be tried again');
  });
});

describe('an outside provider that cannot be reached', () => {
  it('leaves the page and the passwords', async () => {
    await outside.stop();
    const shown = await test.browser.get(`${(await begin()).url.pathname}?outside`);
    assert.equal(shown.status, 502);
    assert.match(wordsOf(shown), /Company account could not be reached/);
    const [refused] = test.under.events.filter(({ action }) => action === 'signInRefused');
    assert.equal(typeof refused?.facts['failure'], 'string');
    assert.doesNotMatch(JSON.stringify(refused?.facts), /127\.0\.0\.1|http/);
    assert.match((await begin()).text, /type="password"/);
  });

  it('is asked once where its endpoints are, and again after an hour', async () => {
    await signInOutside();
    test.browser.cookies.clear();
    await signInOutside();
    assert.equal(outside.discoveryCount, 1);
    test.under.clock.advance(signInLimits.outsideDiscoveryMs);
    test.browser.cookies.clear();
    await signInOutside();
    assert.equal(outside.discoveryCount, 2);
  });

  it('is known by what it said before', async () => {
    await signInOutside();
    test.browser.cookies.clear();
    test.under.clock.advance(signInLimits.outsideDiscoveryMs);
    await outside.stop();
    const { leadsTo } = await test.browser.get(`${(await begin()).url.pathname}?outside`);
    assert.equal(leadsTo?.origin, outside.issuer);
  });
});
