/** Clients and users as the operator manages them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { builtInRight, builtInRoles, type ClientId, type DivisionId, Fault, type UserId } from '@tacet/domain';
import { userBySipAddress } from '../../src/oauth/sip-address.ts';
import { IdentityUnderTest } from './identity-under-test.ts';

let under: IdentityUnderTest;
before(async () => {
  under = await IdentityUnderTest.start();
});
after(() => under[Symbol.asyncDispose]());

let annCount = 0;
/** Another Ann each time: nobody shares an e-mail address. */
function ann(): { name: string; email: string; role: string } {
  annCount += 1;
  return { name: 'Ann', email: `ann${annCount}@tacet.test`, role: 'agent' };
}

const isWrong = (error: unknown): boolean =>
  error instanceof Fault && ['valueInvalid', 'constraintBroken'].includes(error.code);

describe('a client that is added', () => {
  it('gets a secret that is shown once and works', async () => {
    const { client, secret } = await under.commands.addClient({ name: ' Billing ', role: 'recorder-integration' });
    assert.equal((await under.ask(client.id, secret)).status, 200);
    assert.equal(client.name, 'Billing');
    assert.equal(client.tokenValiditySeconds, 86_400);
    const home = under.identity.homeDivision().id;
    assert.deepEqual(under.identity.rightsOf(client.id), [builtInRight('recorder-integration', home)]);
    const listed = under.commands.listClients().find(({ id }) => id === client.id);
    assert.deepEqual(listed, client);
    assert.equal(JSON.stringify(under.commands.listClients()).includes('scrypt'), false);
    const events = under.events.filter(({ clientId }) => clientId === client.id).slice(0, 2);
    assert.deepEqual(
      events.map(({ action, facts }) => [action, facts]),
      [
        ['clientCreated', { kind: 'CLIENT-CREDENTIALS' }],
        ['grantChanged', { added: [`recorder-integration @ ${home}`], removed: [] }],
      ],
    );
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
    for (const wanted of wrong) await assert.rejects(under.commands.addClient(wanted), isWrong);
    await assert.rejects(under.commands.addClient({ name: 'Billing' }), { code: 'valueInvalid' }, 'no role at all');
    assert.equal(under.commands.listClients().length, count);
    for (const tokenValiditySeconds of [300, 172_800]) {
      const { client } = await under.commands.addClient({
        ...good,
        name: 'x'.repeat(200),
        division: '*',
        tokenValiditySeconds,
      });
      assert.equal(client.tokenValiditySeconds, tokenValiditySeconds);
      assert.equal(under.identity.grants({ subjectId: client.id })[0]?.division, '*');
    }
  });
});

describe('a client that is disabled', () => {
  it('loses its tokens for good, and gets new ones only when it is enabled again', async () => {
    const { id, secret } = await under.addClient();
    const token = String((await under.ask(id, secret)).body['access_token']);
    assert.equal(under.commands.disableClient(id).state, 'disabled');
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
    assert.throws(() => under.commands.disableClient('nobody' as ClientId), { code: 'resourceUnknown' });
    assert.throws(() => under.commands.enableClient('nobody' as ClientId), { code: 'resourceUnknown' });
  });
});

