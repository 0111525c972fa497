/** What keeps others out of a sign-in, and a sign-in within its bounds. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { signInLimits } from '../../src/oauth/sign-in/sign-in-limits.ts';
import { usualSignIn } from '../../src/oauth/sign-in/sign-in-settings.ts';
import { formOf, ScriptFreeBrowser, type Shown, wordsOf } from './script-free-browser.ts';
import {
  authorizePath,
  changeClient,
  email,
  enter,
  isGood,
  password,
  redeem,
  redirectUri,
  refresh,
  type SignInUnderTest,
  signIn,
  startSignIn,
} from './sign-in-under-test.ts';

let test: SignInUnderTest;
beforeEach(async () => {
  test = await startSignIn();
});
afterEach(() => test.under[Symbol.asyncDispose]());

const begin = (more: Record<string, string> = {}): Promise<Shown> =>
  test.browser.get(authorizePath(test.code.id, more));
/** Whether the browser is let in without a page in between. */
const isSignedIn = async (browser = test.browser): Promise<boolean> => {
  const { leadsTo } = await browser.get(authorizePath(test.code.id, { prompt: 'none' }));
  return leadsTo?.searchParams.get('error') !== 'login_required';
};
const signInCookie = (): string | undefined => test.browser.cookie('tacet-sign-in')?.value;

describe('a form from elsewhere', () => {
  it('A form counts only when it comes from our own page, in the browser to which we showed it.', async () => {
    const page = await begin();
    const { action, fields } = formOf(page, 'password');
    const form = { ...fields, email, password };
    const refused: readonly Promise<Shown>[] = [
      test.browser.post(action, { ...form, token: '' }),
      test.browser.post(action, { ...form, token: 'x'.repeat(43) }),
      test.browser.post(action, { step: 'password', email, password }),
      test.browser.post(action, form, { 'sec-fetch-site': 'cross-site' }),
      test.browser.post(action, form, { 'sec-fetch-site': 'same-site' }),
      test.browser.once('POST', action, new URLSearchParams(form).toString(), { origin: 'https://evil.test' }),
    ];
    const disguised = { origin: 'https://evil.test', 'x-forwarded-host': 'evil.test' };
    const last = test.browser.once('POST', action, new URLSearchParams(form).toString(), disguised);
    for (const shown of await Promise.all([...refused, last])) {
      assert.equal(shown.status, 403);
      assert.equal(shown.leadsTo, undefined);
    }
    assert.equal(await isSignedIn(), false);
    const other = formOf(await begin(), 'password');
    assert.equal((await test.browser.post(action, { ...form, token: other.fields['token'] ?? '' })).status, 403);
    assert.notEqual((await test.browser.post(action, form)).leadsTo, undefined, 'the right one still counts');
  });

  it('that is no form, or too large for one of ours, is not read', async () => {
    const { action, fields } = formOf(await begin(), 'password');
    const long = new URLSearchParams({ ...fields, email, password: 'x'.repeat(signInLimits.formBytesMax) }).toString();
    for (const [body, type] of [
      [long, 'application/x-www-form-urlencoded'],
      ['{}', 'application/json'],
    ] as const) {
      const shown = await test.browser.once('POST', action, body, { 'content-type': type });
      assert.equal(shown.status, 400);
    }
  });
});

describe('where a sign-in leads', () => {
  it('A redirect address is compared whole with those that the client has registered.', async () => {
    const others = [
      `${redirectUri}/`,
      `${redirectUri}?x=1`,
      `${redirectUri}x`,
      redirectUri.replace(':9', ':10'),
      redirectUri.replace('localhost', 'LOCALHOST'),
      'http://localhost:9/callback/../evil',
      'http://localhost:9@evil.test/callback',
      'https://evil.test/callback',
      'javascript:alert(1)',
    ];
    for (const other of others) {
      const shown = await begin({ redirect_uri: other });
      assert.equal(shown.leadsTo, undefined, other);
      assert.equal(shown.status, 400, other);
      assert.match(wordsOf(shown), /This request cannot be answered/);
    }
  });

  it('may be a private scheme of a program on the device', async () => {
    const own = 'com.example.desk:/signed-in';
    changeClient(test.under, test.code.id, { redirectUris: [own] });
    const page = await begin({ redirect_uri: own });
    assert.match(String(page.headers['content-security-policy']), /form-action 'self' com\.example\.desk:/);
    const { leadsTo } = await enter(test.browser, page);
    assert.equal(leadsTo?.protocol, 'com.example.desk:');
  });

  it('Nobody signs in to a client that is not active.', async () => {
    const page = await begin();
    await test.under.commands.disableClient(test.code.id);
    assert.equal((await begin()).status, 401);
    assert.equal((await enter(test.browser, page)).leadsTo, undefined);
    const unknown = await test.browser.get(authorizePath('5d2f9a56-6b1f-4a34-9d2c-1f0a3a3f0c11'));
    assert.equal(unknown.status, 400);
    assert.equal(unknown.leadsTo, undefined);
  });

  it('Signing out leads nowhere but to addresses that the client has registered.', async () => {
    const way = (query: Record<string, string>): Promise<Shown> =>
      test.browser.get(`/logout?${new URLSearchParams(query)}`);
    const { id } = test.code;
    assert.equal((await way({ client_id: id, redirect_uri: redirectUri })).leadsTo?.href, redirectUri);
    for (const query of [
      { client_id: id, redirect_uri: 'https://evil.test/' },
      { client_id: id, redirect_uri: `${redirectUri}/../evil` },
      { redirect_uri: redirectUri },
      { client_id: 'unknown', redirect_uri: redirectUri },
      { client_id: id },
    ]) {
      const shown = await way(query as Record<string, string>);
      assert.equal(shown.leadsTo, undefined);
      assert.match(wordsOf(shown), /You are signed out/);
    }
  });
});

