/** The grants that a user takes part in: codes, PKCE, refresh tokens, and the implicit one. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { signInLimits } from '../../src/oauth/sign-in/sign-in-limits.ts';
import { ScriptFreeBrowser } from './script-free-browser.ts';
import {
  authorizePath,
  changeClient,
  enter,
  isGood,
  makePkce,
  pkceParameters,
  redeem,
  redirectUri,
  refresh,
  type SignInUnderTest,
  send,
  signIn,
  startSignIn,
  withoutSecret,
} from './sign-in-under-test.ts';

let test: SignInUnderTest;
beforeEach(async () => {
  test = await startSignIn();
});
afterEach(() => test.under[Symbol.asyncDispose]());

describe('a code', () => {
  it('becomes tokens of the user, in the words of the contract', async () => {
    const page = await test.browser.get(authorizePath(test.code.id));
    const { leadsTo } = await enter(test.browser, page);
    assert.equal(`${leadsTo?.origin}${leadsTo?.pathname}`, redirectUri);
    assert.equal(leadsTo?.searchParams.get('state'), 's t&ate');
    const { status, body } = await redeem(test, leadsTo?.searchParams.get('code') ?? '');
    assert.equal(status, 200, JSON.stringify(body));
    const { access_token: token, refresh_token: next, ...rest } = body;
    assert.deepEqual(rest, { token_type: 'bearer', expires_in: 86_400 });
    const actor = await test.under.tokens.check(String(token), test.under.clock.now());
    assert.equal(actor.userId, test.userId);
    assert.equal(actor.clientId, test.code.id);
    assert.equal(actor.scopes, undefined);
    assert.match(String(next), /^[\w-]{43}$/);
    assert.deepEqual(test.under.defects, []);
  });

  it('gives tokens the validity of their client', async () => {
    changeClient(test.under, test.code.id, { tokenValiditySeconds: 600 });
    const { body } = await redeem(test, await signIn(test));
    assert.equal(body['expires_in'], 600);
    test.under.clock.advance(599_999);
    assert.equal(await isGood(test, body['access_token']), true);
    test.under.clock.advance(1);
    assert.equal(await isGood(test, body['access_token']), false);
  });

  it('that is shown again is refused, and what was given for it ends', async () => {
    const code = await signIn(test);
    const { body } = await redeem(test, code);
    assert.equal(await isGood(test, body['access_token']), true);
    const again = await redeem(test, code);
    assert.deepEqual([again.status, again.body['error']], [400, 'invalid_grant']);
    assert.equal(await isGood(test, body['access_token']), false);
    assert.equal((await refresh(test, body['refresh_token'])).body['error'], 'invalid_grant');
  });

  it('that two requests bring at once is good for one of them at most', async () => {
    const code = await signIn(test);
    const replies = await Promise.all([redeem(test, code), redeem(test, code), redeem(test, code)]);
    const granted = replies.filter(({ status }) => status === 200);
    assert.ok(granted.length <= 1);
    for (const { body } of granted) assert.equal(await isGood(test, body['access_token']), false);
  });

  it('is good for a minute', async () => {
    const [early, late] = [await signIn(test), await signIn(test)];
    test.under.clock.advance(signInLimits.codeSeconds * 1_000 - 1);
    assert.equal((await redeem(test, early)).status, 200);
    test.under.clock.advance(1);
    assert.equal((await redeem(test, late)).body['error'], 'invalid_grant');
  });

  it('is good for its own client and redirect address only', async () => {
    const other = await test.under.addClient({ kind: 'CODE', redirectUris: [redirectUri] });
    const stolen = await redeem({ ...test, code: other }, await signIn(test));
    assert.equal(stolen.body['error'], 'invalid_grant');
    const elsewhere = await redeem(test, await signIn(test), { redirect_uri: 'http://localhost:9/other' });
    assert.equal(elsewhere.body['error'], 'invalid_grant');
  });

  it('is kept from those who do not know the secret', async () => {
    const form = { grant_type: 'authorization_code', code: await signIn(test), redirect_uri: redirectUri };
    const { status, body } = await send(test.under, form, `${test.code.id}:wrong`);
    assert.deepEqual([status, body['error']], [401, 'invalid_client']);
  });

  it('is asked for and redeemed below the login path of a gateway as well', async () => {
    const page = await test.browser.get(`/login${authorizePath(test.code.id)}`);
    assert.match(page.url.pathname, /^\/login\/oauth\/sign-in\//);
    const { leadsTo } = await enter(test.browser, page);
    const code = leadsTo?.searchParams.get('code') ?? '';
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
    const credentials = `${test.code.id}:${test.code.secret}`;
    assert.equal((await send(test.under, form, credentials, '/login/oauth/token')).status, 200);
  });
});

describe('PKCE', () => {
  const redeemOpenly = async (code: string, verifier?: string, credentials?: string) => {
    const proof = verifier === undefined ? {} : { code_verifier: verifier };
    const form = {
      grant_type: 'authorization_code',
      code,
      client_id: test.code.id,
      redirect_uri: redirectUri,
      ...proof,
    };
    return send(test.under, form, credentials);
  };

  it('stands in for the secret: in a form without a header, and beside a header with an empty secret', async () => {
    for (const credentials of [undefined, `${test.code.id}:`]) {
      const pkce = makePkce();
      const { status, body } = await redeemOpenly(await signIn(test, pkceParameters(pkce)), pkce.verifier, credentials);
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'token_type']);
      assert.equal(await isGood(test, body['access_token']), true);
    }
  });

  it('may go together with the secret, and then gives a refresh token too', async () => {
    const pkce = makePkce();
    const code = await signIn(test, pkceParameters(pkce));
    const { status, body } = await redeem(test, code, { code_verifier: pkce.verifier });
    assert.equal(status, 200);
    assert.equal(typeof body['refresh_token'], 'string');
  });

  it('is held to what was said when the code was asked for', async () => {
    for (const verifier of [makePkce().verifier, undefined, 'short']) {
      const code = await signIn(test, pkceParameters(makePkce()));
      assert.equal((await redeemOpenly(code, verifier)).status, 400, String(verifier));
      const again = await signIn(test, pkceParameters(makePkce()));
      const proof: Record<string, string> = verifier === undefined ? {} : { code_verifier: verifier };
      assert.equal((await redeem(test, again, proof)).status, 400, `with the secret, ${verifier}`);
    }
  });

  it('is S256 only', async () => {
    const { verifier } = makePkce();
    const plain = { code_challenge: verifier, code_challenge_method: 'plain' };
    for (const parameters of [plain, { code_challenge: verifier }]) {
      const { leadsTo } = await test.browser.get(authorizePath(test.code.id, parameters));
      assert.equal(leadsTo?.searchParams.get('error'), 'invalid_request');
    }
  });

  it(`A code that was asked for without PKCE is not given out for less than the client's secret.`, async () => {
    const code = await signIn(test);
    const bare = await redeemOpenly(code);
    assert.deepEqual([bare.status, bare.body['error']], [400, 'invalid_grant']);
    assert.equal((await redeem(test, code)).body['error'], 'invalid_grant', 'and the code is spent');
    assert.equal((await redeemOpenly(await signIn(test), makePkce().verifier)).status, 400, 'a made-up verifier');
  });

  it('A client without a secret shows with PKCE that the code is its own.', async () => {
    withoutSecret(test.under, test.code.id);
    const { leadsTo } = await test.browser.get(authorizePath(test.code.id));
    assert.equal(leadsTo?.searchParams.get('error'), 'invalid_request');
    assert.match(leadsTo?.searchParams.get('error_description') ?? '', /PKCE/);
    const pkce = makePkce();
    const code = await signIn(test, pkceParameters(pkce));
    assert.equal((await redeemOpenly(code, pkce.verifier)).status, 200);
  });

  it('Whoever redeems codes without a secret is slowed down by failures like everybody else.', async () => {
    const statuses = new Set<number>();
    for (let count = 0; count < 30; count += 1) statuses.add((await redeemOpenly('guess', makePkce().verifier)).status);
    assert.deepEqual([...statuses], [400, 429]);
    const refused = test.under.events.filter(({ action, result }) => action === 'tokenIssued' && result === 'refused');
    assert.ok(refused.length < 30, 'what is turned away unread fills no log');
  });
});

describe('a refresh token', () => {
  it('A refresh token is good once; the next one comes with each answer.', async () => {
    const first = (await redeem(test, await signIn(test))).body;
    const second = (await refresh(test, first['refresh_token'])).body;
    assert.notEqual(second['refresh_token'], first['refresh_token']);
    assert.equal(await isGood(test, second['access_token']), true);
    const third = (await refresh(test, second['refresh_token'])).body;
    assert.equal(await isGood(test, third['access_token']), true);
  });

  it('that is shown again ends its whole family', async () => {
    const first = (await redeem(test, await signIn(test))).body;
    const second = (await refresh(test, first['refresh_token'])).body;
    const stolen = await refresh(test, first['refresh_token']);
    assert.deepEqual([stolen.status, stolen.body['error']], [400, 'invalid_grant']);
    assert.equal((await refresh(test, second['refresh_token'])).body['error'], 'invalid_grant');
    for (const { access_token: token } of [first, second]) assert.equal(await isGood(test, token), false);
  });

  it('that two requests bring at once leaves none of them with anything', async () => {
    const first = (await redeem(test, await signIn(test))).body;
    const replies = await Promise.all([0, 1, 2].map(() => refresh(test, first['refresh_token'])));
    assert.ok(replies.filter(({ status }) => status === 200).length <= 1);
    for (const { body } of replies) assert.equal(await isGood(test, body['access_token']), false);
  });

  it('is for who knows the secret', async () => {
    const { body } = await redeem(test, await signIn(test));
    const form = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) };
    const open = await send(test.under, { ...form, client_id: test.code.id });
    assert.deepEqual([open.status, open.body['error']], [401, 'invalid_client']);
    const other = await test.under.addClient({ kind: 'CODE', redirectUris: [redirectUri] });
    assert.equal((await send(test.under, form, `${other.id}:${other.secret}`)).body['error'], 'invalid_grant');
    assert.equal((await refresh(test, body['refresh_token'])).status, 200, 'and it is still good');
  });

  it('ends when it is not used for a month', async () => {
    const { body } = await redeem(test, await signIn(test));
    test.under.clock.advance(signInLimits.refreshIdleSeconds * 1_000 - 1);
    const next = (await refresh(test, body['refresh_token'])).body;
    test.under.clock.advance(signInLimits.refreshIdleSeconds * 1_000);
    assert.equal((await refresh(test, next['refresh_token'])).body['error'], 'invalid_grant');
  });

  it('ends with its user and with its client', async () => {
    const { body } = await redeem(test, await signIn(test));
    test.under.commands.setUserState(test.userId, 'inactive');
    assert.equal((await refresh(test, body['refresh_token'])).status, 400);
    test.under.commands.setUserState(test.userId, 'active');
    const again = (await redeem(test, await signIn({ ...test, browser: new ScriptFreeBrowser(test.under.port) }))).body;
    await test.under.commands.disableClient(test.code.id);
    assert.equal((await refresh(test, again['refresh_token'])).status, 401);
  });

  it('While tokens idle out, no refresh token is given that would outlive them.', async () => {
    test.under.idleness.setTimeoutMinutes(5);
    const { body } = await redeem(test, await signIn(test));
    assert.equal('refresh_token' in body, false);
    test.under.idleness.setTimeoutMinutes(undefined);
    assert.equal('refresh_token' in (await redeem(test, await signIn(test))).body, true);
  });
});

describe('a refresh token from before tokens idled out', () => {
  it('While tokens idle out, refresh tokens from before are refused.', async () => {
    const { body } = await redeem(test, await signIn(test));
    test.under.idleness.setTimeoutMinutes(480);
    assert.equal((await refresh(test, body['refresh_token'])).body['error'], 'invalid_grant');
    test.under.idleness.setTimeoutMinutes(undefined);
    assert.equal((await refresh(test, body['refresh_token'])).status, 200);
  });
});

describe('the implicit grant', () => {
  const implicitPath = (more: Record<string, string> = {}): string =>
    authorizePath(test.token.id, { response_type: 'token', ...more });
  const fragmentOf = (url: URL | undefined): Record<string, string> =>
    Object.fromEntries(new URLSearchParams(url?.hash.slice(1)));

  const restart = async (): Promise<void> => {
    await test.under[Symbol.asyncDispose]();
    test = await startSignIn({ signIn: { isImplicitOn: true } });
  };

  it('is refused unless it was allowed', async () => {
    const { leadsTo } = await test.browser.get(implicitPath());
    const { error, error_description: words, state } = fragmentOf(leadsTo);
    assert.deepEqual([error, state], ['unsupported_response_type', 's t&ate']);
    assert.notEqual(words, undefined);
  });

  it('gives a token of the user in the fragment, and nothing else', async () => {
    await restart();
    const page = await test.browser.get(implicitPath());
    const { leadsTo } = await enter(test.browser, page);
    const { access_token: token, ...rest } = fragmentOf(leadsTo);
    assert.deepEqual(rest, { expires_in: '86400', token_type: 'bearer', state: 's t&ate' });
    assert.equal(leadsTo?.search, '');
    const actor = await test.under.tokens.check(String(token), test.under.clock.now());
    assert.deepEqual([actor.userId, actor.clientId], [test.userId, test.token.id]);
    const [issued] = test.under.events.filter(({ action }) => action === 'tokenIssued');
    assert.deepEqual([issued?.userId, issued?.facts], [test.userId, { grantType: 'implicit' }]);
    const codes = test.under.db.prepare(`SELECT 1 FROM oauth_tokens WHERE model = 'AuthorizationCode'`).all();
    assert.deepEqual(codes, [], 'the code on the way is gone');
  });

  it('gives no code to its clients, and no token to others', async () => {
    await restart();
    const code = await test.browser.get(authorizePath(test.token.id));
    assert.equal(code.leadsTo?.searchParams.get('error'), 'invalid_request');
    const token = await test.browser.get(authorizePath(test.code.id, { response_type: 'token' }));
    assert.equal(token.leadsTo?.searchParams.get('code'), null);
    assert.notEqual(fragmentOf(token.leadsTo)['error'], undefined);
    const posing = await test.browser.get(authorizePath(test.code.id, { response_mode: 'tacet.implicit' }));
    assert.equal(new URLSearchParams(posing.leadsTo?.hash.slice(1)).has('access_token'), false);
    assert.match(`${posing.leadsTo?.href} ${posing.text}`, /invalid_request/);
  });

  it('says in the fragment what went wrong', async () => {
    await restart();
    const { leadsTo } = await test.browser.get(implicitPath({ prompt: 'none' }));
    assert.equal(fragmentOf(leadsTo)['error'], 'login_required');
    const page = await test.browser.get(implicitPath());
    const cancelled = await test.browser.submit(page, 'cancel');
    assert.equal(fragmentOf(cancelled.leadsTo)['error'], 'access_denied');
  });
});

describe('scopes', () => {
  const scopesOf = async (token: unknown): Promise<readonly string[] | undefined> =>
    (await test.under.tokens.check(String(token), test.under.clock.now())).scopes;

  it('of a client limit its tokens, and those that are asked for limit them further', async () => {
    changeClient(test.under, test.code.id, { scopes: ['conversations', 'recordings:readonly'] });
    const whole = (await redeem(test, await signIn(test))).body;
    assert.deepEqual(await scopesOf(whole['access_token']), ['conversations', 'recordings:readonly']);
    assert.equal('scope' in whole, false);
    const narrow = (await redeem(test, await signIn(test, { scope: 'openid conversations:readonly' }))).body;
    assert.deepEqual(await scopesOf(narrow['access_token']), ['conversations:readonly']);
    assert.equal(narrow['scope'], 'conversations:readonly');
  });

  it('that the client may not have are refused', async () => {
    changeClient(test.under, test.code.id, { scopes: ['conversations'] });
    const { leadsTo } = await test.browser.get(authorizePath(test.code.id, { scope: 'users' }));
    assert.equal(leadsTo?.searchParams.get('error'), 'invalid_scope');
  });

  it('that there are not are refused, but not those that every program asks for', async () => {
    const { leadsTo } = await test.browser.get(authorizePath(test.code.id, { scope: 'everything' }));
    assert.equal(leadsTo?.searchParams.get('error'), 'invalid_scope');
    const usual = await redeem(test, await signIn(test, { scope: 'openid profile email offline_access', nonce: 'n' }));
    assert.equal(usual.status, 200);
    assert.equal(await scopesOf(usual.body['access_token']), undefined);
    assert.equal('id_token' in usual.body, false);
  });

  it('that a client has lost are lost to its tokens', async () => {
    changeClient(test.under, test.code.id, { scopes: ['conversations'] });
    const { body } = await redeem(test, await signIn(test, { scope: 'conversations' }));
    changeClient(test.under, test.code.id, { scopes: ['users'] });
    const left = await scopesOf(body['access_token']);
    assert.deepEqual(left, ['none'], 'which allows nothing, where an empty list would allow everything');
  });
});

describe('the revocation of a token', () => {
  it('ends it at once, and says so to nobody else', async () => {
    const { body } = await redeem(test, await signIn(test));
    const credentials = `${test.code.id}:${test.code.secret}`;
    const revoke = (token: unknown) =>
      test.browser.once('POST', '/oauth/revoke', new URLSearchParams({ token: String(token) }).toString(), {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      });
    assert.equal((await revoke(body['access_token'])).status, 200);
    assert.equal(await isGood(test, body['access_token']), false);
    assert.equal((await revoke('unknown')).status, 200, 'RFC 7009 §2.2');
    const events = test.under.events.filter(({ action }) => action === 'tokenRevoked');
    assert.deepEqual(
      events.map(({ userId, clientId, facts }) => [userId, clientId, facts]),
      [[test.userId, test.code.id, { count: 1 }]],
    );
  });
});
