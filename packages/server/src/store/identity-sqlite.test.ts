/** Identity in the database: what is put comes back, what fails fails closed. */
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  after,
  builtInRight,
  builtInRoles,
  type ClientId,
  type DivisionId,
  instant,
  permissionsOf,
  type Role,
  type RoleId,
  type UserId,
} from '@tacet/domain';
import { seededIds } from '@tacet/testkit';
import { temporaryFolder } from '../../test/store-samples.ts';
import type { OauthClient, SubjectGrant, User } from '../oauth/identity.ts';
import { tokenKey } from '../oauth/token-store.ts';
import { IdentitySqlite } from './identity-sqlite.ts';
import { inMemory, openDatabase } from './open-database.ts';
import { TokensSqlite } from './tokens-sqlite.ts';

const now = instant(1_780_000_000_000);
const client: OauthClient = {
  id: 'one' as ClientId,
  name: 'One',
  description: 'The first.',
  kind: 'CODE',
  secretHash: 'hash',
  previousSecret: { hash: 'older', until: after(now, 1_000) },
  redirectUris: ['https://one.test/back', 'http://localhost/back'],
  scopes: ['conversations', 'recordings:readonly'],
  state: 'active',
  tokenValiditySeconds: 300,
  origin: 'added',
  createdAt: now,
  createdBy: 'ann' as UserId,
  modifiedAt: after(now, 5),
};
let db: DatabaseSync;
let identity: IdentitySqlite;
let tokens: TokensSqlite;
let ann: User;
beforeEach(() => {
  db = openDatabase(inMemory);
  identity = new IdentitySqlite(db, seededIds(1));
  tokens = new TokensSqlite(db);
  ann = {
    id: 'ann' as UserId,
    name: 'Ann',
    email: 'ann@tacet.test',
    divisionId: identity.homeDivision().id,
    state: 'active',
    title: 'Lead',
    department: 'Sales',
    sipAddresses: ['ann@a.test', 'ann@b.test'],
    version: 1,
    createdAt: now,
  };
});
afterEach(() => db.close());

const division = (name: string, id = name): Parameters<IdentitySqlite['putDivision']>[0] => ({
  id: id as DivisionId,
  name,
  description: `All of ${name}.`,
  isHome: false,
});
const role = (name: string, ...actions: readonly string[]): Role => ({
  id: `role ${name}` as RoleId,
  name,
  description: '',
  policies: [{ domain: 'conversation', entity: 'recording', actions }],
});
const grant = (subjectId: string, roleId: RoleId, where: string, at = now): SubjectGrant => ({
  subjectId: subjectId as UserId,
  roleId,
  division: where as DivisionId | '*',
  grantedAt: at,
});

describe('stored clients', () => {
  it('come back as they were put, and in their order', () => {
    const { secretHash: _a, previousSecret: _b, createdBy: _c, ...bare } = client;
    const second: OauthClient = {
      ...bare,
      id: 'two' as ClientId,
      createdAt: after(now, -1),
      redirectUris: [],
      scopes: [],
    };
    identity.putClients([client, second]);
    assert.deepEqual(identity.client(client.id), client);
    assert.deepEqual(identity.clients(), [second, client]);
    assert.equal(identity.client('three' as ClientId), undefined);
    const changed: OauthClient = {
      ...second,
      id: client.id,
      name: 'Other',
      kind: 'TOKEN',
      state: 'inactive',
      tokenValiditySeconds: 172_800,
      modifiedAt: after(now, 9),
    };
    identity.putClients([changed]);
    assert.deepEqual(identity.client(client.id), { ...changed, createdAt: now, createdBy: 'ann' });
  });

  it('are put together or not at all, also inside a transaction of somebody else', () => {
    const wrong = { ...client, id: 'two' as ClientId, tokenValiditySeconds: 299 };
    db.exec('BEGIN');
    assert.throws(() => identity.putClients([client, wrong]));
    db.exec('COMMIT');
    assert.throws(() => identity.putClients([client, wrong]));
    assert.deepEqual(identity.clients(), []);
  });

  it('hold one admin at most', () => {
    identity.putClients([{ ...client, origin: 'admin' }]);
    assert.throws(() => identity.putClients([{ ...client, id: 'two' as ClientId, origin: 'admin' }]));
    assert.equal(identity.clientOf('admin')?.id, client.id);
    assert.equal(identity.clientOf('commandLine'), undefined);
  });

  it('are removed with their grants and tokens, and with nobody else’s', () => {
    identity.putClients([client, { ...client, id: 'two' as ClientId }]);
    identity.changeGrants({
      add: [grant('one', builtInRoles.agent.id, '*'), grant('two', builtInRoles.agent.id, '*')],
    });
    for (const clientId of ['one', 'two'] as ClientId[]) {
      const artifact = { model: 'ClientCredentials', clientId, issuedAt: now, expiresAt: now, payload: '{}' };
      tokens.put(tokenKey(clientId), artifact);
    }
    identity.removeClient(client.id);
    assert.equal(identity.client(client.id), undefined);
    assert.equal(tokens.holder(tokenKey('one')), undefined);
    assert.deepEqual(
      identity.grants({}).map(({ subjectId }) => subjectId),
      ['two'],
    );
    assert.equal(tokens.holder(tokenKey('two'))?.clientId, 'two');
  });
});

