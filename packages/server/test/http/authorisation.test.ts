/** Who may come in where: every role at the doors that read, and nobody without a right at any door. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInRoles, type Permission, permissionsOf, type RoleName, type UserId } from '@tacet/domain';
import type { Door, GuardedDoor } from '../../src/http/door.ts';
import { agentUser, HttpUnderTest, homeDivision, otherDivision, otherUser } from './http-under-test.ts';

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

const knownIds: readonly string[] = ['{conversationId}', '{recordingId}', '{annotationId}'];

/** Whether the scene has everything that the address names. */
function isInScene({ path }: Door): boolean {
  return (path.match(/\{\w+\}/g) ?? []).every((id) => knownIds.includes(id));
}

/** Doors that change something are tried with their bodies, one by one, in change-rights and in the contract's matrix. */
function isReading(door: Door): boolean {
  return door.method === 'GET' && isInScene(door);
}

async function statusAt({ under, paths }: Scene, door: Door, token: string): Promise<number> {
  return (await under.send(door.method, paths(door), { token })).status;
}

function holds(role: RoleName, { access, needsAll }: GuardedDoor): boolean {
  const held = permissionsOf(builtInRoles[role].policies);
  const has = (permission: Permission): boolean => held.has(permission);
  return needsAll === true ? access.every(has) : access.some(has);
}

/** Doors that list ANY of several rights, of which one counts alone: those who hold only the others are turned away. */
function countsFor(role: RoleName, door: GuardedDoor): boolean {
  const first = door.access.find((permission) => permission === 'recording:recording:view');
  return first === undefined || permissionsOf(builtInRoles[role].policies).has(first);
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
      const guarded = under.app.doors.filter(isGuarded).filter(isReading);
      assert.ok(guarded.length > 20);
      for (const door of guarded) {
        const takesPart = userId === agentUser && door.isForParticipants === true;
        const isLet = takesPart || (holds(role, door) && countsFor(role, door));
        const status = await statusAt(scene, door, token);
        const isRefused = status === 401 || status === 403;
        assert.equal(isRefused, !isLet, `${role} ${who}: ${door.operation} answered ${status}`);
        assert.ok(status < 500, `${door.operation} answered ${status}`);
      }
    });
  }
}

test('a role in another division opens no door to a conversation here', async () => {
  await using under = await HttpUnderTest.start();
  const scene = await prepare(under);
  const token = under.tokens.issue({ role: 'admin', division: otherDivision, userId: otherUser });
  const doors = under.app.doors.filter(isGuarded).filter((door) => door.path.includes('{conversationId}'));
  assert.ok(doors.length > 20);
  for (const door of doors.filter(isReading)) {
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

test('a door turns away whoever holds none of its permissions anywhere, and asks for a user first', async () => {
  await using under = await HttpUnderTest.start();
  const scene = await prepare(under);
  const token = under.tokens.issue();
  const doors = under.app.doors.filter(isGuarded).filter(({ isForParticipants }) => isForParticipants !== true);
  assert.ok(doors.length > 80);
  for (const door of doors) {
    assert.equal(await statusAt(scene, door, token), door.needsUser === true ? 400 : 403, door.operation);
  }
  for (const path of ['/api/v2/tokens/me', '/health/live', '/health/ready']) {
    assert.notEqual((await under.send('GET', path, { token })).status, 403, path);
  }
});

test('every door but those of health, of links to media and replays, and of pages and their scripts refuses a caller without a token', async () => {
  await using under = await HttpUnderTest.start();
  const { paths } = await prepare(under);
  const open = new Set<string>();
  for (const door of under.app.doors) {
    const { status } = await under.send(door.method, paths(door));
    if (status !== 401) open.add(door.operation);
  }
  const expected = [
    'getMedia',
    'headMedia',
    'isLive',
    'isReady',
    'getDocsOpenapi',
    'getApiExplorer',
    'getApiExplorerFile',
    'getCobrowseScript',
    'getCobrowseFile',
    'getCobrowseReplay',
    'getCobrowseReplayEvents',
    'getWebChatPage',
    'getWebChatFile',
  ];
  assert.deepEqual(open, new Set(expected));
});
