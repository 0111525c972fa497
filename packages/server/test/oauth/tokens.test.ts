/** Tokens on their way through the server: checked, expired, revoked, and still there after a restart. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Actor, builtInRight, builtInRoles, type ClientId, type UserId } from '@tacet/domain';
import { IdentityUnderTest } from './identity-under-test.ts';

let under: IdentityUnderTest;
let id: ClientId;
let secret: string;
beforeEach(async () => {
  under = await IdentityUnderTest.start();
  ({ id, secret } = await under.addClient());
});
afterEach(() => under[Symbol.asyncDispose]());

const issue = async (): Promise<string> => String((await under.ask(id, secret)).body['access_token']);
let userCount = 0;
const addUser = async (role = 'agent'): Promise<UserId> => {
  userCount += 1;
  return (await under.commands.addUser({ name: 'Ann', email: `ann${userCount}@tacet.test`, role })).id;
};
const check = (bearer: string): Promise<unknown> => under.tokens.check(bearer, under.clock.now());
const dayMs = 86_400_000;

describe('a token', () => {
  it('expires at the instant it said, and is told from an unknown one for a day', async () => {
    const token = await issue();
    under.clock.advance(dayMs - 1);
    await check(token);
    under.clock.advance(1);
    await assert.rejects(check(token), { code: 'tokenExpired' });
    under.clock.advance(dayMs);
    await using later = await IdentityUnderTest.start({ folder: under.folder, clock: under.clock });
    await assert.rejects(later.tokens.check(token, under.clock.now()), { code: 'tokenExpired' });
    under.clock.advance(1);
    await using muchLater = await IdentityUnderTest.start({ folder: under.folder, clock: under.clock });
    await assert.rejects(muchLater.tokens.check(token, under.clock.now()), { code: 'tokenInvalid' });
  });

  it('is refused from the moment it is revoked, and others are not', async () => {
    const [token, other] = [await issue(), await issue()];
    assert.equal(await under.tokens.revoke(token, '192.0.2.1'), true);
    await assert.rejects(check(token), { code: 'tokenInvalid' });
    await check(other);
    assert.equal(await under.tokens.revoke(token), false);
    assert.deepEqual(under.events.at(-1), {
      action: 'tokenRevoked',
      result: 'done',
      at: under.clock.now(),
      clientId: id,
      name: 'Billing',
      from: '192.0.2.1',
      door: 'DELETE /api/v2/tokens/me',
      facts: { count: 1 },
    });
  });

  it('is refused when all of its client are revoked', async () => {
    const tokens = [await issue(), await issue()];
    const user = await under.tokens.issueForUser(await addUser(), 300);
    assert.equal(await under.tokens.revokeAllOf({ clientId: id }), 2);
    for (const token of tokens) await assert.rejects(check(token), { code: 'tokenInvalid' });
    await check(user.token);
  });

  it('is refused when all of its user are revoked', async () => {
    const userId = await addUser();
    const ofUser = await under.tokens.issueForUser(userId, 300);
    const ofClient = await issue();
    assert.equal(await under.tokens.revokeAllOf({ userId }), 1);
    await assert.rejects(check(ofUser.token), { code: 'tokenInvalid' });
    await check(ofClient);
  });

  it('The tokens of a client that is not active are refused.', async () => {
    const token = await issue();
    const client = under.identity.client(id) ?? assert.fail();
    const { token: ofUser } = await under.tokens.issueForUser(await addUser(), 300);
    for (const state of ['disabled', 'inactive'] as const) {
      under.identity.putClients([{ ...client, state }]);
      await assert.rejects(check(token), { code: 'tokenInvalid' });
      await check(ofUser);
    }
    const behind = under.identity.clientOf('commandLine') ?? assert.fail();
    under.identity.putClients([{ ...behind, state: 'inactive' }]);
    await assert.rejects(check(ofUser), { code: 'tokenInvalid' });
  });

  it('The tokens of a user who is not active are refused.', async () => {
    const userId = await addUser();
    const { token } = await under.tokens.issueForUser(userId, 300);
    const user = under.identity.user(userId) ?? assert.fail();
    for (const state of ['inactive', 'deleted'] as const) {
      under.identity.putUser({ ...user, state });
      await assert.rejects(check(token), { code: 'tokenInvalid' });
    }
    under.identity.putUser(user);
    await check(token);
  });

  it('carries what its client may do now, not what it might when the token was made', async () => {
    const token = await issue();
    const division = under.identity.homeDivision().id;
    const rights = [builtInRight('recorder-integration', division)];
    assert.deepEqual(await check(token), { clientId: id, name: 'Billing', rights });
    under.identity.changeGrants({ remove: under.identity.grants({ subjectId: id }) });
    assert.deepEqual(await check(token), { clientId: id, name: 'Billing', rights: [] });
  });

  it('works again after a restart, and one revoked by another process does not', async () => {
    const [kept, revoked] = [await issue(), await issue()];
    await under.stop();
    await using again = await IdentityUnderTest.start({ folder: under.folder, clock: under.clock });
    assert.equal((await again.tokens.check(kept, under.clock.now())).clientId, id);
    await using other = await IdentityUnderTest.start({ folder: under.folder, clock: under.clock });
    await again.tokens.check(revoked, under.clock.now());
    await other.tokens.revoke(revoked);
    await assert.rejects(again.tokens.check(revoked, under.clock.now()), { code: 'tokenInvalid' });
  });

  it('that nobody issued is refused, whatever it looks like', async () => {
    const token = await issue();
    const wrong = ['', 'x', `${token} `, token.toUpperCase(), `${token}\0`, token.slice(1), 'x'.repeat(1_000_000)];
    for (const bearer of wrong) await assert.rejects(check(bearer), { code: 'tokenInvalid' });
    assert.equal(await under.tokens.revoke('x'.repeat(1_000_000)), false);
  });

  it('The value of a token is never stored, only its hash.', async () => {
    const admin = await under.prepareAdmin();
    const token = await issue();
    const { token: ofUser } = await under.tokens.issueForUser(await addUser(), 300);
    await under.tokens.revoke(await issue());
    const secrets = [secret, token, ofUser, admin.generated?.clientSecret ?? assert.fail()];
    const files = under.files();
    assert.ok((files.get('tacet.db-wal')?.length ?? 0) > 0, 'the write-ahead log is looked at as well');
    assert.ok(files.get('tacet.db-wal')?.includes(id), 'what is stored in clear is found this way');
    for (const [name, bytes] of files) {
      if (name === 'admin-client.json') continue;
      for (const value of secrets) {
        assert.equal(bytes.includes(value), false, name);
        assert.equal(bytes.includes(Buffer.from(value, 'base64url')), false, name);
      }
    }
    assert.equal(
      secrets.some((value) => JSON.stringify(under.events).includes(value)),
      false,
    );
  });
});

describe('a token made for a user', () => {
  it('A token with a user context carries the rights of the user, never those of the client.', async () => {
    const userId = await addUser('supervisor');
    const { token, expiresAt } = await under.tokens.issueForUser(userId, 300);
    const behind = under.identity.clientOf('commandLine') ?? assert.fail();
    const admin = { roleId: builtInRoles.admin.id, division: '*', grantedAt: under.clock.now() } as const;
    under.identity.changeGrants({ add: [{ ...admin, subjectId: behind.id }] });
    const rights = [builtInRight('supervisor', under.identity.homeDivision().id)];
    assert.deepEqual(await check(token), { clientId: behind.id, userId, name: 'Ann', rights });
    assert.equal(expiresAt, under.clock.now() + 300_000);
    under.clock.advance(300_000);
    await assert.rejects(check(token), { code: 'tokenExpired' });
  });

  it('is limited to the scopes of its client, if that has any', async () => {
    const { token } = await under.tokens.issueForUser(await addUser(), 300);
    const behind = under.identity.clientOf('commandLine') ?? assert.fail();
    assert.equal('scopes' in ((await check(token)) as object), false);
    under.identity.putClients([{ ...behind, scopes: ['conversations:readonly'] }]);
    assert.deepEqual(((await check(token)) as Actor).scopes, ['conversations:readonly']);
  });

  it('is reported with its user', async () => {
    const userId = await addUser();
    await under.tokens.issueForUser(userId, 300);
    const { clientId, ...event } = under.events.at(-1) ?? assert.fail();
    assert.equal(clientId, under.identity.clientOf('commandLine')?.id);
    const at = under.clock.now();
    const facts = { validitySeconds: 300 };
    assert.deepEqual(event, { action: 'tokenIssued', result: 'done', at, userId, name: 'Ann', from: '', facts });
  });

  it('needs a user that exists and a validity that the contract allows', async () => {
    const userId = await addUser();
    await under.tokens.issueForUser(userId, 172_800);
    for (const seconds of [299, 172_801, 300.5, Number.NaN]) {
      await assert.rejects(under.tokens.issueForUser(userId, seconds), { code: 'valueInvalid' });
    }
    await assert.rejects(under.tokens.issueForUser(id as unknown as UserId, 300), { code: 'resourceUnknown' });
    under.commands.setUserState(userId, 'inactive');
    await assert.rejects(under.tokens.issueForUser(userId, 300), { code: 'constraintBroken' });
    under.commands.deleteUser(userId);
    await assert.rejects(under.tokens.issueForUser(userId, 300), { code: 'resourceUnknown' });
  });

  it('shares one client with all others made by hand', async () => {
    await under.tokens.issueForUser(await addUser(), 300);
    await under.tokens.issueForUser(await addUser(), 300);
    assert.equal(under.identity.clients().filter(({ origin }) => origin === 'commandLine').length, 1);
  });
});
