import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientId, DivisionId } from './ids.ts';
import {
  type Actor,
  builtInRoles,
  type Grant,
  may,
  type Permission,
  permissions,
  type RoleName,
} from './permission.ts';

const home = 'home' as DivisionId;
const abroad = 'abroad' as DivisionId;

function actor(...grants: readonly Grant[]): Actor {
  return { clientId: 'client' as ClientId, name: 'test', grants };
}

/** Written out a second time on purpose: a right that is given by mistake shows here. */
const expected: { readonly [role in RoleName]: readonly Permission[] } = {
  admin: [
    'conversation:recording:pause',
    'conversation:recording:pauseOthers',
    'conversation:communication:view',
    'conversation:communication:disconnect',
    'recording:recording:view',
    'recording:annotation:view',
    'tacet:audit:view',
    'tacet:conversation:view',
  ],
  supervisor: [
    'conversation:recording:pause',
    'conversation:recording:pauseOthers',
    'conversation:communication:view',
    'recording:recording:view',
    'recording:annotation:view',
    'tacet:conversation:view',
  ],
  agent: ['conversation:recording:pause'],
  'recorder-integration': [
    'conversation:recording:pauseOthers',
    'conversation:communication:view',
    'tacet:conversation:view',
  ],
  'quality-evaluator': ['conversation:communication:view', 'recording:recording:view', 'recording:annotation:view'],
};
const roles = Object.keys(builtInRoles) as RoleName[];

test('a role gives its permissions and no other, in its own division and no other', () => {
  assert.deepEqual(new Set(roles), new Set(Object.keys(expected)));
  for (const role of roles) {
    for (const permission of permissions) {
      const isGiven = expected[role].includes(permission);
      const cell = `${role} × ${permission}`;
      assert.equal(may(actor({ role, division: home }), permission, home), isGiven, cell);
      assert.equal(may(actor({ role, division: home }), permission, abroad), false, `${cell} abroad`);
      assert.equal(may(actor({ role, division: '*' }), permission, abroad), isGiven, `${cell} everywhere`);
    }
  }
});

test('pausing one’s own conversation and pausing others’ are separate rights', () => {
  const agent = actor({ role: 'agent', division: '*' });
  const integration = actor({ role: 'recorder-integration', division: '*' });
  assert.equal(may(agent, 'conversation:recording:pause', home), true);
  assert.equal(may(agent, 'conversation:recording:pauseOthers', home), false);
  assert.equal(may(integration, 'conversation:recording:pause', home), false);
  assert.equal(may(integration, 'conversation:recording:pauseOthers', home), true);
});

test('grants add up, each within its own division', () => {
  const both = actor({ role: 'agent', division: home }, { role: 'quality-evaluator', division: abroad });
  assert.equal(may(both, 'conversation:recording:pause', home), true);
  assert.equal(may(both, 'recording:recording:view', abroad), true);
  assert.equal(may(both, 'recording:recording:view', home), false);
  assert.equal(may(both, 'conversation:recording:pause', abroad), false);
});

test('an actor without grants may do nothing', () => {
  for (const permission of permissions) assert.equal(may(actor(), permission, home), false);
});
