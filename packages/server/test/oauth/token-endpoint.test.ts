/** What the token endpoint answers to clients, right ones and wrong ones. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { builtInRight, type ClientId } from '@tacet/domain';
import { IdentityUnderTest } from './identity-under-test.ts';

let under: IdentityUnderTest;
let id: ClientId;
let secret: string;

beforeEach(async () => {
  under = await IdentityUnderTest.start();
  ({ id, secret } = await under.addClient());
});
afterEach(() => under[Symbol.asyncDispose]());

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the token endpoint', () => {
  it('gives a bearer token for a day in the words of the contract', async () => {
    const { status, body, headers } = await under.ask(id, secret);
    assert.equal(status, 200);
    const { access_token: token, ...rest } = body;
    assert.deepEqual(rest, { token_type: 'bearer', expires_in: 86_400 });
    assert.match(String(token), /^[\w-]{43}$/);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('content-type'), 'application/json');
    const actor = await under.tokens.check(String(token), under.clock.now());
    const division = under.identity.homeDivision().id;
    const rights = [builtInRight('recorder-integration', division)];
    assert.deepEqual(actor, { clientId: id, name: 'Billing', rights });
  });

  it('answers below the login path of a gateway as well', async () => {
    const { status, body } = await under.send(
      { headers: { authorization: basic(`${id}:${secret}`) } },
      '/login/oauth/token?x=1',
    );
    assert.equal(status, 200);
    assert.equal(body['token_type'], 'bearer');
  });

  it('takes id and secret from the form too', async () => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret });
    assert.equal((await under.send({ body: body.toString() })).status, 200);
  });

  it('gives tokens the validity of their client', async () => {
    const short = await under.addClient({ tokenValiditySeconds: 300 });
    assert.equal((await under.ask(short.id, short.secret)).body['expires_in'], 300);
  });

  it('answers 400 for a client that does not exist', async () => {
    const { status, body, headers } = await under.ask('5d2f9a56-6b1f-4a34-9d2c-1f0a3a3f0c11', secret);
    assert.equal(status, 400);
    assert.equal(headers.get('www-authenticate'), null);
    const words = 'client not found';
    assert.deepEqual(body, { error: 'invalid_client', description: words, error_description: words });
  });

  it('answers 401 for a wrong secret', async () => {
    const { status, body, headers } = await under.ask(id, `${secret}x`);
    assert.equal(status, 401);
    assert.match(headers.get('www-authenticate') ?? '', /^Basic realm=/);
    const words = 'authentication failed';
    assert.deepEqual(body, { error: 'invalid_client', description: words, error_description: words });
  });

  it('A disabled client is refused even with the right secret.', async () => {
    await under.ask(id, secret);
    await under.commands.disableClient(id);
    const { status, body } = await under.ask(id, secret);
    assert.equal(status, 401);
    assert.equal(body['description'], 'client is disabled');
    await under.commands.enableClient(id);
    assert.equal((await under.ask(id, secret)).status, 200);
  });

  it('does not tell who only guesses that a client is disabled', async () => {
    await under.commands.disableClient(id);
    assert.equal((await under.ask(id, 'a guess')).body['description'], 'authentication failed');
  });

  it('never lets in the client that stands behind tokens made by hand', async () => {
    const user = await under.commands.addUser({ name: 'Ann', email: 'ann@tacet.test', role: 'agent' });
    await under.commands.issueToken(user.id);
    const own = under.identity.clientOf('commandLine')?.id ?? assert.fail();
    assert.equal((await under.ask(own, secret)).status, 401);
    assert.equal((await under.send({ body: `grant_type=client_credentials&client_id=${own}` })).status, 400);
  });
});

describe('a refusal of the token endpoint', () => {
  const refused: readonly [string, () => RequestInit, number, string][] = [
    ['no credentials', () => ({}), 400, 'invalid_request'],
    ['an empty header', () => ({ headers: { authorization: '' } }), 400, 'invalid_request'],
    ['a header that is not Basic', () => ({ headers: { authorization: 'Bearer x' } }), 400, 'invalid_request'],
    ['a header that is not base64', () => ({ headers: { authorization: 'Basic §§' } }), 400, 'invalid_request'],
    ['a header without a colon', () => ({ headers: { authorization: basic('no colon') } }), 400, 'invalid_request'],
    ['a header without a secret', () => ({ headers: { authorization: basic(`${id}:`) } }), 400, 'invalid_request'],
    [
      'no grant type',
      () => ({ headers: { authorization: basic(`${id}:${secret}`) }, body: '' }),
      400,
      'invalid_request',
    ],
    [
      'a grant type that is not offered',
      () => ({
        headers: { authorization: basic(`${id}:${secret}`) },
        body: 'grant_type=password&username=a&password=b',
      }),
      400,
      'unsupported_grant_type',
    ],
    [
      'an assertion of SAML, which the contract has and this server does not',
      () => ({
        headers: { authorization: basic(`${id}:${secret}`) },
        body: 'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer&orgName=o&assertion=x',
      }),
      400,
      'unsupported_grant_type',
    ],
    [
      'a grant type that is not for this client',
      () => ({ headers: { authorization: basic(`${id}:${secret}`) }, body: 'grant_type=authorization_code&code=x' }),
      400,
      'invalid_request',
    ],
    [
      'a grant type named twice',
      () => ({
        headers: { authorization: basic(`${id}:${secret}`) },
        body: 'grant_type=client_credentials&grant_type=client_credentials',
      }),
      400,
      'invalid_request',
    ],
    [
      'a JSON body',
      () => ({ headers: { authorization: basic(`${id}:${secret}`), 'content-type': 'application/json' }, body: '{}' }),
      400,
      'invalid_request',
    ],
    ['a page of HTML asked for', () => ({ headers: { accept: 'text/html' } }), 400, 'invalid_request'],
    ['another method', () => ({ method: 'GET' }), 405, 'invalid_request'],
  ];
  for (const [what, make, status, error] of refused) {
    it(`says its reason twice, as JSON that nobody caches: ${what}`, async () => {
      const reply = await under.send(make());
      assert.equal(reply.status, status);
      assert.equal(reply.body['error'], error);
      assert.equal(typeof reply.body['description'], 'string');
      assert.equal(reply.body['description'], reply.body['error_description']);
      assert.equal(reply.headers.get('cache-control'), 'no-store');
      assert.equal(reply.headers.get('content-type'), 'application/json');
    });
  }

  it('is a bare 500 when the fault is ours, and we are told', async () => {
    under.db.close();
    const { status, body } = await under.ask(id, secret);
    assert.equal(status, 500);
    assert.deepEqual(Object.keys(body).sort(), ['description', 'error', 'error_description']);
    assert.equal(body['error'], 'server_error');
    assert.equal(under.defects.length, 1);
  });
});

describe('a token request that is too large', () => {
  const form = (bytes: number): string => `grant_type=client_credentials&x=`.padEnd(bytes, 'x');

  it('A token request whose body is larger than 8 KiB is refused unread.', async () => {
    const headers = { authorization: basic(`${id}:${secret}`) };
    assert.equal((await under.send({ headers, body: form(8_192) })).status, 200);
    const { status, body } = await under.send({ headers, body: form(8_193) });
    assert.equal(status, 413);
    assert.equal(body['description'], body['error_description']);
  });

  it('is refused as well when its size was not announced', async () => {
    const { port } = under;
    const headers = {
      authorization: basic(`${id}:${secret}`),
      'content-type': 'application/x-www-form-urlencoded',
      'transfer-encoding': 'chunked',
    };
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path: '/oauth/token', method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.end(form(65_536));
    });
    assert.equal(status, 400);
  });
});

describe('a secret with characters that forms encode', () => {
  const odd = 'p+a%40ss w/rd&x=ü';

  it('is accepted as SDKs send it and as the RFC wants it', async () => {
    const admin = await under.prepareAdmin({ adminClientId: 'ops', adminClientSecret: 'p+a%40ss-w/rd&x=~' });
    assert.equal(admin.change, 'made');
    assert.equal((await under.ask('ops', 'p+a%40ss-w/rd&x=~')).status, 200);
    assert.equal((await under.ask('ops', encodeURIComponent('p+a%40ss-w/rd&x=~'))).status, 200);
  });

  it('is compared whole: no decoding makes a wrong one right', async () => {
    await under.prepareAdmin({ adminClientId: 'ops', adminClientSecret: 'plain@secret' });
    assert.equal((await under.ask('ops', 'plain%2540secret')).status, 401);
    assert.equal((await under.ask('ops', odd)).status, 400, 'letters outside ASCII are no secret at all');
  });
});

describe('the audit of token requests', () => {
  it('names who got a token and from where', async () => {
    await under.ask(id, secret);
    const [event] = under.events.filter((each) => each.action === 'tokenIssued');
    assert.deepEqual(event, {
      action: 'tokenIssued',
      result: 'done',
      at: under.clock.now(),
      clientId: id,
      name: 'Billing',
      from: '127.0.0.1',
      facts: { grantType: 'client_credentials' },
    });
  });

  it('names who was refused, but never an id that may be a secret by mistake', async () => {
    await under.ask(id, 'wrong');
    await under.ask(secret, id);
    await under.ask('5d2f9a56-6b1f-4a34-9d2c-1f0a3a3f0c11', secret);
    await under.send({ headers: { authorization: basic(`${id}:${secret}`) }, body: 'grant_type=implicit' });
    const refused = under.events.filter((each) => each.result === 'refused');
    assert.deepEqual(
      refused.map(({ clientId, facts }) => [clientId, facts['reason']]),
      [
        [id, 'authentication failed'],
        [undefined, 'client not found'],
        ['5d2f9a56-6b1f-4a34-9d2c-1f0a3a3f0c11', 'client not found'],
        [id, 'unsupported_grant_type'],
      ],
    );
    assert.equal(JSON.stringify(under.events).includes(secret), false);
  });

  it('Headers that proxies add do not change which address counts.', async () => {
    await under.ask(id, 'wrong', {
      'x-forwarded-for': '192.0.2.7',
      forwarded: 'for=192.0.2.7',
      'x-real-ip': '192.0.2.7',
    });
    assert.equal(under.events.at(-1)?.from, '127.0.0.1');
  });
});