describe('stored divisions', () => {
  it('come back by name, with the home division made once', () => {
    identity.putDivision(division('zebra'));
    identity.putDivision(division('Alpha'));
    const again = new IdentitySqlite(db, seededIds(2));
    assert.deepEqual(again.homeDivision(), identity.homeDivision());
    assert.deepEqual(
      again.divisions().map(({ name }) => name),
      ['Alpha', 'Home', 'zebra'],
    );
    assert.deepEqual(again.division('zebra' as DivisionId), division('zebra'));
  });

  it('have a name to themselves, in any case', () => {
    identity.putDivision(division('Übersee'));
    for (const name of ['übersee', 'HOME']) {
      assert.throws(() => identity.putDivision(division(name, 'new')), { code: 'valueTaken' });
    }
    identity.putDivision({ ...division('ÜBERSEE', 'Übersee'), description: '' });
    assert.equal(identity.division('Übersee' as DivisionId)?.name, 'ÜBERSEE');
  });

  it('are removed with the grants in them, but never the home division', () => {
    identity.putDivision(division('Alpha'));
    const home = identity.homeDivision().id;
    const { id } = builtInRoles.agent;
    identity.changeGrants({ add: [grant('ann', id, 'Alpha'), grant('ann', id, '*'), grant('ann', id, home)] });
    identity.removeDivision('Alpha' as DivisionId);
    assert.equal(identity.division('Alpha' as DivisionId), undefined);
    assert.deepEqual(
      identity
        .grants({})
        .map((one) => one.division)
        .sort(),
      ['*', home].sort(),
    );
    identity.removeDivision(home);
    assert.equal(identity.homeDivision().id, home);
  });
});

describe('stored roles', () => {
  it('come back by name beside the built-in ones', () => {
    const pauser = role('Pauser', 'pause');
    identity.putRole(pauser);
    assert.deepEqual(identity.role(pauser.id), pauser);
    assert.deepEqual(identity.role(builtInRoles.agent.id), builtInRoles.agent);
    assert.equal(identity.role('none' as RoleId), undefined);
    const names = identity.roles().map(({ name }) => name);
    assert.deepEqual(names, ['admin', 'agent', 'Pauser', 'quality-evaluator', 'recorder-integration', 'supervisor']);
  });

  it('have a name to themselves, in any case, and never that of a built-in one', () => {
    identity.putRole(role('Pauser', 'pause'));
    for (const name of ['PAUSER', 'Admin', 'quality-evaluator']) {
      assert.throws(() => identity.putRole({ ...role(name), id: 'new' as RoleId }), { code: 'valueTaken' });
    }
    assert.throws(() => identity.putRole({ ...role('Mine'), id: builtInRoles.admin.id }), { code: 'valueTaken' });
  });

  it('are removed with every grant of them', () => {
    const pauser = role('Pauser', 'pause');
    identity.putRole(pauser);
    identity.changeGrants({ add: [grant('ann', pauser.id, '*'), grant('ann', builtInRoles.agent.id, '*')] });
    identity.removeRole(pauser.id);
    assert.deepEqual(identity.rightsOf(ann.id), [builtInRight('agent', '*')]);
    assert.equal(identity.grants({}).length, 1);
  });
});

