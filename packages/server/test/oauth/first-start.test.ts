/** The admin client over the life of a data folder. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { builtInRight } from '@tacet/domain';
import { IdentityUnderTest } from './identity-under-test.ts';

let under: IdentityUnderTest;
beforeEach(async () => {
  under = await IdentityUnderTest.start();
});
afterEach(() => under[Symbol.asyncDispose]());

const settings = { adminClientId: 'ops', adminClientSecret: 'a secret of ours'.replaceAll(' ', '-') };

describe('the first start', () => {
  it('makes an admin client and writes its secret where only the owner reads it', async () => {
    const { clientId, change, generated } = await under.prepareAdmin();
    const { clientSecret, file } = generated ?? assert.fail();
    assert.equal(change, 'made');
    assert.equal(file, join(under.folder, 'admin-client.json'));
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { clientId, clientSecret });
    const { body } = await under.ask(clientId, clientSecret);
    const actor = await under.tokens.check(String(body['access_token']), under.clock.now());
    assert.deepEqual(actor.rights, [builtInRight('admin', '*')]);
    const [event] = under.events.filter(({ action }) => action === 'clientCreated');
    assert.equal(event?.clientId, clientId);
  });

  it('takes the admin client of the settings and writes no secret anywhere', async () => {
    const { clientId, generated } = await under.prepareAdmin(settings);
    assert.equal(clientId, 'ops');
    assert.equal(generated, undefined);
    assert.equal((await under.ask('ops', settings.adminClientSecret)).status, 200);
    for (const [name, bytes] of under.files()) assert.equal(bytes.includes(settings.adminClientSecret), false, name);
  });

  it('generates what the settings leave out', async () => {
    const { clientId, generated } = await under.prepareAdmin({ adminClientId: 'ops' });
    assert.equal((await under.ask(clientId, generated?.clientSecret ?? '')).status, 200);
  });

  it('refuses ids and secrets that could not be sent, at their bounds', async () => {
    for (const adminClientId of ['', 'a:b', 'a b', 'ü', 'x'.repeat(101)]) {
      await assert.rejects(under.prepareAdmin({ adminClientId }), { code: 'valueInvalid' });
    }
    for (const adminClientSecret of ['', '1234567', 'has a space', 'schlüssel', 'x'.repeat(257)]) {
      await assert.rejects(under.prepareAdmin({ adminClientSecret }), { code: 'valueInvalid' });
    }
    assert.equal(under.identity.clients().length, 0);
    await under.prepareAdmin({ adminClientId: 'x'.repeat(100), adminClientSecret: '12345678' });
  });
});

describe('a later start', () => {
  it('changes nothing when nothing was changed', async () => {
    const first = await under.prepareAdmin();
    const again = await under.prepareAdmin();
    assert.deepEqual(again, { clientId: first.clientId, change: 'none' });
    assert.equal((await under.ask(first.clientId, first.generated?.clientSecret ?? '')).status, 200);
    assert.ok(existsSync(first.generated?.file ?? ''));
  });

  it('keeps an admin secret that the settings repeat', async () => {
    await under.prepareAdmin(settings);
    const { body } = await under.ask('ops', settings.adminClientSecret);
    assert.deepEqual(await under.prepareAdmin(settings), { clientId: 'ops', change: 'none' });
    await under.tokens.check(String(body['access_token']), under.clock.now());
  });

  it('replaces the secret when the settings say another one, and forgets the written one', async () => {
    const { clientId, generated } = await under.prepareAdmin();
    await under.ask(clientId, generated?.clientSecret ?? '');
    const { change } = await under.prepareAdmin({ adminClientSecret: 'another-secret' });
    assert.equal(change, 'secretReplaced');
    assert.equal((await under.ask(clientId, 'another-secret')).status, 200);
    assert.equal((await under.ask(clientId, generated?.clientSecret ?? '')).status, 401);
    assert.equal(existsSync(generated?.file ?? ''), false);
    assert.equal(under.identity.clients().length, 1);
    const [event] = under.events.filter(({ action }) => action === 'clientChanged');
    assert.deepEqual(event?.facts, { change: 'secretReplaced', tokensRevokedCount: 1 });
  });

  it('forgets the written secret when it is replaced through the API', async () => {
    const { clientId, generated } = await under.prepareAdmin();
    const { secret = '' } = await under.commands.rotateSecret(clientId);
    assert.equal(existsSync(generated?.file ?? ''), false);
    assert.deepEqual(await under.prepareAdmin(), { clientId, change: 'none' });
    for (const one of [secret, generated?.clientSecret ?? ''])
      assert.equal((await under.ask(clientId, one)).status, 200);
  });

  it('Tokens of the admin client end when its secret is replaced.', async () => {
    await under.prepareAdmin(settings);
    const { body } = await under.ask('ops', settings.adminClientSecret);
    const user = await under.commands.addUser({ name: 'Ann', email: 'ann@tacet.test', role: 'agent' });
    const { token } = await under.commands.issueToken(user.id);
    await under.prepareAdmin({ ...settings, adminClientSecret: 'another-secret' });
    const check = (bearer: string): Promise<unknown> => under.tokens.check(bearer, under.clock.now());
    await assert.rejects(check(String(body['access_token'])), { code: 'tokenInvalid' });
    await check(token);
  });

  it('with another admin id disables the admin from before', async () => {
    const before = await under.prepareAdmin();
    const secretBefore = before.generated?.clientSecret ?? '';
    const { body } = await under.ask(before.clientId, secretBefore);
    await under.prepareAdmin(settings);
    await assert.rejects(under.tokens.check(String(body['access_token']), under.clock.now()), { code: 'tokenInvalid' });
    assert.equal((await under.ask(before.clientId, secretBefore)).status, 401);
    assert.equal((await under.ask('ops', settings.adminClientSecret)).status, 200);
    assert.deepEqual(
      under.identity
        .clients()
        .map(({ origin }) => origin)
        .sort(),
      ['added', 'admin'],
    );
  });

  it('gives no admin rights to tokens that a client had before it became the admin', async () => {
    const { id, secret } = await under.addClient();
    const { body } = await under.ask(id, secret);
    await under.prepareAdmin({ ...settings, adminClientId: id });
    await assert.rejects(under.tokens.check(String(body['access_token']), under.clock.now()), { code: 'tokenInvalid' });
  });
});

describe('setting identity up', () => {
  it('prints nothing, whatever is asked of it', async (t) => {
    const printed = (['log', 'info', 'warn', 'error'] as const).map((name) => t.mock.method(console, name, () => {}));
    await using other = await IdentityUnderTest.start();
    const { clientId, generated } = await other.prepareAdmin();
    await other.ask(clientId, generated?.clientSecret ?? '');
    await other.ask(clientId, 'wrong');
    await other.send({ headers: { accept: 'text/html', origin: 'http://elsewhere.test' } });
    const user = await other.commands.addUser({ name: 'Ann', email: 'ann@tacet.test', role: 'agent' });
    await other.commands.issueToken(user.id);
    assert.deepEqual(
      printed.map(({ mock }) => mock.callCount()),
      [0, 0, 0, 0],
    );
  });

  it('makes one home division that stays the same', async () => {
    const home = under.identity.homeDivision();
    await using again = await IdentityUnderTest.start({ folder: under.folder });
    assert.deepEqual(again.identity.homeDivision(), home);
    assert.equal(home.name, 'Home');
  });
});
