/** The sign-in pages: the steps, what they refuse, and what they give away. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { signInLimits } from '../../src/oauth/sign-in/sign-in-limits.ts';
import { formOf, ScriptFreeBrowser, type Shown, wordsOf } from './script-free-browser.ts';
import {
  authorizePath,
  changeClient,
  email,
  enter,
  password,
  redeem,
  type SignInUnderTest,
  startSignIn,
} from './sign-in-under-test.ts';

let test: SignInUnderTest;
beforeEach(async () => {
  test = await startSignIn();
});
afterEach(() => test.under[Symbol.asyncDispose]());

const begin = (more: Record<string, string> = {}): Promise<Shown> =>
  test.browser.get(authorizePath(test.code.id, more));
const refusals = (): readonly unknown[] =>
  test.under.events
    .filter(({ action }) => action === 'signInRefused')
    .map(({ userId, facts }) => [userId, facts['reason']]);

async function restart(signIn: NonNullable<Parameters<typeof startSignIn>[0]>['signIn']): Promise<void> {
  await test.under[Symbol.asyncDispose]();
  test = await startSignIn(signIn === undefined ? {} : { signIn });
}

/** Gives the user an authenticator app. */
function addDevice(): { readonly device: TOTP; readonly recoveryCodes: readonly string[] } {
  const draft = test.under.secondFactor.begin({ id: test.userId, email });
  const device = new TOTP({ secret: Secret.fromBase32(draft.secret) });
  const codes = test.under.secondFactor.confirm(test.userId, draft.sealed, codeOf(device));
  test.under.clock.advance(30_000);
  return { device, recoveryCodes: codes ?? assert.fail() };
}

function codeOf(device: TOTP): string {
  return device.generate({ timestamp: test.under.clock.now() });
}

describe('the page for the password', () => {
  it('names the program, and takes a hint who it is', async () => {
    const page = await begin({ login_hint: 'ann@tacet.test:Tacet' });
    assert.match(wordsOf(page), /Sign in to continue to Agent desktop/);
    assert.match(page.text, /value="ann@tacet.test"/);
    const other = await begin({ login_hint: 'only-the-organisation', org: 'o', provider: 'p', target: 't' });
    assert.equal(other.status, 200);
    assert.doesNotMatch(other.text, /only-the-organisation/);
  });

  it('A refusal does not tell whether there is such a user.', async () => {
    const wrong = await enter(test.browser, await begin(), { password: 'wrong' });
    const unknown = await enter(test.browser, await begin(), { email: 'bob@tacet.test', password: 'wrong' });
    assert.deepEqual([wrong.status, unknown.status], [400, 400]);
    assert.equal(wordsOf(wrong), wordsOf(unknown));
    assert.match(wordsOf(wrong), /The e-mail address or the password is not right\./);
    assert.deepEqual(refusals(), [
      [test.userId, 'password'],
      [undefined, 'password'],
    ]);
  });

  it('lets nobody in who is not active', async () => {
    test.under.commands.setUserState(test.userId, 'inactive');
    assert.equal((await enter(test.browser, await begin())).status, 400);
  });

  it('says what is missing', async () => {
    const page = await enter(test.browser, await begin(), { email: '  ' });
    assert.match(wordsOf(page), /Enter your e-mail address/);
    const other = await enter(test.browser, page, { password: '' });
    assert.match(wordsOf(other), /Enter your password/);
    assert.deepEqual(refusals(), []);
  });

  it('keeps the address that was typed, and never the password', async () => {
    const page = await enter(test.browser, await begin(), {
      email: '"><script>x</script>',
      password: 'hunter2hunter2',
    });
    assert.match(page.text, /value="&quot;&gt;&lt;script&gt;x&lt;\/script&gt;"/);
    assert.doesNotMatch(page.text, /<script|hunter2/);
    assert.doesNotMatch(JSON.stringify(test.under.events), /script|hunter2/);
  });

  it('makes whoever fails often wait, and says for how long', async () => {
    let page = await begin();
    for (let count = 0; count < 8 && page.status !== 429; count += 1) {
      page = await enter(test.browser, page, { password: 'wrong' });
    }
    assert.equal(page.status, 429);
    assert.match(wordsOf(page), /Too many attempts\. Try again in \d+ seconds?\./);
    assert.match(String(page.headers['retry-after']), /^\d+$/);
    assert.equal((await enter(test.browser, page)).status, 429, 'the right one waits as well');
    test.under.clock.advance(120_000);
    assert.notEqual((await enter(test.browser, page)).leadsTo, undefined);
  });

  it('Where passwords are switched off, none is looked at.', async () => {
    const { publicUrl } = { publicUrl: 'http://127.0.0.1' };
    const outside = { issuer: 'http://127.0.0.1:1', clientId: 'x', name: 'Company account' };
    await restart({ isPasswordOn: false, outside, publicUrl });
    const page = await begin();
    assert.match(wordsOf(page), /Continue with Company account/);
    assert.doesNotMatch(page.text, /type="password"/);
    const { action, fields } = formOf(page, 'cancel');
    const forced = await test.browser.post(action, { ...fields, step: 'password', email, password });
    assert.equal(forced.status, 403);
    assert.equal(forced.leadsTo, undefined);
  });

  it('leads back to the program when the user does not want to', async () => {
    const { leadsTo } = await test.browser.submit(await begin(), 'cancel');
    assert.equal(leadsTo?.searchParams.get('error'), 'access_denied');
    assert.equal(leadsTo?.searchParams.get('state'), 's t&ate');
  });
});

