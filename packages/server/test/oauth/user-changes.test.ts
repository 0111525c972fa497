/** Users as they are added, changed and deleted through the API. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { builtInRight, builtInRoles, type ClientId, type DivisionId, type UserId } from '@tacet/domain';
import { matchesPassword } from '../../src/oauth/password-hash.ts';
import { DeskUnderTest } from './desk-under-test.ts';

let under: DeskUnderTest;
beforeEach(() => {
  under = new DeskUnderTest();
});
afterEach(() => under[Symbol.dispose]());

const password = 'a quiet river at night';
const { admin, agent, supervisor } = builtInRoles;
const edits = 'directory:user:edit';

describe('a user who is added', () => {
  it('is who was wanted, at home and active unless it was said otherwise, with a password that is kept hashed', async () => {
    const by = under.asking(admin.id);
    const user = await under.desk.addUser(by, { name: ' Ann ', email: 'ann@tacet.test', password, title: '' });
    const { id, createdAt, ...rest } = user;
    assert.deepEqual(rest, {
      name: 'Ann',
      email: 'ann@tacet.test',
      divisionId: under.home,
      state: 'active',
      sipAddresses: [],
      version: 1,
    });
    assert.deepEqual(under.desk.user(id), user);
    const { passwordHash = '', passwordSetAt } = under.identity.credentials(id);
    assert.ok(await matchesPassword(password, passwordHash));
    assert.equal(passwordSetAt, createdAt);
    assert.deepEqual(under.lastEvent(), {
      action: 'userCreated',
      result: 'done',
      at: under.clock.now(),
      userId: id,
      name: 'Ann',
      from: '192.0.2.7',
      by: by.asked,
      facts: { divisionId: under.home },
    });
  });

  it('needs the permission in the division, a division that exists, and a password that may be chosen', async () => {
    const division = under.addDivision();
    const by = under.asking(under.role('directory:user:add'), division);
    const ann = { name: 'Ann', email: 'ann@tacet.test', divisionId: division };
    await assert.rejects(under.desk.addUser(by, { ...ann, divisionId: under.home }), { code: 'permissionMissing' });
    const nowhere = { ...ann, divisionId: 'nowhere' as DivisionId };
    await assert.rejects(under.desk.addUser(under.asking(admin.id), nowhere), { code: 'constraintBroken' });
    for (const wrong of ['short', 'ann@tacet.test', 'password1234']) {
      await assert.rejects(under.desk.addUser(by, { ...ann, password: wrong }), { code: 'constraintBroken' });
    }
    assert.deepEqual(under.desk.users(), []);
    assert.equal((await under.desk.addUser(by, { ...ann, password })).divisionId, division);
    await assert.rejects(under.desk.addUser(by, { ...ann, name: 'Other' }), { code: 'valueTaken' });
  });

  it('is given no role that whoever adds them could not grant', async () => {
    const division = under.home;
    const ann = { name: 'Ann', email: 'ann@tacet.test', roles: [{ roleId: agent.id, division }] };
    const adds = under.role('directory:user:add', 'authorization:grant:add');
    await assert.rejects(under.desk.addUser(under.asking(adds), ann), { code: 'beyondOwnRights' });
    await assert.rejects(under.desk.addUser(under.asking(under.role('directory:user:add')), ann), {
      code: 'permissionMissing',
    });
    assert.deepEqual(under.desk.users(), []);
    const { id } = await under.desk.addUser(under.asking(admin.id), ann);
    assert.deepEqual(under.desk.rightsOf(id), [builtInRight('agent', division)]);
  });
});

describe('a user who is changed', () => {
  it('keeps what the change leaves out, loses what it empties, and counts a version', async () => {
    const by = under.asking(admin.id);
    const { id } = await under.addUser({ sipAddresses: ['ann@a.test'] });
    under.desk.changeUser(by, id, { title: 'Lead', department: 'Sales', version: 1 });
    const user = under.desk.changeUser(by, id, { title: '', name: 'Anna', sipAddresses: ['sip:ann@B.test'] });
    assert.deepEqual([user.title, user.department, user.name, user.version], [undefined, 'Sales', 'Anna', 3]);
    assert.deepEqual(user.sipAddresses, ['ann@b.test']);
    assert.deepEqual(under.desk.user(id), user);
    assert.deepEqual(under.lastEvent()?.facts, { change: 'edited', changed: ['name', 'sipAddresses', 'title'] });
  });

  it('is not changed from a version that is no longer the last', async () => {
    const by = under.asking(admin.id);
    const { id } = await under.addUser();
    under.desk.changeUser(by, id, { name: 'One', version: 1 });
    assert.throws(() => under.desk.changeUser(by, id, { name: 'Two', version: 1 }), {
      code: 'versionStale',
      facts: { entity: 'user', version: 2 },
    });
    assert.equal(under.desk.user(id)?.name, 'One');
  });

  it('needs the permission where they are and where they go', async () => {
    const division = under.addDivision();
    const here = under.asking(under.role(edits), under.home);
    const everywhere = under.asking(under.role(edits));
    const { id } = await under.addUser();
    assert.throws(() => under.desk.changeUser(under.asking(agent.id), id, { name: 'X' }), {
      code: 'permissionMissing',
    });
    assert.throws(() => under.desk.changeUser(here, id, { divisionId: division }), { code: 'permissionMissing' });
    assert.equal(under.desk.changeUser(everywhere, id, { divisionId: division }).divisionId, division);
    assert.throws(() => under.desk.changeUser(here, id, { name: 'X' }), { code: 'permissionMissing' });
    const admins = under.asking(under.role('directory:organization:admin'));
    assert.equal(under.desk.changeUser(admins, id, { name: 'X' }).name, 'X');
    assert.throws(() => under.desk.changeUser(everywhere, 'nobody' as UserId, { name: 'X' }), {
      code: 'resourceUnknown',
    });
  });

  it('is moved with others, all of them or none', async () => {
    const division = under.addDivision();
    const [one, two] = [await under.addUser(), await under.addUser({ divisionId: division })];
    const here = under.asking(under.role(edits), under.home);
    assert.throws(() => under.desk.moveUsers(here, under.home, [one.id, two.id]), { code: 'permissionMissing' });
    under.desk.moveUsers(under.asking(admin.id), division, [one.id, two.id]);
    assert.deepEqual(
      under.desk.users().map(({ divisionId }) => divisionId),
      [division, division],
    );
  });

  it('nobody changes the e-mail address of a user who may do more than they may', async () => {
    const by = under.asking(under.role(edits));
    const { id } = await under.addUser();
    under.desk.changeUser(by, id, { email: 'new@tacet.test' });
    under.grant(id, agent.id);
    assert.throws(() => under.desk.changeUser(by, id, { email: 'mine@tacet.test' }), { code: 'beyondOwnRights' });
    under.desk.changeUser(by, id, { email: 'new@tacet.test', name: 'Anna' });
    under.desk.changeUser(under.asking(admin.id), id, { email: 'other@tacet.test' });
  });

  it('a user who is made inactive loses their tokens for good', async () => {
    const by = under.asking(admin.id);
    const { id } = await under.addUser();
    const isThere = under.token(by.actor.clientId, id);
    const isOther = under.token(by.actor.clientId, (await under.addUser()).id);
    under.desk.changeUser(by, id, { name: 'Anna' });
    assert.equal(isThere(), true);
    under.desk.changeUser(by, id, { state: 'inactive' });
    under.desk.changeUser(by, id, { state: 'active' });
    assert.deepEqual([isThere(), isOther()], [false, true]);
  });
});

describe('a user who is deleted', () => {
  it('deleting a user ends their tokens and sign-ins', async () => {
    const by = under.asking(admin.id);
    const { id } = await under.addUser({ password });
    const isThere = under.token(by.actor.clientId, id);
    assert.equal(under.desk.removeUser(by, id).state, 'deleted');
    assert.equal(isThere(), false);
    assert.deepEqual(under.lastEvent()?.facts, { tokensRevokedCount: 1 });
    assert.deepEqual(under.identity.credentials(id), { recoveryHashes: [] });
  });

  it('leaves roles, addresses and name to others, and is there for old recordings only', async () => {
    const by = under.asking(admin.id);
    const { id, email } = await under.addUser({ sipAddresses: ['ann@a.test'] });
    under.grant(id, agent.id);
    under.desk.removeUser(by, id);
    assert.deepEqual(under.desk.grants({ subjectId: id }), []);
    assert.deepEqual([under.desk.users(), under.desk.user(id)?.state], [[], 'deleted']);
    const again = await under.desk.addUser(by, { name: 'Ann', email, sipAddresses: ['ann@a.test'] });
    assert.equal(under.identity.userBySipKey('ann@a.test'), again.id);
    assert.throws(() => under.desk.removeUser(by, id), { code: 'resourceUnknown' });
    assert.throws(() => under.desk.changeUser(by, id, { state: 'active' }), { code: 'resourceUnknown' });
  });

  it('needs the permission in their division', async () => {
    const division = under.addDivision();
    const { id } = await under.addUser();
    const deletes = under.role('directory:user:delete');
    assert.throws(() => under.desk.removeUser(under.asking(deletes, division), id), { code: 'permissionMissing' });
    under.desk.removeUser(under.asking(deletes, under.home), id);
  });
});

describe('what a user signs in with', () => {
  it('nobody sets the password or resets the second factor of a user who may do more than they may', async () => {
    const by = under.asking(under.role(edits), under.home);
    const { id } = await under.addUser();
    await under.desk.setPassword(by, id, password);
    under.grant(id, agent.id, under.home);
    await assert.rejects(under.desk.setPassword(by, id, password), { code: 'beyondOwnRights' });
    assert.throws(() => under.desk.resetSecondFactor(by, id), { code: 'beyondOwnRights' });
    await under.desk.setPassword(under.asking(admin.id), id, password);
    await under.desk.setPassword('commandLine', id, password);
    const stranger = under.asking(supervisor.id);
    await assert.rejects(under.desk.setPassword(stranger, id, password), { code: 'permissionMissing' });
  });

  it('a changed password ends the tokens and sign-ins of its user', async () => {
    const { id } = await under.addUser({ password });
    const client = under.putClient({ id: 'app' as ClientId });
    const isThere = under.token(client.id, id);
    under.clock.advance(1_000);
    await under.desk.setPassword('commandLine', id, `${password} again`);
    assert.equal(isThere(), false);
    const { passwordHash = '', passwordSetAt } = under.identity.credentials(id);
    assert.equal(passwordSetAt, under.clock.now());
    assert.ok(await matchesPassword(`${password} again`, passwordHash));
    assert.deepEqual(under.lastEvent()?.facts, { change: 'passwordSet', tokensRevokedCount: 1 });
    assert.equal(JSON.stringify(under.events).includes('river'), false);
  });

  it('must be a password that may be chosen', async () => {
    const { id, email, name } = await under.addUser({ name: 'Ann of Green Gables' });
    for (const wrong of [email, name, 'x'.repeat(257), 'eleven char']) {
      await assert.rejects(under.desk.setPassword('commandLine', id, wrong), { code: 'constraintBroken' });
    }
    await assert.rejects(under.desk.setPassword('commandLine', 'nobody' as UserId, password), {
      code: 'resourceUnknown',
    });
  });

  it('loses its second factor and recovery codes when that is reset, and nothing else', async () => {
    const { id } = await under.addUser({ password });
    const before = under.identity.credentials(id);
    const totp = { sealedSecret: Uint8Array.of(1), confirmedAt: under.clock.now(), lastStep: 1 };
    under.identity.putCredentials(id, { ...before, totp, recoveryHashes: ['a'] });
    under.desk.resetSecondFactor('commandLine', id);
    assert.deepEqual(under.identity.credentials(id), before);
    assert.deepEqual(under.lastEvent()?.facts, { change: 'secondFactorReset' });
  });
});

describe('one’s own password', () => {
  it("one's own password is changed by who knows the one before, whatever token they show", async () => {
    const { id } = await under.addUser({ password });
    const { id: app } = under.putClient({ id: 'app' as ClientId });
    const by = under.as(app, id);
    const isThere = under.token(app, id);
    const wanted = 'another quiet river';
    await assert.rejects(under.desk.setOwnPassword(by, { current: 'a guess', wanted }), {
      code: 'constraintBroken',
      facts: { field: 'oldPassword', problem: 'is not the password of now' },
    });
    await assert.rejects(under.desk.setOwnPassword(by, { current: password, wanted: 'short' }), {
      code: 'constraintBroken',
    });
    assert.equal(isThere(), true);
    await under.desk.setOwnPassword(by, { current: password, wanted });
    assert.equal(isThere(), false);
    assert.ok(await matchesPassword(wanted, under.identity.credentials(id).passwordHash ?? ''));
    await assert.rejects(under.desk.setOwnPassword(by, { current: password, wanted }), { code: 'constraintBroken' });
    await assert.rejects(under.desk.setOwnPassword(under.as(app), { current: password, wanted }), {
      code: 'userNeeded',
    });
  });

  it('is guessed with a stolen token as slowly as at the door', async () => {
    const { id } = await under.addUser({ password });
    const by = under.as(under.putClient({ id: 'app' as ClientId }).id, id);
    const guess = (current: string) => under.desk.setOwnPassword(by, { current, wanted: 'another quiet river' });
    for (let count = 0; count < 4; count += 1)
      await assert.rejects(guess(`guess ${count}`), { code: 'constraintBroken' });
    await assert.rejects(guess(password), { code: 'rateExceeded', facts: { seconds: 1 } });
  });
});

describe('the tokens of a user', () => {
  it('are ended by whoever has the permission in their division', async () => {
    const { id } = await under.addUser();
    const client = under.putClient({ id: 'app' as ClientId });
    const isThere = under.token(client.id, id);
    const ends = under.role('oauth:token:delete');
    assert.throws(() => under.desk.revokeTokensOf(under.asking(ends, under.addDivision()), id), {
      code: 'permissionMissing',
    });
    assert.equal(isThere(), true);
    assert.equal(under.desk.revokeTokensOf(under.asking(ends, under.home), id), 1);
    assert.equal(isThere(), false);
  });
});
