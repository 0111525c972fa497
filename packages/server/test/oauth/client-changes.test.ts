/** OAuth clients as they are added, changed and deleted through the API. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { builtInRight, builtInRoles, type ClientId, type DivisionId, type RoleId } from '@tacet/domain';
import { SecretCheck } from '../../src/oauth/secret-check.ts';
import { DeskUnderTest } from './desk-under-test.ts';

let under: DeskUnderTest;
beforeEach(() => {
  under = new DeskUnderTest();
});
afterEach(() => under[Symbol.dispose]());

const { admin, agent } = builtInRoles;
const edits = 'oauth:client:edit';
const billing = { name: 'Billing', kind: 'CLIENT-CREDENTIALS' } as const;
const web = { name: 'Web', kind: 'CODE', redirectUris: ['https://web.test/back'] } as const;

/** Whether a secret is let in now. */
async function isIn(id: ClientId, secret: string): Promise<boolean> {
  const client = under.identity.client(id) ?? assert.fail('no such client');
  return (await new SecretCheck(under.clock).check(client, secret, 'somewhere')).is === 'right';
}

describe('a client that is added', () => {
  it('has a secret that is given back this once, roles, and who made it', async () => {
    const by = under.asking(admin.id);
    const roles = [{ roleId: agent.id, division: under.home }];
    const { client, secret = '' } = await under.desk.addClient(by, { ...billing, roles, tokenValiditySeconds: 600 });
    assert.ok(await isIn(client.id, secret));
    assert.deepEqual(under.desk.client(client.id), client);
    assert.equal(client.createdBy, by.actor.clientId);
    assert.deepEqual([client.state, client.tokenValiditySeconds, client.origin], ['active', 600, 'added']);
    assert.deepEqual(under.desk.rightsOf(client.id), [builtInRight('agent', under.home)]);
    assert.equal(JSON.stringify(under.desk.clients()).includes('scrypt'), false);
    assert.deepEqual(
      under.events.slice(-2).map(({ action, by: who }) => [action, who?.door]),
      [
        ['clientCreated', 'PUT /api/v2/something'],
        ['grantChanged', 'PUT /api/v2/something'],
      ],
    );
  });

  it('has no secret when it could not keep one', async () => {
    const { client, secret } = await under.desk.addClient('commandLine', { ...web, kind: 'TOKEN' });
    assert.equal(secret, undefined);
    assert.equal(under.identity.client(client.id)?.secretHash, undefined);
    assert.equal((await under.desk.addClient('commandLine', web)).secret?.length, 43);
  });

  it('has scopes or roles, as its kind wants', async () => {
    const roles = [{ roleId: agent.id, division: '*' }] as const;
    const wrong = [
      { ...billing, scopes: ['conversations'] },
      { ...web, roles },
      { ...web, kind: 'TOKEN', roles } as const,
    ];
    for (const wanted of wrong) {
      await assert.rejects(under.desk.addClient('commandLine', wanted), { code: 'constraintBroken' });
    }
    const { client } = await under.desk.addClient('commandLine', {
      ...web,
      scopes: ['conversations', 'users:readonly'],
    });
    assert.deepEqual(client.scopes, ['conversations', 'users:readonly']);
    assert.deepEqual(
      under.desk.clients().map(({ name }) => name),
      ['Web'],
    );
  });

  it('leads back to places that nobody else hears', async () => {
    const good = [
      'https://web.test/back?x=1',
      'http://localhost:8080/',
      'http://127.0.0.1/back',
      'http://[::1]:5/',
      'org.example.app:/back',
    ];
    const bad = [
      'http://web.test/back',
      'https://web.test/#part',
      'https://web.test/back#',
      'javascript:alert(1)',
      'data:text/html,x',
      'app:/back',
      'back',
      '',
      'https://user:secret@web.test/',
      'https://web.test/a b',
      `https://web.test/${'x'.repeat(2_000)}`,
    ];
    const { client } = await under.desk.addClient('commandLine', { ...web, redirectUris: [...good, good[0] ?? ''] });
    assert.deepEqual(client.redirectUris, good);
    for (const uri of bad) {
      await assert.rejects(
        under.desk.addClient('commandLine', { ...web, redirectUris: [uri] }),
        { code: 'constraintBroken' },
        uri,
      );
    }
    const many = Array.from({ length: 51 }, (_, number) => `https://web.test/${number}`);
    await assert.rejects(under.desk.addClient('commandLine', { ...web, redirectUris: many }), {
      code: 'constraintBroken',
    });
  });

  it('needs the permission, and gets no role that whoever adds it does not hold', async () => {
    const adds = under.role('oauth:client:add');
    await assert.rejects(under.desk.addClient(under.asking(agent.id), billing), { code: 'permissionMissing' });
    const roles = [{ roleId: agent.id, division: '*' }] as const;
    await assert.rejects(under.desk.addClient(under.asking(adds), { ...billing, roles }), { code: 'beyondOwnRights' });
    const unknown = [{ roleId: 'none' as RoleId, division: '*' }] as const;
    await assert.rejects(under.desk.addClient('commandLine', { ...billing, roles: unknown }), {
      code: 'resourceUnknown',
    });
    const nowhere = [{ roleId: agent.id, division: 'none' as DivisionId }];
    await assert.rejects(under.desk.addClient('commandLine', { ...billing, roles: nowhere }), {
      code: 'resourceUnknown',
    });
    assert.equal(under.desk.clients().filter(({ name }) => name === 'Billing').length, 0);
    await under.desk.addClient(under.asking(adds), { ...billing, roles: [{ roleId: adds, division: '*' }] });
  });
});