describe('the second factor', () => {
  it('is asked for where the user has one, and then lets them in', async () => {
    const { device } = addDevice();
    const page = await enter(test.browser, await begin());
    assert.equal(page.leadsTo, undefined);
    assert.match(page.text, /autocomplete="one-time-code"/);
    const { leadsTo } = await test.browser.submit(page, 'code', { code: codeOf(device) });
    assert.equal((await redeem(test, leadsTo?.searchParams.get('code') ?? '')).status, 200);
    const [signedIn] = test.under.events.filter(({ action }) => action === 'signedIn');
    assert.deepEqual([signedIn?.userId, signedIn?.facts], [test.userId, { by: 'passwordAndCode' }]);
  });

  it('is a code that nobody has used before', async () => {
    const { device } = addDevice();
    const code = codeOf(device);
    await test.browser.submit(await enter(test.browser, await begin()), 'code', { code });
    const other = new ScriptFreeBrowser(test.under.port);
    const page = await enter(other, await other.get(authorizePath(test.code.id)));
    const again = await other.submit(page, 'code', { code });
    assert.equal(again.status, 400);
    assert.match(wordsOf(again), /This code is not right, or was used before/);
    assert.deepEqual(refusals(), [[test.userId, 'second factor']]);
  });

  it('makes whoever guesses wait', async () => {
    const { device } = addDevice();
    let page = await enter(test.browser, await begin());
    for (let count = 0; count < 10 && page.status !== 429; count += 1) {
      page = await test.browser.submit(page, 'code', { code: '000000' });
    }
    assert.equal(page.status, 429);
    assert.equal((await test.browser.submit(page, 'code', { code: codeOf(device) })).status, 429);
  });

  it('may be a recovery code, each of them once', async () => {
    const { recoveryCodes } = addDevice();
    const [recovery = ''] = recoveryCodes;
    const page = await enter(test.browser, await begin());
    const other = await test.browser.get(`${page.url.pathname}?recovery`);
    const { leadsTo } = await test.browser.submit(other, 'recovery', { recovery: ` ${recovery.toUpperCase()} ` });
    assert.notEqual(leadsTo?.searchParams.get('code') ?? null, null);
    const stranger = new ScriptFreeBrowser(test.under.port);
    const begun = await enter(stranger, await stranger.get(authorizePath(test.code.id)));
    const shown = await stranger.get(`${begun.url.pathname}?recovery`);
    assert.equal((await stranger.submit(shown, 'recovery', { recovery })).status, 400);
  });

  it('No step of a sign-in can be left out or taken before its turn.', async () => {
    addDevice();
    const page = await begin();
    const { action, fields } = formOf(page, 'password');
    for (const step of ['code', 'recovery', 'setUp', 'codesKept', 'later']) {
      const shown = await test.browser.post(action, { ...fields, step, code: '1', recovery: '1', kept: 'yes' });
      assert.equal(shown.leadsTo, undefined, step);
      assert.match(shown.text, /type="password"/, step);
    }
    const between = await enter(test.browser, page);
    for (const step of ['setUp', 'codesKept', 'later']) {
      const shown = await test.browser.post(action, { ...formOf(between, 'code').fields, step, kept: 'yes' });
      assert.equal(shown.leadsTo, undefined, step);
      await enter(test.browser, await test.browser.get(action));
    }
    const past = await test.browser.get(action.replace('/oauth/sign-in/', '/oauth/authorize/'));
    assert.equal(past.leadsTo, undefined, 'going on without the last step leads back to the first');
  });

  it('What was proved in one step of a sign-in counts for ten minutes.', async () => {
    const { device } = addDevice();
    const page = await enter(test.browser, await begin());
    test.under.clock.advance(signInLimits.pendingMs);
    const shown = await test.browser.submit(page, 'code', { code: codeOf(device) });
    assert.equal(shown.leadsTo, undefined);
    assert.match(wordsOf(shown), /Please sign in again/);
  });

  it('is of no use once the password was set anew', async () => {
    const { device } = addDevice();
    const page = await enter(test.browser, await begin());
    test.under.clock.advance(1_000);
    await test.under.desk.setPassword('commandLine', test.userId, 'another long sentence here');
    const shown = await test.browser.submit(page, 'code', { code: codeOf(device) });
    assert.equal(shown.leadsTo, undefined);
  });
});

