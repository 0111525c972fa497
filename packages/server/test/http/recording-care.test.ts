/** What is set about finished recordings: dates, protection from deletion; and what there is none of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpUnderTest, otherDivision, type StartedCall } from './http-under-test.ts';

const protection = '/api/v2/recordings/deletionprotection';
const unknown = '11111111-2222-4333-8444-555555555555';

async function finishedCall(under: HttpUnderTest): Promise<StartedCall> {
  const call = await under.startCall();
  under.clock.advance(1_000);
  await under.endCall(call);
  return call;
}

function pathOf({ conversationId, recordingId }: StartedCall): string {
  return `/api/v2/conversations/${conversationId}/recordings/${recordingId}`;
}

test('the dates of a recording are set together, shown, and taken away by leaving them out', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const call = await finishedCall(under);
  const dates = { archiveDate: '2030-01-02T03:04:05.006Z', deleteDate: '2031-01-02T03:04:05.006Z' };
  const put = await under.send('PUT', pathOf(call), { token, body: dates });
  assert.equal(put.status, 200);
  assert.partialDeepStrictEqual(put.json, { id: call.recordingId, ...dates });
  const read = await under.send('GET', `${pathOf(call)}?formatId=NONE`, { token });
  assert.partialDeepStrictEqual(read.json, dates);
  const { deleteDate } = dates;
  const less = await under.send('PUT', pathOf(call), { token, body: { deleteDate } });
  assert.equal(Object.hasOwn(less.json as object, 'archiveDate'), false);
  assert.partialDeepStrictEqual(less.json, { deleteDate });
});

test('retention dates are set with recording:recording:editRetention, beside the right to view', async () => {
  await using under = await HttpUnderTest.start();
  const call = await finishedCall(under);
  const body = { deleteDate: '2031-01-02T03:04:05.006Z' };
  for (const token of [
    under.tokens.issue({ role: 'quality-evaluator' }),
    under.tokens.issueRights(['recording:recording:editRetention']),
    under.tokens.issue({ role: 'admin', division: otherDivision }),
  ]) {
    assert.equal((await under.send('PUT', pathOf(call), { token, body })).status, 403);
  }
});

test('dates of a recording that goes on, and dates that are none, are refused', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const call = await under.startCall();
  const put = (body: unknown) => under.send('PUT', pathOf(call), { token, body });
  assert.equal((await put({ deleteDate: '2031-01-02T03:04:05.006Z' })).status, 400);
  under.clock.advance(1_000);
  await under.endCall(call);
  for (const body of [{ deleteDate: 'soon' }, { deleteDate: 5 }, { exportDate: '2031-01-02T03:04:05.006Z' }]) {
    assert.equal((await put(body)).status, 400, JSON.stringify(body));
  }
});

test('protection is put on and taken off by conversation, and keeps deletion dates off', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const [one, two] = [await finishedCall(under), await under.startCall('call-2@sbc.example.test')];
  const conversationIds = [one.conversationId, two.conversationId, unknown];
  const put = await under.send('PUT', `${protection}?protect=true`, { token, body: { conversationIds } });
  assert.equal(put.status, 200);
  assert.partialDeepStrictEqual(put.json, {
    failedUpdates: [{ conversation: { id: unknown }, errorCode: 'conversation.not.found' }],
  });
  const body = { deleteDate: '2031-01-02T03:04:05.006Z' };
  assert.equal((await under.send('PUT', pathOf(one), { token, body })).status, 409);
  const off = { token, body: { conversationIds: [one.conversationId] } };
  assert.deepEqual((await under.send('PUT', `${protection}?protect=false`, off)).json, { failedUpdates: [] });
  assert.equal((await under.send('PUT', pathOf(one), { token, body })).status, 200);
  const asked = await under.send('POST', protection, { token, body: { conversationIds } });
  const selfUri = `/api/v2/conversations/${two.conversationId}`;
  assert.deepEqual(asked.json, [{ id: two.conversationId, selfUri }]);
});

test('putting protection on and taking it off are separate rights, within their division', async () => {
  await using under = await HttpUnderTest.start();
  const { conversationId } = await finishedCall(under);
  const body = { conversationIds: [conversationId] };
  const failures = async (token: string, protect: boolean): Promise<number> => {
    const { json } = await under.send('PUT', `${protection}?protect=${protect}`, { token, body });
    return (json as { readonly failedUpdates: readonly unknown[] }).failedUpdates.length;
  };
  const applier = under.tokens.issueRights(['recording:deletionProtection:apply']);
  assert.equal(await failures(applier, true), 0);
  assert.equal(await failures(applier, false), 1);
  assert.equal(await failures(under.tokens.issue({ role: 'admin', division: otherDivision }), false), 1);
  const reader = under.tokens.issue({ role: 'admin', division: otherDivision });
  assert.deepEqual((await under.send('POST', protection, { token: reader, body })).json, []);
  assert.equal(
    (await under.send('PUT', protection, { token: under.tokens.issue({ role: 'agent' }), body })).status,
    403,
  );
});

test('there are no orphan recordings, and screens that are recorded are counted', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  await under.startCall();
  const orphans = await under.send('GET', '/api/v2/orphanrecordings', { token });
  assert.partialDeepStrictEqual(orphans.json, { entities: [], total: 0, pageSize: 25, pageNumber: 1 });
  const screens = await under.send('GET', '/api/v2/recordings/screensessions/details', { token });
  assert.deepEqual(screens.json, { count: 0 });
});
