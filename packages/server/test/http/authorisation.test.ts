/** Who may come in where: every role at every door that needs a permission. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInRoles, type Permission, permissionsOf, type RoleName, type UserId } from '@tacet/domain';
import type { Door, GuardedDoor } from '../../src/http/door.ts';
import { agentUser, HttpUnderTest, homeDivision, otherDivision, otherUser, type Sent } from './http-under-test.ts';

interface Scene {
  readonly under: HttpUnderTest;
  readonly paths: (door: Door) => string;
}

/** A call that has ended being recorded but goes on, and one conversation for each door of another media type. */
async function prepare(under: HttpUnderTest): Promise<Scene> {
  const call = await under.startCall();
  const finished = await under.startCall('call-2@sbc.example.test');
  await under.endCall(finished);
  const others = new Map<string, string>();
  for (const [type, path] of [
    ['callback', 'callbacks'],
    ['chat', 'chats'],
    ['cobrowsesession', 'cobrowsesessions'],
    ['email', 'emails'],
    ['message', 'messages'],
    ['screenshare', 'screenshares'],
    ['social', 'socials'],
    ['video', 'videos'],
  ] as const) {
    others.set(path, await under.addConversation(type));
  }
  const paths = (door: Door): string => {
    const other = others.get(door.path.split('/')[4] ?? '');
    const ofRecordings = door.path.includes('recordingId') || door.path.endsWith('/recordings');
    const conversationId = other ?? (ofRecordings ? finished.conversationId : call.conversationId);
    return door.path
      .replace('{conversationId}', conversationId)
      .replace('{recordingId}', finished.recordingId)
      .replace('{annotationId}', finished.recordingId);
  };
  return { under, paths };
}

function isGuarded(door: Door): door is GuardedDoor {
  return door.access !== 'anyone' && door.access.length > 0;
}

async function statusAt({ under, paths }: Scene, door: Door, token: string): Promise<number> {
  const sent: Sent = { token, ...(door.body === undefined ? {} : { body: { recordingState: 'PAUSED' } }) };
  return (await under.send(door.method, paths(door), sent)).status;
}

function holds(role: RoleName, access: readonly Permission[]): boolean {
  const held = permissionsOf(builtInRoles[role].policies);
  return access.some((permission) => held.has(permission));
}

for (const role of Object.keys(builtInRoles) as RoleName[]) {
  for (const [who, userId] of [
    ['without a user', undefined],
    ['as a user who takes part', agentUser],
    ['as a user who takes no part', otherUser],
  ] as const) {
    test(`the role ${role} ${who} opens the doors it should, and no other`, async () => {
      await using under = await HttpUnderTest.start();
      const scene = await prepare(under);
      const user: { readonly userId?: UserId } = userId === undefined ? {} : { userId };
      const token = under.tokens.issue({ role, division: homeDivision, ...user });
      const guarded = under.app.doors.filter(isGuarded);
      assert.ok(guarded.length > 15);
      for (const door of guarded) {
        const takesPart = userId === agentUser;
        const isOwn = door.operation === 'patchConversationsCall';
        const isLet = isOwn
          ? takesPart && holds(role, door.access)
          : holds(role, door.access) || (takesPart && door.isForParticipants === true);
        // The scene has no pauses, so there is an annotation for nobody; 404 is said only to those who may look.
        const letIn = door.operation === 'getConversationRecordingAnnotation' ? [404] : [200, 202];
        const expected = isLet ? letIn : isOwn && userId === undefined ? [400] : [403];
        const status = await statusAt(scene, door, token);
        assert.ok(expected.includes(status), `${role} ${who}: ${door.operation} answered ${status}, not ${expected}`);
      }
    });
  }
}

test('a role in another division opens no door here', async () => {
  await using under = await HttpUnderTest.start();
  const scene = await prepare(under);
  const token = under.tokens.issue({ role: 'admin', division: otherDivision, userId: otherUser });
  for (const door of under.app.doors.filter(isGuarded)) {
    assert.equal(await statusAt(scene, door, token), 403, door.operation);
  }
});

test('a role reaches the conversations of its own division only', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor', division: otherDivision });
  const [here, there] = [await under.addConversation('email'), await under.addConversation('email', otherDivision)];
  assert.equal((await under.setState(`emails/${here}/recordingstate`, 'PAUSED', token)).status, 403);
  assert.equal((await under.setState(`emails/${there}/recordingstate`, 'PAUSED', token)).status, 200);
});

test('a token without any role opens the doors to itself and to health, and no other', async () => {
  await using under = await HttpUnderTest.start();
  const scene = await prepare(under);
  const token = under.tokens.issue();
  for (const door of under.app.doors.filter(isGuarded)) {
    const expected = door.operation === 'patchConversationsCall' ? 400 : 403;
    assert.equal(await statusAt(scene, door, token), expected, door.operation);
  }
  for (const path of ['/api/v2/tokens/me', '/health/live', '/health/ready']) {
    assert.equal((await under.send('GET', path, { token })).status, 200, path);
  }
});

test('every door but those of health and of media links refuses a caller without a token', async () => {
  await using under = await HttpUnderTest.start();
  const { paths } = await prepare(under);
  const open: string[] = [];
  for (const door of under.app.doors) {
    const { status } = await under.send(door.method, paths(door));
    if (status !== 401) open.push(door.operation);
  }
  assert.deepEqual(open, ['getMedia', 'headMedia', 'isLive', 'isReady']);
});