describe('setting a second factor up', () => {
  const secretIn = (page: Shown): string =>
    (/class="key">([^<]*)</.exec(page.text)?.[1] ?? assert.fail()).replaceAll(' ', '');
  const deviceOf = (page: Shown): TOTP => new TOTP({ secret: Secret.fromBase32(secretIn(page)) });

  it('is part of the sign-in where everybody needs one', async () => {
    await restart({ isSecondFactorRequired: true });
    const page = await enter(test.browser, await begin());
    assert.match(page.text, /<svg[^>]*><rect fill="white"/);
    assert.doesNotMatch(wordsOf(page), /Not now/);
    const wrong = await test.browser.submit(page, 'setUp', { code: '000000' });
    assert.equal(wrong.status, 400);
    assert.equal(secretIn(wrong), secretIn(page), 'the device that was scanned stays good');
    const codes = await test.browser.submit(wrong, 'setUp', { code: codeOf(deviceOf(page)) });
    const kept = [...codes.text.matchAll(/<li>([^<]*)<\/li>/g)].map(([, code]) => code);
    assert.equal(kept.length, 10);
    const unsure = await test.browser.submit(codes, 'codesKept');
    assert.equal(unsure.leadsTo, undefined);
    const { leadsTo } = await test.browser.submit(unsure, 'codesKept', { kept: 'yes' });
    assert.equal((await redeem(test, leadsTo?.searchParams.get('code') ?? '')).status, 200);
    assert.equal(test.under.secondFactor.isNeededFor(test.userId), true);
    assert.equal(test.under.secondFactor.check(test.userId, kept[3] ?? '').is, 'right');
  });

  it('A second factor that is required cannot be put off.', async () => {
    await restart({ isSecondFactorRequired: true });
    const page = await enter(test.browser, await begin());
    const { action, fields } = formOf(page, 'setUp');
    const shown = await test.browser.post(action, { ...fields, step: 'later' });
    assert.equal(shown.leadsTo, undefined);
  });

  it('is offered where it is not required, and can be put off', async () => {
    const page = await enter(test.browser, await begin(), { secondFactor: 'wanted' });
    assert.match(wordsOf(page), /Set up your authenticator app/);
    const { leadsTo } = await test.browser.submit(page, 'later');
    assert.notEqual(leadsTo?.searchParams.get('code') ?? null, null);
    assert.equal(test.under.secondFactor.isNeededFor(test.userId), false);
  });

  it('A sign-in replaces no second factor that was set up meanwhile.', async () => {
    const page = await enter(test.browser, await begin(), { secondFactor: 'wanted' });
    const { device } = addDevice();
    const shown = await test.browser.submit(page, 'setUp', { code: codeOf(deviceOf(page)) });
    assert.equal(shown.leadsTo, undefined);
    assert.equal(test.under.secondFactor.check(test.userId, codeOf(device)).is, 'right');
  });
});

