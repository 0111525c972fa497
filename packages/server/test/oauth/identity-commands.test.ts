/** Clients and users as the operator manages them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ClientId, DivisionId } from '@tacet/domain';
import { userBySipAddress } from '../../src/oauth/sip-address.ts';
import { IdentityUnderTest } from './identity-under-test.ts';

let under: IdentityUnderTest;
before(async () => {
  under = await IdentityUnderTest.start();
});
after(() => under[Symbol.asyncDispose]());

const ann = { name: 'Ann', email: 'ann@tacet.test', role: 'agent' };

describe('a client that is added', () => {
  it('gets a secret that is shown once and works', async () => {
    const { client, secret } = await under.commands.addClient({ name: ' Billing ', role: 'recorder-integration' });
    assert.equal((await under.ask(client.id, secret)).status, 200);
    assert.equal(client.name, 'Billing');
    assert.equal(client.tokenValiditySeconds, 86_400);
    assert.deepEqual(client.grants, [{ role: 'recorder-integration', division: under.identity.homeDivision().id }]);
    const listed = under.commands.listClients().find(({ id }) => id === client.id);
    assert.deepEqual(listed, client);
    assert.equal(JSON.stringify(under.commands.listClients()).includes('scrypt'), false);
    const event = under.events.find(({ action }) => action === 'clientCreated');
    assert.equal(event?.clientId, client.id);
    assert.equal(event?.facts['role'], 'recorder-integration');
  });

  it('needs a known role, a name, a division that exists and a validity the contract allows', async () => {
    const good = { name: 'Billing', role: 'agent' };
    const wrong = [
      { ...good, role: 'root' },
      { ...good, role: 'toString' },
      { ...good, name: ' ' },
      { ...good, name: 'a\nb' },
      { ...good, name: 'x'.repeat(201) },
      { ...good, division: 'elsewhere' as DivisionId },
      { ...good, tokenValiditySeconds: 299 },
      { ...good, tokenValiditySeconds: 172_801 },
      { ...good, tokenValiditySeconds: 300.5 },
    ];
    const count = under.commands.listClients().length;
    for (const wanted of wrong) await assert.rejects(under.commands.addClient(wanted), { code: 'valueInvalid' });
    assert.equal(under.commands.listClients().length, count);
    for (const tokenValiditySeconds of [300, 172_800]) {
      const { client } = await under.commands.addClient({
        ...good,
        name: 'x'.repeat(200),
        division: '*',
        tokenValiditySeconds,
      });
      assert.equal(client.tokenValiditySeconds, tokenValiditySeconds);
      assert.equal(client.grants[0]?.division, '*');
    }
  });
});

describe('a client that is disabled', () => {
  it('loses its tokens for good, and gets new ones only when it is enabled again', async () => {
    const { id, secret } = await under.addClient();
    const token = String((await under.ask(id, secret)).body['access_token']);
    assert.equal((await under.commands.disableClient(id)).state, 'disabled');
    assert.equal((await under.ask(id, secret)).status, 401);
    assert.equal(under.commands.enableClient(id).state, 'active');
    await assert.rejects(under.tokens.check(token, under.clock.now()), { code: 'tokenInvalid' });
    assert.equal((await under.ask(id, secret)).status, 200);
    const changes = under.events.filter(({ clientId, action }) => clientId === id && action === 'clientChanged');
    assert.deepEqual(
      changes.map(({ facts }) => facts['change']),
      ['disabled', 'enabled'],
    );
  });

  it('must exist', async () => {
    await assert.rejects(under.commands.disableClient('nobody' as ClientId), { code: 'resourceUnknown' });
    assert.throws(() => under.commands.enableClient('nobody' as ClientId), { code: 'resourceUnknown' });
  });
});

describe('a user that is added', () => {
  it('is found by any spelling of its SIP addresses', () => {
    const addresses = ['sip:ann@Example.TEST:5060;transport=tcp', 'sips:+15550100@example.test'];
    const user = under.commands.addUser({ ...ann, sipAddresses: addresses });
    assert.deepEqual(user.sipAddresses, ['ann@example.test', '+15550100@example.test']);
    for (const spelling of [
      'ann@example.test',
      'sips:ann@EXAMPLE.test',
      '<sip:ann@example.test;lr>',
      'SIP:ann@example.test:5061',
    ]) {
      assert.equal(userBySipAddress(under.identity, spelling), user.id, spelling);
    }
    for (const other of ['Ann@example.test', 'ann@example.test.invalid', 'sip:example.test', 'nonsense', '']) {
      assert.equal(userBySipAddress(under.identity, other), undefined, other);
    }
    const [listed] = under.commands.listUsers().filter(({ id }) => id === user.id);
    assert.deepEqual(listed, { ...user, sipAddresses: [...user.sipAddresses].sort() });
    assert.equal(under.events.findLast(({ action }) => action === 'userCreated')?.userId, user.id);
  });

  it('may name an address twice, but not one of another user, and is not half added', () => {
    under.commands.addUser({ ...ann, sipAddresses: ['bob@a.test', 'sip:bob@A.test'] });
    const count = under.commands.listUsers().length;
    assert.throws(() => under.commands.addUser({ ...ann, sipAddresses: ['carol@a.test', 'sips:bob@a.test'] }), {
      code: 'valueInvalid',
    });
    assert.equal(under.commands.listUsers().length, count);
    assert.equal(userBySipAddress(under.identity, 'carol@a.test'), undefined);
  });

  it('needs a name, an e-mail address, a known role and addresses that can be reached', () => {
    const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `many${index}@a.test`);
    const wrong = [
      { ...ann, sipAddresses: [], name: '' },
      { ...ann, sipAddresses: [], email: 'ann' },
      { ...ann, sipAddresses: [], role: 'owner' },
      { ...ann, sipAddresses: ['not an address'] },
      { ...ann, sipAddresses: many(21) },
    ];
    for (const wanted of wrong) assert.throws(() => under.commands.addUser(wanted), { code: 'valueInvalid' });
    assert.equal(under.commands.addUser({ ...ann, sipAddresses: many(20) }).sipAddresses.length, 20);
  });

  it('can be given a token', async () => {
    const user = under.commands.addUser({ ...ann, sipAddresses: [] });
    const { token, expiresAt } = await under.commands.issueToken(user.id);
    assert.equal((await under.tokens.check(token, under.clock.now())).userId, user.id);
    assert.equal(expiresAt, under.clock.now() + 86_400_000);
    await under.commands.issueToken(user.id, 300);
  });
});
