import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInRight, builtInRoles } from './built-in-roles.ts';
import type { ClientId, DivisionId } from './ids.ts';
import { beyondOwn, mayGrant, mayWithin } from './may-grant.ts';
import { type Actor, may, permissionsOf, type Right, roleNames } from './permission.ts';
import { type Permission, permissions } from './permissions.ts';

const home = 'home' as DivisionId;
const abroad = 'abroad' as DivisionId;
const places = [home, abroad, '*'] as const;

function actor(...rights: readonly Right[]): Actor {
  return { clientId: 'client' as ClientId, name: 'test', rights };
}

test('nobody grants a role that holds permissions they do not hold themselves in that division', () => {
  for (const held of roleNames) {
    for (const where of places) {
      const granter = actor(builtInRight(held, where));
      for (const granted of roleNames) {
        for (const division of places) {
          const has = permissionsOf(builtInRoles[held].policies);
          const isWithin = [...permissionsOf(builtInRoles[granted].policies)].every((one) => has.has(one));
          const reaches = where === '*' || where === division;
          const cell = `${held} in ${where} grants ${granted} in ${division}`;
          assert.equal(mayGrant(granter, builtInRoles[granted], division), isWithin && reaches, cell);
        }
      }
    }
  }
});

test('a role in all divisions is granted by nobody who holds it in each one only', () => {
  const everywhereSoFar = actor(builtInRight('admin', home), builtInRight('admin', abroad));
  assert.equal(mayGrant(everywhereSoFar, builtInRoles.agent, home), true);
  assert.equal(mayGrant(everywhereSoFar, builtInRoles.agent, '*'), false);
});

test('what is held through several roles adds up to what may be granted', () => {
  const both = actor(builtInRight('agent', home), builtInRight('quality-evaluator', home));
  const policies = [...builtInRoles.agent.policies, ...builtInRoles['quality-evaluator'].policies];
  assert.equal(mayGrant(both, { policies }, home), true);
  assert.equal(mayGrant(both, builtInRoles.supervisor, home), false);
});

test('a role that gives nothing may be granted by anybody', () => {
  assert.equal(mayGrant(actor(), { policies: [] }, '*'), true);
  assert.equal(
    mayGrant(actor(), { policies: [{ domain: 'telephony', entity: 'plugin', actions: ['all'] }] }, '*'),
    true,
  );
});

test('what goes beyond one’s own is named once each', () => {
  const agent = actor(builtInRight('agent', home));
  const wanted: Permission[] = ['conversation:recording:pause', 'conversation:recording:pauseOthers'];
  const rights = [home, '*' as const].map((division) => ({ permissions: new Set(wanted), division }));
  assert.deepEqual(beyondOwn(agent, rights), ['conversation:recording:pauseOthers', 'conversation:recording:pause']);
  assert.deepEqual(beyondOwn(agent, [builtInRight('agent', home)]), []);
});

test('within one division a permission is judged as everywhere else, and within all only by what holds in all', () => {
  for (const role of roleNames) {
    for (const where of places) {
      const holder = actor(builtInRight(role, where));
      for (const permission of permissions) {
        assert.equal(mayWithin(holder, permission, home), may(holder, permission, home));
        assert.equal(mayWithin(holder, permission, '*'), where === '*' && may(holder, permission, home));
      }
    }
  }
});