describe('a user that is added', () => {
  it('is found by any spelling of its SIP addresses', async () => {
    const addresses = ['sip:ann@Example.TEST:5060;transport=tcp', 'sips:+15550100@example.test'];
    const user = await under.commands.addUser({ ...ann(), sipAddresses: addresses });
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

  it('may name an address twice, but not one of another user, and is not half added', async () => {
    await under.commands.addUser({ ...ann(), sipAddresses: ['bob@a.test', 'sip:bob@A.test'] });
    const count = under.commands.listUsers().length;
    const wanted = { ...ann(), sipAddresses: ['carol@a.test', 'sips:bob@a.test'] };
    await assert.rejects(under.commands.addUser(wanted), { code: 'valueTaken' });
    assert.equal(under.commands.listUsers().length, count);
    assert.equal(userBySipAddress(under.identity, 'carol@a.test'), undefined);
  });

  it('needs a name, an e-mail address, a known role and addresses that can be reached', async () => {
    const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `many${index}@a.test`);
    const wrong = [
      { ...ann(), sipAddresses: [], name: '' },
      { ...ann(), sipAddresses: [], email: 'ann' },
      { ...ann(), sipAddresses: [], role: 'owner' },
      { ...ann(), sipAddresses: ['not an address'] },
      { ...ann(), sipAddresses: many(21) },
    ];
    for (const wanted of wrong) await assert.rejects(under.commands.addUser(wanted), isWrong);
    assert.equal((await under.commands.addUser({ ...ann(), sipAddresses: many(20) })).sipAddresses.length, 20);
  });

  it('can be given a token', async () => {
    const user = await under.commands.addUser(ann());
    const { token, expiresAt } = await under.commands.issueToken(user.id);
    assert.equal((await under.tokens.check(token, under.clock.now())).userId, user.id);
    assert.equal(expiresAt, under.clock.now() + 86_400_000);
    await under.commands.issueToken(user.id, 300);
  });
});

describe('grants and divisions', () => {
  it('are named as people name them, or by their ids', async () => {
    const user = await under.commands.addUser({ name: 'Bob', email: 'bob@tacet.test' });
    assert.deepEqual(under.commands.listGrants(user.id), []);
    const division = under.commands.addDivision('Overseas', 'Far away.');
    under.commands.addGrant(user.id, { role: 'AGENT', division: 'overseas' });
    under.commands.addGrant(user.id, { role: builtInRoles.supervisor.id, division: '*' });
    under.commands.addGrant(user.id, { role: 'agent' });
    const listed = under.commands.listGrants(user.id).map(({ role, division: where }) => `${role} ${where}`);
    assert.deepEqual(new Set(listed), new Set(['agent Overseas', 'agent Home', 'supervisor *']));
    under.commands.removeGrant(user.id, { role: 'agent', division: division.id });
    assert.equal(under.commands.listGrants(user.id).length, 2);
    assert.ok(under.commands.listDivisions().some(({ name }) => name === 'Overseas'));
    assert.ok(under.commands.listRoles().some(({ name }) => name === 'admin'));
  });

  it('need names that somebody has', async () => {
    const user = await under.commands.addUser({ name: 'Eva', email: 'eva@tacet.test' });
    const wrong = [{ role: 'king' }, { role: 'agent', division: 'nowhere' }, { role: '' }];
    for (const grant of wrong) assert.throws(() => under.commands.addGrant(user.id, grant), { code: 'valueInvalid' });
    assert.throws(() => under.commands.addGrant('nobody' as UserId, { role: 'agent' }), { code: 'resourceUnknown' });
  });
});

describe('a client that is deleted', () => {
  it('was disabled before, and is gone with its tokens', async () => {
    const { id, secret } = await under.addClient();
    const token = String((await under.ask(id, secret)).body['access_token']);
    assert.throws(() => under.commands.deleteClient(id), { code: 'clientActive' });
    under.commands.disableClient(id);
    under.commands.deleteClient(id);
    assert.equal(under.identity.client(id), undefined);
    await assert.rejects(under.tokens.check(token, under.clock.now()), { code: 'tokenInvalid' });
    assert.throws(() => under.commands.deleteClient(id), { code: 'resourceUnknown' });
  });
});

describe('a secret that is replaced', () => {
  it('takes an overlap of whole seconds up to a week', async () => {
    const { id } = await under.addClient();
    for (const overlap of [-1, 0.5, 604_801, Number.NaN]) {
      await assert.rejects(under.commands.rotateSecret(id, overlap), { code: 'valueInvalid' });
    }
    await under.commands.rotateSecret(id, 604_800);
    assert.equal(under.identity.client(id)?.previousSecret?.until, under.clock.now() + 604_800_000);
  });
});