describe('stored grants', () => {
  const { agent, admin } = builtInRoles;

  it('are found by subject, role and division together, oldest first', () => {
    const all = [
      grant('ann', admin.id, '*', after(now, 2)),
      grant('ann', agent.id, 'x', after(now, 1)),
      grant('bob', agent.id, 'x', now),
    ];
    identity.changeGrants({ add: all });
    assert.deepEqual(identity.grants({}), all.toReversed());
    assert.deepEqual(identity.grants({ subjectId: ann.id }), [all[1], all[0]]);
    assert.deepEqual(identity.grants({ roleId: agent.id, division: 'x' as DivisionId }), [all[2], all[1]]);
    assert.deepEqual(identity.grants({ subjectId: ann.id, division: '*' }), [all[0]]);
    assert.deepEqual(identity.grants({ subjectId: 'bob' as UserId, division: '*' }), []);
  });

  it('may be added and removed twice, and keep the time of the first', () => {
    const one = grant('ann', agent.id, '*');
    identity.changeGrants({ add: [one, { ...one, grantedAt: after(now, 5) }] });
    assert.deepEqual(identity.grants({}), [one]);
    identity.changeGrants({ remove: [one, one] });
    assert.deepEqual(identity.grants({}), []);
  });

  it('give what their role gives now, in their division', () => {
    const pauser = role('Pauser', 'pause');
    identity.putRole(pauser);
    identity.changeGrants({ add: [grant('ann', pauser.id, 'x'), grant('ann', agent.id, '*')] });
    const give = (one: Role) => ({ permissions: permissionsOf(one.policies), division: 'x' });
    const mine = (): unknown => identity.rightsOf(ann.id).find((right) => right.division === 'x');
    assert.deepEqual(mine(), give(pauser));
    identity.putRole(role('Pauser', 'pauseOthers'));
    assert.deepEqual(mine(), give(role('Pauser', 'pauseOthers')));
    assert.deepEqual(identity.rightsOf('bob' as UserId), []);
  });

  it('give nothing when their role is not there', () => {
    identity.changeGrants({ add: [grant('ann', 'gone' as RoleId, '*')] });
    assert.deepEqual(identity.rightsOf(ann.id), [{ permissions: new Set(), division: '*' }]);
  });

  it('count for another process as soon as they are written', () => {
    using folder = temporaryFolder();
    using here = openDatabase(folder.path);
    using there = openDatabase(folder.path);
    const [ours, theirs] = [new IdentitySqlite(here, seededIds(3)), new IdentitySqlite(there, seededIds(4))];
    ours.putRole(role('Pauser', 'pause'));
    ours.changeGrants({ add: [grant('ann', role('Pauser').id, '*')] });
    const first = theirs.rightsOf(ann.id);
    ours.putRole(role('Pauser', 'pause', 'pauseOthers'));
    assert.equal(first[0]?.permissions.size, 1);
    assert.equal(theirs.rightsOf(ann.id)[0]?.permissions.size, 2);
  });
});

describe('a change that is made together', () => {
  it('is kept whole or not at all, however deep it is nested', () => {
    const fail = (): never => assert.fail('on purpose');
    assert.throws(() =>
      identity.together(() => {
        identity.putUser(ann);
        identity.together(() => identity.putDivision(division('Alpha')));
        fail();
      }),
    );
    assert.deepEqual([identity.users().length, identity.divisions().length], [0, 1]);
    identity.together(() => {
      identity.putUser(ann);
      assert.throws(() =>
        identity.together(() => {
          identity.putDivision(division('Alpha'));
          fail();
        }),
      );
    });
    assert.deepEqual([identity.users().length, identity.divisions().length], [1, 1]);
    assert.equal(
      identity.together(() => 7),
      7,
    );
  });
});

describe('the holder of a token', () => {
  const key = tokenKey('value');
  const artifact = {
    model: 'AccessToken',
    clientId: client.id,
    issuedAt: now,
    expiresAt: after(now, 1),
    payload: '{}',
  };

  it('is told with the state of client and user, and the scopes of the client', () => {
    identity.putClients([client]);
    identity.putUser({ ...ann, state: 'inactive' });
    tokens.put(key, { ...artifact, userId: ann.id });
    assert.deepEqual(tokens.holder(key), {
      issuedAt: now,
      expiresAt: after(now, 1),
      clientId: client.id,
      clientName: 'One',
      isClientActive: true,
      scopes: client.scopes,
      user: { id: ann.id, name: 'Ann', isActive: false },
    });
    identity.putClients([{ ...client, state: 'inactive', scopes: [] }]);
    identity.putUser(ann);
    const holder = tokens.holder(key);
    assert.deepEqual([holder?.isClientActive, holder?.scopes, holder?.user?.isActive], [false, [], true]);
  });

  it('is nobody when the user is gone, never the client alone', () => {
    identity.putClients([client]);
    db.exec('PRAGMA foreign_keys = OFF');
    tokens.put(key, { ...artifact, userId: 'gone' as UserId });
    assert.equal(tokens.holder(key), undefined);
    tokens.put(key, artifact);
    assert.equal(tokens.holder(key)?.clientId, client.id);
  });

  it('must exist when the token is stored', () => {
    assert.throws(() => tokens.put(key, artifact));
    assert.equal(tokens.holder(key), undefined);
  });
});

describe('a storage that fails', () => {
  it('is a fault of the storage, so that callers are told to come back', () => {
    identity.putClients([client]);
    db.exec('DROP TABLE oauth_tokens; DROP TABLE user_credentials; DROP TABLE grants');
    assert.throws(() => tokens.holder(tokenKey('x')), { code: 'storageUnavailable' });
    assert.throws(() => tokens.removeAllOf({ clientId: client.id }), { code: 'storageUnavailable' });
    assert.throws(() => identity.rightsOf(client.id), { code: 'storageUnavailable' });
    db.exec('DROP TABLE user_sip_addresses; DROP TABLE users; DROP TABLE oauth_clients');
    assert.throws(() => identity.clients(), { code: 'storageUnavailable' });
    assert.throws(() => identity.putUser(ann), { code: 'storageUnavailable' });
  });
});
