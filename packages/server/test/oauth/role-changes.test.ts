/** Roles, divisions and grants as they are changed through the API, and what nobody may hand out. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  builtInRight,
  builtInRoles,
  type ClientId,
  type DivisionId,
  type RoleId,
  roleNames,
  type UserId,
} from '@tacet/domain';
import { DeskUnderTest } from './desk-under-test.ts';

let under: DeskUnderTest;
beforeEach(() => {
  under = new DeskUnderTest();
});
afterEach(() => under[Symbol.dispose]());

const { admin, agent, supervisor } = builtInRoles;
const grants = 'authorization:grant:add,delete';
const pausing = { domain: 'conversation', entity: 'recording', actions: ['pause'] };

describe('a role', () => {
  it('is added, changed and removed with its grants, each by whoever has the permission', async () => {
    const [adds, changes, removes] = ['add', 'edit', 'delete'].map((one) =>
      under.asking(under.role(`authorization:role:${one}`)),
    );
    assert.ok(adds && changes && removes);
    const text = { name: ' Pauser ', description: 'Pauses.', policies: [pausing] };
    for (const by of [changes, removes])
      assert.throws(() => under.desk.addRole(by, text), { code: 'permissionMissing' });
    const role = under.desk.addRole(adds, text);
    assert.deepEqual(under.desk.role(role.id), { ...text, id: role.id, name: 'Pauser' });
    assert.deepEqual(under.lastEvent(), {
      action: 'roleChanged',
      result: 'done',
      at: under.clock.now(),
      name: 'Pauser',
      from: '192.0.2.7',
      by: adds.asked,
      facts: { roleId: role.id, change: 'added', policies: ['conversation:recording:pause'] },
    });
    assert.throws(() => under.desk.changeRole(adds, role.id, { name: 'X' }), { code: 'permissionMissing' });
    assert.equal(under.desk.changeRole(changes, role.id, { name: 'X' }).description, 'Pauses.');
    under.grant((await under.addUser()).id, role.id);
    assert.throws(() => under.desk.removeRole(changes, role.id), { code: 'permissionMissing' });
    under.desk.removeRole(removes, role.id);
    assert.deepEqual([under.desk.role(role.id), under.desk.grants({ roleId: role.id })], [undefined, []]);
    assert.equal(under.lastEvent()?.facts['grantCount'], 1);
  });

  it('needs a name of its own and policies that can be read', () => {
    const text = { name: 'Pauser', description: '', policies: [pausing] };
    under.desk.addRole('commandLine', text);
    for (const name of ['pauser', 'Supervisor']) {
      assert.throws(() => under.desk.addRole('commandLine', { ...text, name }), { code: 'valueTaken' });
    }
    const other = under.desk.addRole('commandLine', { ...text, name: 'Other' });
    assert.throws(() => under.desk.changeRole('commandLine', other.id, { name: 'PAUSER' }), { code: 'valueTaken' });
    const wrong = [
      { ...pausing, actions: [] },
      { ...pausing, domain: '' },
      { ...pausing, entity: 'a:b' },
      { ...pausing, actions: ['pa*'] },
      { ...pausing, actions: Array.from({ length: 101 }, (_, number) => `a${number}`) },
    ];
    for (const policy of wrong) {
      const bad = { ...text, name: 'Bad', policies: [policy] };
      assert.throws(() => under.desk.addRole('commandLine', bad), { code: 'constraintBroken' }, JSON.stringify(policy));
    }
    const kept = [
      { domain: 'telephony', entity: 'plugin', actions: ['all'] },
      { ...pausing, actions: ['*'] },
    ];
    assert.deepEqual(under.desk.addRole('commandLine', { ...text, name: 'Kept', policies: kept }).policies, kept);
  });

  it('a built-in role cannot be changed or removed', () => {
    for (const by of ['commandLine', under.asking(admin.id)] as const) {
      for (const name of roleNames) {
        const { id } = builtInRoles[name];
        assert.throws(() => under.desk.changeRole(by, id, { description: 'x' }), { code: 'builtInFixed' });
        assert.throws(() => under.desk.removeRole(by, id), { code: 'builtInFixed' });
        assert.deepEqual(under.desk.role(id), builtInRoles[name]);
      }
    }
    assert.throws(() => under.desk.changeRole('commandLine', 'none' as RoleId, {}), { code: 'resourceUnknown' });
  });

  it('nobody adds permissions to a role in use that they do not hold themselves where it is held', async () => {
    const editor = under.role('authorization:role:edit', 'conversation:recording:pause');
    const role = under.role('conversation:recording:pause');
    const division = under.addDivision();
    const wider = { policies: [{ ...pausing, actions: ['pause', 'pauseOthers'] }] };
    const by = under.asking(editor, under.home);
    under.desk.changeRole(by, role, wider);
    under.desk.changeRole(by, role, { policies: [] });
    under.grant((await under.addUser()).id, role, under.home);
    assert.throws(() => under.desk.changeRole(by, role, wider), { code: 'beyondOwnRights' });
    under.desk.changeRole(by, role, { policies: [pausing] });
    under.desk.changeRole(by, role, { policies: [] });
    under.grant((await under.addUser()).id, role, division);
    assert.throws(() => under.desk.changeRole(by, role, { policies: [pausing] }), { code: 'beyondOwnRights' });
    const own = under.asking(editor, under.home);
    under.grant(own.actor.clientId, editor, under.home);
    assert.throws(
      () => under.desk.changeRole(own, editor, { policies: [{ domain: '*', entity: '*', actions: ['*'] }] }),
      { code: 'beyondOwnRights' },
      'not even of their own role',
    );
  });
});

describe('a division', () => {
  it('is added, renamed and removed with the grants in it, each by whoever has the permission', async () => {
    const text = { name: 'Overseas', description: 'Far.' };
    const half = under.asking(under.role('authorization:division:add'));
    assert.throws(() => under.desk.addDivision(half, text), { code: 'permissionsMissing' });
    const all = under.asking(under.role('authorization:division:add,edit,delete', 'authorization:grant:add'));
    const division = under.desk.addDivision(all, text);
    assert.deepEqual(under.desk.division(division.id), { ...text, id: division.id, isHome: false });
    assert.throws(() => under.desk.addDivision(all, { ...text, name: 'OVERSEAS' }), { code: 'valueTaken' });
    assert.throws(() => under.desk.changeDivision(half, division.id, { name: 'X' }), { code: 'permissionMissing' });
    assert.equal(under.desk.changeDivision(all, division.id, { name: 'Abroad' }).description, 'Far.');
    under.grant((await under.addUser()).id, agent.id, division.id);
    assert.throws(() => under.desk.removeDivision(half, division.id), { code: 'permissionMissing' });
    under.desk.removeDivision(all, division.id);
    assert.deepEqual([under.desk.division(division.id), under.desk.grants({ division: division.id })], [undefined, []]);
    const facts = { divisionId: division.id, change: 'removed', grantCount: 1 };
    assert.deepEqual(under.lastEvent('divisionChanged')?.facts, facts);
    assert.throws(() => under.desk.removeDivision(all, division.id), { code: 'resourceUnknown' });
  });

  it('the home division cannot be removed', () => {
    for (const by of ['commandLine', under.asking(admin.id)] as const) {
      assert.throws(() => under.desk.removeDivision(by, under.home), { code: 'builtInFixed' });
    }
    assert.equal(under.desk.changeDivision('commandLine', under.home, { name: 'Headquarters' }).isHome, true);
    assert.equal(under.desk.homeDivision().name, 'Headquarters');
  });

  it('is not removed while users are in it', async () => {
    const division = under.addDivision();
    const { id } = await under.addUser({ divisionId: division });
    assert.throws(() => under.desk.removeDivision('commandLine', division), { code: 'dependentsExist' });
    under.desk.moveUsers('commandLine', under.home, [id]);
    under.desk.removeDivision('commandLine', division);
  });
});

describe('a grant', () => {
  it('is given and taken away, and is in the audit log with both', async () => {
    const by = under.asking(admin.id);
    const { id } = await under.addUser();
    const division = under.home;
    under.desk.changeGrants(by, id, {
      add: [
        { roleId: agent.id, division },
        { roleId: supervisor.id, division: '*' },
      ],
    });
    under.desk.changeGrants(by, id, {
      add: [{ roleId: agent.id, division: '*' }],
      remove: [{ roleId: agent.id, division }],
    });
    assert.deepEqual(
      new Set(under.desk.rightsOf(id)),
      new Set([builtInRight('supervisor', '*'), builtInRight('agent', '*')]),
    );
    const event = under.lastEvent();
    assert.deepEqual([event?.action, event?.userId, event?.name, event?.by], ['grantChanged', id, 'Ann', by.asked]);
    assert.deepEqual(event?.facts, { added: ['agent @ *'], removed: [`agent @ ${division}`] });
  });

  it('nobody hands out or takes over permissions that they do not hold themselves', async () => {
    const { id } = await under.addUser();
    const by = under.asking(under.role(grants));
    const narrow = under.asking(under.role(grants, 'conversation:recording:pause'), under.home);
    const pauser = under.role('conversation:recording:pause');
    const give = (who: typeof by, roleId: RoleId, division: DivisionId | '*') =>
      under.desk.changeGrants(who, id, { add: [{ roleId, division }] });
    assert.throws(
      () => give(by, admin.id, '*'),
      (error: { code?: string; facts?: { permissions?: readonly string[] } }) => {
        assert.equal(error.code, 'beyondOwnRights');
        assert.equal(error.facts?.permissions?.length, 10, 'some of what is beyond is named, not all there is');
        return true;
      },
    );
    assert.throws(() => give(by, pauser, under.home), { code: 'beyondOwnRights' });
    assert.throws(() => give(narrow, pauser, '*'), { code: 'permissionsMissing' });
    assert.deepEqual(under.desk.grants({ subjectId: id }), []);
    give(narrow, pauser, under.home);
    assert.throws(
      () => under.desk.changeGrants(by, by.actor.clientId, { add: [{ roleId: admin.id, division: '*' }] }),
      {
        code: 'beyondOwnRights',
      },
    );
  });

  it('needs the permission in its division, to give and to take', async () => {
    const { id } = await under.addUser();
    const division = under.addDivision();
    const one = [{ roleId: agent.id, division }];
    assert.throws(() => under.desk.changeGrants(under.asking(supervisor.id), id, { add: one }), {
      code: 'permissionsMissing',
    });
    const adds = under.asking(admin.id, division);
    under.desk.changeGrants(adds, id, { add: one });
    const elsewhere = under.asking(under.role(grants), under.home);
    assert.throws(() => under.desk.changeGrants(elsewhere, id, { remove: one }), { code: 'permissionsMissing' });
    under.desk.changeGrants(under.asking(under.role(grants), division), id, { remove: one });
    assert.deepEqual(under.desk.rightsOf(id), []);
  });

  it('is of a role, a division and somebody who are there', async () => {
    const { id } = await under.addUser();
    const change = (add: Parameters<typeof under.desk.changeGrants>[2]['add'], to: UserId | ClientId = id) =>
      under.desk.changeGrants('commandLine', to, { add: add ?? [] });
    assert.throws(() => change([{ roleId: 'none' as RoleId, division: '*' }]), { code: 'resourceUnknown' });
    assert.throws(() => change([{ roleId: agent.id, division: 'none' as DivisionId }]), { code: 'resourceUnknown' });
    assert.throws(() => change([], 'none' as UserId), { code: 'resourceUnknown' });
    under.desk.removeUser('commandLine', id);
    assert.throws(() => change([{ roleId: agent.id, division: '*' }]), { code: 'resourceUnknown' });
    const many = Array.from({ length: 501 }, () => ({ roleId: agent.id, division: '*' as const }));
    assert.throws(() => change(many), { code: 'constraintBroken' });
  });

  it('is one of those that replace all others', async () => {
    const { id } = await under.addUser();
    const [kept, gone, added] = [agent.id, supervisor.id, builtInRoles['quality-evaluator'].id];
    under.grant(id, kept);
    under.grant(id, gone);
    const everywhere = (roleId: RoleId) => ({ roleId, division: '*' as const });
    const wanted = [everywhere(kept), everywhere(added)];
    const adds = under.asking(under.role('authorization:grant:add', 'conversation:*:*', 'recording:*:*', 'video:*:*'));
    assert.throws(() => under.desk.replaceGrants(adds, id, { grants: wanted }), { code: 'permissionsMissing' });
    under.desk.replaceGrants(adds, id, { grants: wanted, isAddEnough: true });
    assert.deepEqual(new Set(under.desk.grants({ subjectId: id }).map(({ roleId }) => roleId)), new Set([kept, added]));
    assert.deepEqual(under.lastEvent()?.facts, { added: ['quality-evaluator @ *'], removed: ['supervisor @ *'] });
    const eventCount = under.events.length;
    under.desk.replaceGrants(under.asking(admin.id), id, { grants: wanted });
    assert.equal(under.events.length, eventCount, 'what is so already is no change');
  });
});

describe('the admin role', () => {
  it('the last grant of the admin role cannot be removed', async () => {
    const { id: first } = under.putClient({ id: 'ops' as ClientId, origin: 'admin' });
    under.grant(first, admin.id);
    const { id: user } = await under.addUser();
    const everywhere = [{ roleId: admin.id, division: '*' }] as const;
    const ways = {
      'taken away': () => under.desk.changeGrants('commandLine', first, { remove: everywhere }),
      replaced: () => under.desk.replaceGrants('commandLine', first, { grants: [] }),
      disabled: () => under.desk.changeClient('commandLine', first, { state: 'disabled' }),
      'made another kind': () => under.desk.changeClient('commandLine', first, { kind: 'CODE' }),
      'without roles': () => under.desk.changeClient('commandLine', first, { roles: [] }),
    };
    for (const [way, take] of Object.entries(ways)) {
      assert.throws(take, { code: 'lastAdminNeeded' }, way);
      assert.deepEqual(under.desk.rightsOf(first), [builtInRight('admin', '*')], way);
      assert.deepEqual(
        [under.desk.client(first)?.state, under.desk.client(first)?.kind],
        ['active', 'CLIENT-CREDENTIALS'],
      );
    }
    under.grant(user, admin.id);
    under.desk.changeGrants('commandLine', first, { remove: everywhere });
    assert.throws(() => under.desk.removeUser('commandLine', user), { code: 'lastAdminNeeded' });
    assert.throws(() => under.desk.changeUser('commandLine', user, { state: 'inactive' }), { code: 'lastAdminNeeded' });
    assert.equal(under.desk.user(user)?.state, 'active');
  });

  it('in one division, or held by somebody who is not active, does not count as the last', async () => {
    const { id: one } = await under.addUser();
    const { id: other } = await under.addUser();
    under.grant(one, admin.id);
    under.grant(other, admin.id, under.home);
    assert.throws(() => under.desk.removeUser('commandLine', one), { code: 'lastAdminNeeded' });
    under.grant(other, admin.id);
    under.desk.changeUser('commandLine', other, { state: 'inactive' });
    assert.throws(() => under.desk.removeUser('commandLine', one), { code: 'lastAdminNeeded' });
    under.desk.changeUser('commandLine', other, { state: 'active' });
    under.desk.removeUser('commandLine', one);
  });

  it('is not missed where nobody holds it yet', async () => {
    const { id } = await under.addUser();
    under.grant(id, agent.id);
    under.desk.removeUser('commandLine', id);
  });
});
