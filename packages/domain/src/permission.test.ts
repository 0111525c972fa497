import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInRight, builtInRoles } from './built-in-roles.ts';
import type { ClientId, DivisionId } from './ids.ts';
import {
  type Actor,
  may,
  mayAnywhere,
  type PermissionPolicy,
  permissionsOf,
  type Right,
  roleNames,
} from './permission.ts';
import { type Permission, permissions } from './permissions.ts';

const home = 'home' as DivisionId;
const abroad = 'abroad' as DivisionId;

function actor(...rights: readonly Right[]): Actor {
  return { clientId: 'client' as ClientId, name: 'test', rights };
}

const handling: readonly Permission[] = [
  'conversation:call:record',
  'conversation:callback:create',
  'conversation:callback:edit',
  'conversation:communication:blindTransfer',
  'conversation:communication:blindTransferAgent',
  'conversation:communication:blindTransferExternal',
  'conversation:communication:blindTransferExternalContact',
  'conversation:communication:blindTransferQueue',
  'conversation:communication:consultTransfer',
  'conversation:communication:consultTransferAgent',
  'conversation:communication:consultTransferExternal',
  'conversation:communication:consultTransferExternalContact',
  'conversation:communication:consultTransferQueue',
  'conversation:email:create',
  'conversation:email:park',
  'conversation:email:send',
  'conversation:emailAttachment:add',
  'conversation:message:create',
  'conversation:message:park',
  'conversation:participant:wrapup',
  'conversation:webchat:create',
  'video:video:access',
];

const evaluating: readonly Permission[] = [
  'conversation:communication:view',
  'recording:annotation:add',
  'recording:annotation:delete',
  'recording:annotation:edit',
  'recording:annotation:view',
  'recording:recording:view',
  'recording:screenRecording:view',
];

/** Written out a second time on purpose: a right that is given by mistake shows here. */
const expected: { readonly [role in (typeof roleNames)[number]]: readonly Permission[] } = {
  admin: permissions,
  supervisor: [
    ...handling,
    ...evaluating,
    'conversation:call:assign',
    'conversation:call:pull',
    'conversation:callback:assign',
    'conversation:callback:pull',
    'conversation:communication:disconnect',
    'conversation:email:assign',
    'conversation:email:pull',
    'conversation:externalTag:edit',
    'conversation:message:assign',
    'conversation:message:pull',
    'conversation:participant:attributesedit',
    'conversation:participant:attributesview',
    'conversation:recording:pause',
    'conversation:recording:pauseOthers',
    'conversation:webchat:assign',
    'conversation:webchat:pull',
    'tacet:conversation:view',
  ],
  agent: [...handling, 'conversation:recording:pause'],
  'recorder-integration': [
    'conversation:callback:create',
    'conversation:communication:disconnect',
    'conversation:communication:view',
    'conversation:email:create',
    'conversation:externalTag:edit',
    'conversation:message:create',
    'conversation:message:receive',
    'conversation:participant:attributesedit',
    'conversation:participant:attributesview',
    'conversation:recording:pauseOthers',
    'conversation:webchat:create',
    'tacet:conversation:add',
    'tacet:conversation:view',
  ],
  'quality-evaluator': evaluating,
};

test('a role gives its permissions and no other, in its own division and no other', () => {
  assert.deepEqual(new Set(roleNames), new Set(Object.keys(expected)));
  for (const role of roleNames) {
    for (const permission of permissions) {
      const isGiven = expected[role].includes(permission);
      const cell = `${role} × ${permission}`;
      assert.equal(may(actor(builtInRight(role, home)), permission, home), isGiven, cell);
      assert.equal(may(actor(builtInRight(role, home)), permission, abroad), false, `${cell} abroad`);
      assert.equal(may(actor(builtInRight(role, '*')), permission, abroad), isGiven, `${cell} everywhere`);
    }
  }
});

test('the built-in roles have ids of their own, and know that they are built in', () => {
  const roles = roleNames.map((name) => builtInRoles[name]);
  assert.equal(new Set(roles.map(({ id }) => id)).size, roles.length);
  for (const name of roleNames) {
    assert.equal(builtInRoles[name].builtIn, name);
    assert.equal(builtInRoles[name].name, name);
  }
});

test('pausing one’s own conversation and pausing others’ are separate rights', () => {
  const agent = actor(builtInRight('agent', '*'));
  const integration = actor(builtInRight('recorder-integration', '*'));
  assert.equal(may(agent, 'conversation:recording:pause', home), true);
  assert.equal(may(agent, 'conversation:recording:pauseOthers', home), false);
  assert.equal(may(integration, 'conversation:recording:pause', home), false);
  assert.equal(may(integration, 'conversation:recording:pauseOthers', home), true);
});

test('rights add up, each within its own division', () => {
  const both = actor(builtInRight('agent', home), builtInRight('quality-evaluator', abroad));
  assert.equal(may(both, 'conversation:recording:pause', home), true);
  assert.equal(may(both, 'recording:recording:view', abroad), true);
  assert.equal(may(both, 'recording:recording:view', home), false);
  assert.equal(may(both, 'conversation:recording:pause', abroad), false);
});

test('an actor without rights may do nothing', () => {
  for (const permission of permissions) {
    assert.equal(may(actor(), permission, home), false);
    assert.equal(mayAnywhere(actor(), permission), false);
  }
});

test('what is held in one division is held somewhere, and so is what is held everywhere', () => {
  for (const division of [abroad, '*'] as const) {
    const evaluator = actor(builtInRight('quality-evaluator', division));
    for (const permission of permissions) {
      assert.equal(mayAnywhere(evaluator, permission), evaluating.includes(permission), `${permission} in ${division}`);
    }
  }
});

function given(...policies: readonly PermissionPolicy[]): readonly Permission[] {
  return [...permissionsOf(policies)];
}

test('a star stands for every domain, entity or action, and for no part of a word', () => {
  const all = (start: string) => permissions.filter((permission) => permission.startsWith(start));
  assert.deepEqual(given({ domain: '*', entity: '*', actions: ['*'] }), permissions);
  assert.deepEqual(given({ domain: 'recording', entity: '*', actions: ['*'] }), all('recording:'));
  assert.deepEqual(given({ domain: 'oauth', entity: 'client', actions: ['*'] }), all('oauth:client:'));
  assert.deepEqual(
    given({ domain: '*', entity: '*', actions: ['view'] }),
    permissions.filter((permission) => permission.endsWith(':view')),
  );
  for (const pattern of ['rec*', 'record', 'Recording', '', 'recording:recording']) {
    assert.deepEqual(given({ domain: pattern, entity: '*', actions: ['*'] }), [], pattern);
  }
});

test('a policy gives each of its actions, and nothing where it names none or what nobody knows', () => {
  const recording = { domain: 'conversation', entity: 'recording' };
  assert.deepEqual(given({ ...recording, actions: ['pauseOthers', 'pause'] }), [
    'conversation:recording:pause',
    'conversation:recording:pauseOthers',
  ]);
  assert.deepEqual(given({ ...recording, actions: [] }), []);
  assert.deepEqual(given({ ...recording, actions: ['rewind'] }), []);
  assert.deepEqual(given({ domain: 'telephony', entity: 'plugin', actions: ['all'] }), []);
});

test('every policy naming one permission gives that one and no other', () => {
  for (const permission of permissions) {
    const [domain = '', entity = '', action = ''] = permission.split(':');
    assert.deepEqual(given({ domain, entity, actions: [action] }), [permission]);
  }
});