describe('the sign-in of a browser', () => {
  it('counts for the next program, without a page', async () => {
    await signIn(test);
    const other = await test.under.addClient({ name: 'Reports', kind: 'CODE', redirectUris: [redirectUri] });
    const { leadsTo } = await test.browser.get(authorizePath(other.id));
    const { status, body } = await redeem({ ...test, code: other }, leadsTo?.searchParams.get('code') ?? '');
    assert.equal(status, 200);
    assert.equal(await isGood(test, body['access_token']), true);
  });

  it('is asked for again when a program wants to be sure', async () => {
    await signIn(test);
    const page = await begin({ prompt: 'login' });
    assert.match(page.text, /type="password"/);
    assert.notEqual((await enter(test.browser, page)).leadsTo, undefined);
  });

  it('is kept under another name each time, so that one who planted it holds nothing', async () => {
    assert.equal(signInCookie(), undefined, 'there is none before somebody signed in');
    await signIn(test);
    const first = signInCookie();
    await enter(test.browser, await begin({ prompt: 'login' }));
    const second = signInCookie();
    assert.notEqual(first, second);
    const holder = new ScriptFreeBrowser(test.under.port);
    holder.cookies.set('tacet-sign-in;/', { value: first ?? '', path: '/', attributes: '' });
    assert.equal(await isSignedIn(holder), false);
  });

  it('that somebody planted is not taken over', async () => {
    test.browser.cookies.set('tacet-sign-in;/', { value: 'planted', path: '/', attributes: '' });
    await signIn(test);
    assert.notEqual(signInCookie(), 'planted');
    const holder = new ScriptFreeBrowser(test.under.port);
    holder.cookies.set('tacet-sign-in;/', { value: 'planted', path: '/', attributes: '' });
    assert.equal(await isSignedIn(holder), false);
  });

  it('ends with the browser, when it is idle, and at the latest after half a day', async () => {
    await signIn(test);
    assert.doesNotMatch(test.browser.cookie('tacet-sign-in')?.attributes ?? '', /expires|max-age/i);
    test.under.clock.advance(usualSignIn.signInIdleMs - 1_000);
    assert.equal(await isSignedIn(), true, 'used in time');
    test.under.clock.advance(usualSignIn.signInMs - usualSignIn.signInIdleMs);
    assert.equal(await isSignedIn(), true);
    test.under.clock.advance(2_000);
    assert.equal(await isSignedIn(), false, 'however often it was used');
    await enter(test.browser, await begin());
    test.under.clock.advance(usualSignIn.signInIdleMs + 1_000);
    assert.equal(await isSignedIn(), false, 'not used');
  });

  it('The sign-in of a user who is not active does not count.', async () => {
    await signIn(test);
    const user = test.under.identity.user(test.userId) ?? assert.fail();
    test.under.identity.putUser({ ...user, state: 'inactive' });
    assert.equal(await isSignedIn(), false);
    assert.match((await begin()).text, /type="password"/);
  });

  it('A sign-in from before the password was set anew does not count.', async () => {
    await signIn(test);
    test.under.clock.advance(5_000);
    const credentials = test.under.identity.credentials(test.userId);
    const passwordSetAt = test.under.clock.now();
    test.under.identity.putCredentials(test.userId, { ...credentials, passwordSetAt });
    assert.equal(await isSignedIn(), false);
    await enter(test.browser, await begin());
    assert.equal(await isSignedIn(), true, 'one from after it does');
  });

  it('gives way to another user, and what the first one got by it ends', async () => {
    const { body } = await redeem(test, await signIn(test, { prompt: 'login' }));
    const open = await test.under.addClient({ name: 'Wallboard', kind: 'CODE', redirectUris: [redirectUri] });
    test.under.idleness.setTimeoutMinutes(60);
    const short = (await redeem({ ...test, code: open }, await signIn({ ...test, code: open }))).body;
    test.under.idleness.setTimeoutMinutes(undefined);
    await test.under.commands.addUser({ name: 'Bob', email: 'bob@tacet.test', password });
    const { leadsTo } = await enter(test.browser, await begin({ prompt: 'login' }), { email: 'bob@tacet.test' });
    const bobs = (await redeem(test, leadsTo?.searchParams.get('code') ?? '')).body;
    const actor = await test.under.tokens.check(String(bobs['access_token']), test.under.clock.now());
    assert.equal(actor.name, 'Bob');
    assert.equal(await isGood(test, short['access_token']), false);
    assert.equal(await isGood(test, body['access_token']), true, 'a program with a refresh token goes on');
  });

  it('Signing out ends the tokens of programs without a refresh token.', async () => {
    const kept = (await redeem(test, await signIn(test))).body;
    const open = await test.under.addClient({ name: 'Wallboard', kind: 'CODE', redirectUris: [redirectUri] });
    test.under.idleness.setTimeoutMinutes(60);
    const short = (await redeem({ ...test, code: open }, await signIn({ ...test, code: open }))).body;
    test.under.idleness.setTimeoutMinutes(undefined);
    const pending = await signIn({ ...test, code: open });
    await test.browser.get(`/logout?client_id=${open.id}`);
    assert.equal(await isGood(test, short['access_token']), false);
    assert.equal((await redeem({ ...test, code: open }, pending)).body['error'], 'invalid_grant');
    assert.equal((await refresh(test, kept['refresh_token'])).status, 200);
    assert.equal(await isSignedIn(), false);
    assert.equal(signInCookie(), undefined);
    const [event] = test.under.events.filter(({ action }) => action === 'tokenRevoked');
    assert.deepEqual([event?.userId, event?.facts['reason']], [test.userId, 'signed out']);
  });

  it('that was held elsewhere ends when the user is signed out everywhere', async () => {
    await signIn(test);
    test.under.desk.revokeTokensOf('commandLine', test.userId);
    assert.equal(await isSignedIn(), false);
  });
});

