/** Bookmarks: put into recordings, moved, removed, and shown to those who may see them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentUser, HttpUnderTest, otherDivision, type Received, type StartedCall } from './http-under-test.ts';
import { pausedCall } from './paused-call.ts';

interface Scene {
  readonly call: StartedCall;
  readonly path: string;
  readonly send: (method: string, rest?: string, body?: unknown) => Promise<Received>;
}

async function scene(under: HttpUnderTest, userId = agentUser): Promise<Scene> {
  const call = await pausedCall(under);
  const token = under.tokens.issue({ role: 'quality-evaluator', userId });
  const path = `/api/v2/conversations/${call.conversationId}/recordings/${call.recordingId}/annotations`;
  const send: Scene['send'] = (method, rest = '', body) =>
    under.send(method, `${path}${rest}`, { token, ...(body === undefined ? {} : { body }) });
  return { call, path, send };
}

function idOf({ json }: Received): string {
  return (json as { readonly id: string }).id;
}

test('a bookmark stands between the pauses in the order of its place, with all offsets and who set it', async () => {
  await using under = await HttpUnderTest.start();
  const { path, send } = await scene(under);
  const put = await send('POST', '', {
    name: 'Complaint',
    description: 'Listen here',
    location: 85_000,
    durationMs: 9_000,
  });
  assert.equal(put.status, 200);
  assert.deepEqual(put.json, {
    id: idOf(put),
    type: 'bookmark',
    name: 'Complaint',
    description: 'Listen here',
    location: 85_000,
    durationMs: 9_000,
    absoluteLocation: 65_000,
    absoluteDurationMs: 9_000,
    realtimeLocation: 85_000,
    recordingLocation: 65_000,
    recordingDurationMs: 8_000,
    user: { id: agentUser, selfUri: `/api/v2/users/${agentUser}`, version: 1 },
    annotations: [],
    selfUri: `${path}/${idOf(put)}`,
  });
  const { json } = await send('GET');
  const types = (json as readonly { readonly type: string; readonly location: number }[]).map((one) => one.type);
  assert.deepEqual(types, ['pause', 'bookmark', 'pause']);
  assert.deepEqual((await send('GET', `/${idOf(put)}`)).json, put.json);
});

test('a change leaves alone what it does not name, and both POST and PUT change or add', async () => {
  await using under = await HttpUnderTest.start();
  const { send } = await scene(under);
  const first = await send('POST', '', { name: 'One', location: 1_000 });
  const changed = await send('PUT', `/${idOf(first)}`, { location: 2_000 });
  assert.partialDeepStrictEqual(changed.json, { id: idOf(first), name: 'One', location: 2_000, durationMs: 0 });
  const again = await send('POST', '', { id: idOf(first), description: 'More' });
  assert.partialDeepStrictEqual(again.json, { id: idOf(first), name: 'One', description: 'More', location: 2_000 });
  const chosen = '11111111-2222-4333-8444-555555555555';
  assert.partialDeepStrictEqual((await send('PUT', `/${chosen}`, { location: 3_000 })).json, { id: chosen });
  assert.equal((await send('GET')).text.match(/"bookmark"/g)?.length, 2);
});

test('a bookmark that was removed is gone, and its removal is in the audit log', async () => {
  await using under = await HttpUnderTest.start();
  const { call, send } = await scene(under);
  const id = idOf(await send('POST', '', { location: 5_000 }));
  assert.equal((await send('DELETE', `/${id}`)).status, 204);
  assert.equal((await send('GET', `/${id}`)).status, 404);
  assert.equal((await send('DELETE', `/${id}`)).status, 404);
  const entries = (await under.audit(call.conversationId)).filter(({ action }) => action === 'bookmarkChanged');
  assert.deepEqual(
    entries.map(({ facts }) => facts['change']),
    ['added', 'removed'],
  );
});

test('pauses cannot be changed or removed as if they were bookmarks', async () => {
  await using under = await HttpUnderTest.start();
  const { call, send } = await scene(under);
  assert.equal((await send('DELETE', `/${call.recordingId}`)).status, 404);
  assert.equal((await send('PUT', `/${call.recordingId}`, { location: 1 })).status, 404);
  assert.equal((await send('GET')).text.match(/"pause"/g)?.length, 2);
});

test('adding a bookmark and changing one are separate rights, beside that to view the recording', async () => {
  await using under = await HttpUnderTest.start();
  const { path, send } = await scene(under);
  const id = idOf(await send('POST', '', { location: 5_000 }));
  const integration = under.tokens.issue({ role: 'recorder-integration' });
  const abroad = under.tokens.issue({ role: 'quality-evaluator', division: otherDivision });
  for (const token of [integration, abroad]) {
    assert.equal((await under.send('POST', path, { token, body: { location: 1 } })).status, 403);
    assert.equal((await under.send('PUT', `${path}/${id}`, { token, body: { location: 1 } })).status, 403);
    assert.equal((await under.send('DELETE', `${path}/${id}`, { token })).status, 403);
  }
});

test('bookmarks are shown to holders of recording:annotation:view only', async () => {
  await using under = await HttpUnderTest.start();
  const { call, send } = await scene(under);
  await send('POST', '', { location: 5_000 });
  const recordings = `/api/v2/conversations/${call.conversationId}/recordings?formatId=NONE`;
  const mayNot = under.tokens.issueRights(['recording:recording:view']);
  const may = under.tokens.issueRights(['recording:recording:view', 'recording:annotation:view']);
  assert.doesNotMatch((await under.send('GET', recordings, { token: mayNot })).text, /bookmark/);
  assert.match((await under.send('GET', recordings, { token: may })).text, /bookmark/);
});

test('a bookmark outside of its recording, of another recording or without a place is refused', async () => {
  await using under = await HttpUnderTest.start();
  const { send } = await scene(under);
  for (const body of [
    {},
    { location: -1 },
    { location: 101_001 },
    { location: 100_000, durationMs: 2_000 },
    { location: '5' },
  ]) {
    const { status, json } = await send('POST', '', body);
    assert.partialDeepStrictEqual(json, { status: 400, code: 'constraint.validation' }, JSON.stringify(body));
    assert.equal(status, 400);
  }
  assert.equal((await send('POST', '', { location: 1, description: 'x'.repeat(501) })).status, 400);
  assert.equal((await send('PUT', '/nothing', { location: 1 })).status, 404);
});