describe('a client that is changed', () => {
  it('keeps what the change leaves out', async () => {
    const { client } = await under.desk.addClient('commandLine', { ...web, description: 'Ours.', scopes: ['users'] });
    under.clock.advance(10);
    const changed = under.desk.changeClient(under.asking(admin.id), client.id, { name: 'Site' });
    assert.deepEqual(changed, { ...client, name: 'Site', modifiedAt: under.clock.now() });
    assert.deepEqual(under.desk.client(client.id), changed);
    const facts = { change: 'edited', changed: ['name'], tokensRevokedCount: 0 };
    assert.deepEqual(under.lastEvent()?.facts, facts);
  });

  it('holds the roles of the change and no others, if it names any', async () => {
    const roles = [{ roleId: agent.id, division: '*' }] as const;
    const { client } = await under.desk.addClient('commandLine', { ...billing, roles });
    under.desk.changeClient('commandLine', client.id, { description: 'x' });
    assert.equal(under.desk.grants({ subjectId: client.id }).length, 1);
    const other = [{ roleId: agent.id, division: under.home }];
    under.desk.changeClient('commandLine', client.id, { roles: other });
    assert.deepEqual(under.desk.rightsOf(client.id), [builtInRight('agent', under.home)]);
    under.desk.changeClient('commandLine', client.id, { roles: [] });
    assert.deepEqual(under.desk.rightsOf(client.id), []);
  });

  it('a client that is disabled or made another kind loses its tokens for good', async () => {
    const { client } = await under.desk.addClient('commandLine', billing);
    for (const change of [{ state: 'disabled' }, { state: 'inactive' }, { kind: 'CODE' }, { kind: 'TOKEN' }] as const) {
      const isThere = under.token(client.id);
      under.desk.changeClient('commandLine', client.id, { name: 'Same' });
      assert.equal(isThere(), true);
      under.desk.changeClient('commandLine', client.id, change);
      assert.equal(isThere(), false, JSON.stringify(change));
      assert.equal(under.lastEvent()?.facts['tokensRevokedCount'], 1);
      under.desk.changeClient('commandLine', client.id, { state: 'active' });
    }
    assert.equal(under.identity.client(client.id)?.secretHash, undefined, 'the last kind has no secret');
  });

  it('loses the roles of its own when it is to act for users', async () => {
    const roles = [{ roleId: agent.id, division: '*' }] as const;
    const { client } = await under.desk.addClient('commandLine', { ...billing, roles });
    under.desk.changeClient('commandLine', client.id, { kind: 'CODE' });
    assert.deepEqual(under.desk.grants({ subjectId: client.id }), []);
    assert.throws(() => under.desk.changeGrants('commandLine', client.id, { add: roles }), {
      code: 'constraintBroken',
    });
  });

  it('nobody changes a client that may do more than they may, nor learns its secret', async () => {
    const by = under.asking(under.role(edits, 'oauth:client:delete'));
    const { client } = await under.desk.addClient('commandLine', billing);
    under.desk.changeClient(by, client.id, { name: 'Renamed' });
    await under.desk.rotateSecret(by, client.id);
    under.grant(client.id, agent.id);
    assert.throws(() => under.desk.changeClient(by, client.id, { name: 'Mine' }), { code: 'beyondOwnRights' });
    await assert.rejects(under.desk.rotateSecret(by, client.id), { code: 'beyondOwnRights' });
    under.desk.changeClient('commandLine', client.id, { state: 'inactive' });
    assert.throws(() => under.desk.removeClient(by, client.id), { code: 'beyondOwnRights' });
    await under.desk.rotateSecret(under.asking(admin.id), client.id);
  });

  it('must exist, and be changed by whoever has the permission', () => {
    const id = 'none' as ClientId;
    assert.throws(() => under.desk.changeClient('commandLine', id, {}), { code: 'resourceUnknown' });
    assert.throws(() => under.desk.removeClient('commandLine', id), { code: 'resourceUnknown' });
    under.putClient({ id: 'one' as ClientId });
    const by = under.asking(agent.id);
    assert.throws(() => under.desk.changeClient(by, 'one' as ClientId, {}), { code: 'permissionMissing' });
    assert.throws(() => under.desk.removeClient(by, 'one' as ClientId), { code: 'permissionMissing' });
  });

  it('the client behind tokens that were issued by hand cannot be changed', async () => {
    const { id } = under.putClient({ id: 'cli' as ClientId, origin: 'commandLine' });
    assert.throws(() => under.desk.changeClient('commandLine', id, { name: 'X' }), { code: 'builtInFixed' });
    await assert.rejects(under.desk.rotateSecret('commandLine', id), { code: 'builtInFixed' });
    assert.throws(() => under.desk.removeClient('commandLine', id), { code: 'builtInFixed' });
    const add = [{ roleId: admin.id, division: '*' }] as const;
    assert.throws(() => under.desk.changeGrants('commandLine', id, { add }), { code: 'constraintBroken' });
  });
});