describe('cookies', () => {
  it('The cookie of a sign-in is shown to this host only, over https where there is any, and to no script.', async () => {
    await signIn(test);
    const { attributes = '' } = test.browser.cookie('tacet-sign-in') ?? {};
    assert.equal(attributes, 'path=/; samesite=lax; httponly');
    await test.under[Symbol.asyncDispose]();
    test = await startSignIn({ signIn: { publicUrl: 'https://rec.test' } });
    const page = await begin();
    for (const name of ['__Secure-tacet-page', '__Secure-tacet-return']) {
      assert.match(test.browser.cookie(name)?.attributes ?? '', /samesite=lax; secure; httponly/);
    }
    await enter(test.browser, page);
    const secure = test.browser.cookie('__Host-tacet-sign-in');
    assert.equal(secure?.attributes, 'path=/; samesite=lax; secure; httponly');
  });

  it('Only the operator, and the proxies that the operator trusts, say that browsers come by https.', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.test' };
    const shown = await test.browser.once('GET', authorizePath(test.code.id), undefined, headers);
    assert.doesNotMatch(String(shown.headers['set-cookie']), /secure/);
    assert.doesNotMatch(JSON.stringify(shown.headers), /evil/);
    for (const host of ['a b/c@evil.test', 'evil.test:99999']) {
      const named = await test.browser.once('GET', authorizePath(test.code.id), undefined, { host });
      assert.equal(named.status, 303);
      assert.doesNotMatch(JSON.stringify(named.headers), /evil/);
    }
  });

  it('are not in the database, and neither is anything else that would be accepted', async () => {
    await signIn(test);
    const page = await begin({ prompt: 'login' });
    const values = [...test.browser.cookies.values()].map(({ value }) => value);
    assert.ok(values.length >= 2 && page.status === 200);
    const rows = JSON.stringify(test.under.db.prepare('SELECT * FROM oauth_tokens').all());
    for (const value of values) assert.equal(rows.includes(value), false);
  });
});