describe('every page', () => {
  it('Sign-in pages run no script, load nothing, and are shown in no frame.', async () => {
    const page = await begin();
    const policy = String(page.headers['content-security-policy']);
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-[^']+'; img-src data:; form-action 'self' http:\/\/localhost:9;/,
    );
    assert.match(policy, /frame-ancestors 'none'; base-uri 'none'$/);
    assert.doesNotMatch(policy, /unsafe|script/);
    assert.equal(page.headers['x-frame-options'], 'DENY');
    assert.doesNotMatch(page.text, /<script|\son\w+=|https?:\/\/(?!localhost:9|www\.w3\.org)/);
  });

  it('Nothing of a sign-in is kept in a cache.', async () => {
    const page = await begin();
    const pages = [
      await test.browser.once('GET', authorizePath(test.code.id)),
      page,
      await enter(test.browser, page, { password: 'wrong' }),
      await enter(test.browser, page),
      await test.browser.get('/oauth/sign-in/unknown'),
      await test.browser.get('/logout'),
    ];
    for (const { headers, status } of pages) assert.equal(headers['cache-control'], 'no-store', String(status));
  });

  it('Only markup that a template made goes into a page as it is.', async () => {
    changeClient(test.under, test.code.id, { name: '<img src=x onerror=alert(1)>' });
    const page = await begin();
    assert.match(page.text, /<strong>&lt;img src=x onerror=alert\(1\)&gt;<\/strong>/);
    assert.doesNotMatch(page.text, /<img/);
  });

  it('has a language, a title, and labels', async () => {
    const page = await begin();
    assert.match(page.text, /<html lang="en">/);
    assert.match(page.text, /<title>Sign in · Tacet<\/title>/);
    assert.match((await enter(test.browser, page, { password: 'x' })).text, /<title>Error: Sign in · Tacet<\/title>/);
  });

  it('is for GET and POST', async () => {
    const page = await begin();
    for (const method of ['PUT', 'DELETE']) {
      assert.equal((await test.browser.once(method, page.url.pathname)).status, 405);
      assert.equal((await test.browser.once(method, '/logout')).status, 405);
      assert.equal((await test.browser.once(method, '/oauth/authorize')).status, 405);
    }
    assert.equal((await test.browser.once('POST', '/oauth/authorize', 'client_id=x')).status, 405);
  });
});

describe('a sign-in that is lost', () => {
  it('is told so in a friendly way, with a way back when it took too long', async () => {
    const page = await begin();
    test.under.clock.advance(signInLimits.interactionSeconds * 1_000);
    const ended = await test.browser.get(page.url.pathname);
    assert.equal(ended.status, 410);
    assert.match(wordsOf(ended), /This sign-in has ended/);
    const [, href = ''] = /class="button" href="([^"]*)"/.exec(ended.text) ?? [];
    const again = await test.browser.get(href.replaceAll('&amp;', '&'));
    const { leadsTo } = await enter(test.browser, again);
    assert.equal(leadsTo?.searchParams.get('state'), 's t&ate');
  });

  it('A sign-in goes on only in the browser in which it was begun.', async () => {
    const page = await begin();
    const stranger = new ScriptFreeBrowser(test.under.port);
    const shown = await stranger.get(page.url.pathname);
    assert.equal(shown.status, 410);
    const own = await stranger.get(authorizePath(test.code.id));
    const ownUid = own.url.pathname.split('/').at(-1) ?? '';
    stranger.cookies.set(`tacet-page;${page.url.pathname}`, { value: ownUid, path: page.url.pathname, attributes: '' });
    assert.equal((await stranger.get(page.url.pathname)).status, 410, 'nor with the cookie of another sign-in');
    const { fields } = formOf(page, 'password');
    const sent = await stranger.post(page.url.pathname, { ...fields, email, password });
    assert.equal(sent.status, 410);
    const resumed = await stranger.get(page.url.pathname.replace('sign-in', 'authorize'));
    assert.equal(resumed.status, 410);
    assert.match(wordsOf(resumed), /This sign-in has ended/);
  });

  it('is over when it is finished, whatever the back button shows', async () => {
    const page = await begin();
    await enter(test.browser, page);
    assert.equal((await test.browser.get(page.url.pathname)).status, 410);
    assert.equal((await test.browser.get('/oauth/sign-in/none/too/many')).status, 410);
  });
});