describe('a secret that is replaced', () => {
  it('counts beside the new one for the overlap, and its tokens go on', async () => {
    const { client, secret: first = '' } = await under.desk.addClient('commandLine', billing);
    const isThere = under.token(client.id);
    const { secret: second = '' } = await under.desk.rotateSecret('commandLine', client.id);
    assert.notEqual(second, first);
    assert.deepEqual([await isIn(client.id, first), await isIn(client.id, second), isThere()], [true, true, true]);
    assert.equal(under.lastEvent()?.action, 'clientChanged');
    assert.deepEqual(under.lastEvent()?.facts, {
      change: 'secretRotated',
      overlapSeconds: 3_600,
      tokensRevokedCount: 0,
    });
    under.clock.advance(3_600_000);
    assert.deepEqual([await isIn(client.id, first), await isIn(client.id, second)], [false, true]);
  });

  it('is forgotten when the one after it is replaced as well', async () => {
    const { client, secret: first = '' } = await under.desk.addClient('commandLine', billing);
    const { secret: second = '' } = await under.desk.rotateSecret('commandLine', client.id);
    const { secret: third = '' } = await under.desk.rotateSecret('commandLine', client.id);
    const verdicts = [await isIn(client.id, first), await isIn(client.id, second), await isIn(client.id, third)];
    assert.deepEqual(verdicts, [false, true, true]);
  });

  it('a secret that is replaced without overlap ends the tokens of its client', async () => {
    const { client, secret: first = '' } = await under.desk.addClient('commandLine', billing);
    const isThere = under.token(client.id);
    const { secret: second = '' } = await under.desk.rotateSecret('commandLine', client.id, 0);
    assert.deepEqual([await isIn(client.id, first), await isIn(client.id, second), isThere()], [false, true, false]);
    assert.deepEqual(under.lastEvent()?.facts, { change: 'secretRotated', overlapSeconds: 0, tokensRevokedCount: 1 });
  });

  it('is there for clients that have one', async () => {
    const { client } = await under.desk.addClient('commandLine', { ...web, kind: 'TOKEN' });
    await assert.rejects(under.desk.rotateSecret('commandLine', client.id), { code: 'constraintBroken' });
    await assert.rejects(under.desk.rotateSecret('commandLine', 'none' as ClientId), { code: 'resourceUnknown' });
  });
});

describe('a client that is deleted', () => {
  it('only a client that was made inactive can be deleted', async () => {
    const by = under.asking(admin.id);
    const { client } = await under.desk.addClient(by, billing);
    for (const state of ['active', 'disabled'] as const) {
      under.desk.changeClient(by, client.id, { state });
      assert.throws(() => under.desk.removeClient(by, client.id), { code: 'clientActive' });
    }
    under.desk.changeClient(by, client.id, { state: 'inactive' });
    under.desk.removeClient(by, client.id);
    assert.equal(under.desk.client(client.id), undefined);
    assert.deepEqual([under.lastEvent()?.action, under.lastEvent()?.clientId], ['clientDeleted', client.id]);
  });

  it('is not the admin client, which a start would make again', () => {
    const { id } = under.putClient({ id: 'ops' as ClientId, origin: 'admin', state: 'inactive' });
    assert.throws(() => under.desk.removeClient('commandLine', id), { code: 'builtInFixed' });
  });
});

describe('what a token says of itself', () => {
  it('is its client, its user, what it is limited to, and the one organisation', async () => {
    const { client } = await under.desk.addClient('commandLine', web);
    const user = await under.addUser();
    const actor = { clientId: client.id, name: 'x', rights: [] };
    const organization = { id: under.home, name: 'Tacet' };
    assert.deepEqual(under.desk.tokenFacts(actor), { organization, client, scopes: [] });
    const ofUser = { ...actor, userId: user.id, scopes: ['users'] };
    assert.deepEqual(under.desk.tokenFacts(ofUser), { organization, client, scopes: ['users'], user });
  });
});