describe('a public URL with a path', () => {
  it('is in front of every address that browsers see', async () => {
    await test.under[Symbol.asyncDispose]();
    test = await startSignIn({ signIn: { publicUrl: 'https://rec.test/tacet/' } });
    const { headers } = await test.browser.once('GET', authorizePath(test.code.id));
    const location = String(headers['location']);
    assert.match(location, /^\/tacet\/oauth\/sign-in\//);
    const uid = location.split('/').at(-1);
    assert.match(test.browser.cookie('__Secure-tacet-page')?.path ?? '', new RegExp(`^${location}$`));
    assert.equal(test.browser.cookie('__Secure-tacet-return')?.path, `/tacet/oauth/authorize/${uid}`);
    // What stands in front takes the path off.
    const cookie = `__Secure-tacet-page=${uid}`;
    const page = await test.browser.once('GET', location.slice('/tacet'.length), undefined, { cookie });
    const { action, fields } = formOf(page, 'password');
    assert.equal(action, location);
    const form = new URLSearchParams({ ...fields, email, password }).toString();
    const entered = await test.browser.once('POST', action.slice('/tacet'.length), form, { cookie });
    assert.equal(entered.headers['location'], `/tacet/oauth/authorize/${uid}`);
  });
});

describe('too many requests', () => {
  it('An address that begins more sign-ins than people can is told to wait.', async () => {
    const path = authorizePath(test.code.id, { prompt: 'none' });
    let last = 303;
    let count = 0;
    while (last === 303) {
      last = (await test.browser.once('GET', path)).status;
      count += 1;
    }
    assert.equal(last, 429);
    assert.equal(count, signInLimits.beginningsPerMinute + 1);
    const shown = await test.browser.once('GET', path);
    assert.match(String(shown.headers['retry-after']), /^\d+$/);
    test.under.clock.advance(60_000);
    assert.equal((await test.browser.once('GET', path)).status, 303);
  });

  it('An address that asks for more sign-in pages than people can is told to wait.', async () => {
    let shown = await test.browser.once('GET', '/oauth/outside');
    for (let count = 1; count < signInLimits.pageRequestsPerMinute; count += 1) {
      shown = await test.browser.once('GET', '/oauth/outside');
    }
    assert.notEqual(shown.status, 429);
    assert.equal((await test.browser.once('GET', '/oauth/outside')).status, 429);
  });
});

describe('tokens that are not used', () => {
  it('A token of a user that was not used for as long as the timeout says is refused.', async () => {
    const { under } = test;
    const { body } = await redeem(test, await signIn(test));
    const token = String(body['access_token']);
    under.clock.advance(3_600_000);
    under.idleness.setTimeoutMinutes(5);
    assert.equal(under.idleness.timeoutMinutes(), 5);
    under.clock.advance(299_999);
    assert.equal(await isGood(test, token), true, 'the setting itself throws nobody out');
    assert.equal(under.tokens.idlesAt(token), under.clock.now() + 300_000);
    under.clock.advance(200_000);
    assert.equal(await isGood(test, token), true);
    under.clock.advance(300_000);
    await assert.rejects(under.tokens.check(token, under.clock.now()), { code: 'tokenExpired' });
    under.idleness.setTimeoutMinutes(480);
    assert.equal(await isGood(test, token), false, 'and stays so');
  });

  it('are remembered over a restart, to the minute', async () => {
    const { under } = test;
    const { body } = await redeem(test, await signIn(test));
    under.idleness.setTimeoutMinutes(10);
    under.clock.advance(500_000);
    assert.equal(await isGood(test, body['access_token']), true);
    const { TokenIdleness } = await import('../../src/oauth/token-idleness.ts');
    const { TokenUsesSqlite } = await import('../../src/store/token-uses-sqlite.ts');
    const { tokenKey } = await import('../../src/oauth/token-store.ts');
    const after = new TokenIdleness(new TokenUsesSqlite(under.db), under.clock);
    const token = { key: tokenKey(String(body['access_token'])), issuedAt: under.clock.now() };
    under.clock.advance(599_999);
    assert.equal(after.use(token), true);
    under.clock.advance(600_000);
    assert.equal(after.use(token), false);
  });

  it('are not those of programs that work for themselves', async () => {
    const client = await test.under.addClient();
    const { body } = await test.under.ask(client.id, client.secret);
    test.under.idleness.setTimeoutMinutes(5);
    test.under.clock.advance(3_600_000);
    assert.equal(await isGood(test, body['access_token']), true);
    assert.equal(test.under.tokens.idlesAt(String(body['access_token'])), undefined);
  });

  it('have five minutes at least, and eight hours at most', () => {
    for (const minutes of [4, 481, 5.5, Number.NaN]) {
      assert.throws(() => test.under.idleness.setTimeoutMinutes(minutes), { code: 'constraintBroken' });
    }
    for (const minutes of [5, 480]) test.under.idleness.setTimeoutMinutes(minutes);
  });
});
