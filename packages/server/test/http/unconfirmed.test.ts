/** No half answers: what is not confirmed is an error that names it (P2), and a pause overtakes a resume (P11). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpUnderTest } from './http-under-test.ts';

test('a gate that does not confirm makes the answer 504 with the name of its stream, and the state is not PAUSED', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId, streamIds } = await under.startCall();
  const [silent = assert.fail(), other = assert.fail()] = streamIds;
  under.media.silence(silent);
  const asked = under.setState(`calls/${conversationId}/recordingstate`, 'PAUSED', token);
  const { status, json, headers } = await under.passUntil(asked);
  assert.equal(status, 504);
  assert.partialDeepStrictEqual(json, {
    code: 'request.timeout',
    messageParams: { streams: `[${silent}]` },
    details: [{ errorCode: 'request.timeout', entityId: silent, entityName: 'stream' }],
  });
  assert.match(String((json as { readonly message: string }).message), new RegExp(silent));
  assert.equal(headers.has('tacet-closed-at'), false);
  assert.equal(under.media.isOpen(other), false, 'a gate that did close stays closed');
  const { json: read } = await under.send('GET', `/api/v2/conversations/${conversationId}`, { token });
  assert.partialDeepStrictEqual(read, { recordingState: 'ACTIVE', securePause: false });
  assert.deepEqual(
    under.alarms.map(({ what }) => what),
    ['gateUnconfirmed'],
  );
  under.media.revive(silent);
  assert.equal((await under.setState(`calls/${conversationId}/recordingstate`, 'PAUSED', token)).text, '"PAUSED"');
});

test('a resume whose gates cannot all be heard is 504, and PAUSED is not said again before a pause is confirmed', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId, streamIds } = await under.startCall();
  const door = `calls/${conversationId}/recordingstate`;
  await under.setState(door, 'PAUSED', token);
  const silent = streamIds[1] ?? assert.fail();
  under.media.silence(silent);
  const { status, json } = await under.passUntil(under.setState(door, 'ACTIVE', token));
  assert.equal(status, 504);
  assert.partialDeepStrictEqual(json, { code: 'request.timeout', details: [{ entityId: silent }] });
  for (const streamId of streamIds) assert.equal(under.media.isOpen(streamId), false);
  const { json: read } = await under.send('GET', `/api/v2/conversations/${conversationId}`, { token });
  assert.partialDeepStrictEqual(read, { recordingState: 'ACTIVE', securePause: false });
  under.media.revive(silent);
  assert.equal((await under.setState(door, 'PAUSED', token)).text, '"PAUSED"');
});

test('a resume that a pause overtakes is 409, and recording stays paused', async () => {
  await using under = await HttpUnderTest.start({ resumeGuardMs: 250 });
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId, streamIds } = await under.startCall();
  const door = `calls/${conversationId}/recordingstate`;
  await under.setState(door, 'PAUSED', token);
  under.clock.advance(5_000);
  const resuming = under.setState(door, 'ACTIVE', token);
  await under.somethingWaits();
  const paused = await under.setState(door, 'PAUSED', token);
  assert.deepEqual([paused.status, paused.text], [200, '"PAUSED"']);
  const { status, json } = await resuming;
  assert.equal(status, 409);
  assert.partialDeepStrictEqual(json, { code: 'general.conflict', status: 409 });
  for (const streamId of streamIds) assert.equal(under.media.isOpen(streamId), false);
  const spans = await under.control.store.spansOf(conversationId);
  assert.deepEqual(
    spans.map(({ openedAt }) => openedAt),
    [undefined],
    'one pause, and it lasts',
  );
});

test('a store that fails makes the answer 503, is reported, and never a state that was not written down', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const { conversationId, streamIds } = await under.startCall();
  const { Fault } = await import('@tacet/domain');
  const commit = under.control.store.commit.bind(under.control.store);
  under.control.store.commit = () => Promise.reject(new Fault('storageUnavailable', { reason: 'disk' }));
  const { status, json } = await under.setState(`calls/${conversationId}/recordingstate`, 'PAUSED', token);
  under.control.store.commit = commit;
  assert.equal(status, 503);
  assert.partialDeepStrictEqual(json, { code: 'service.unavailable' });
  assert.doesNotMatch(JSON.stringify(json), /disk/);
  assert.ok(under.reports.some((report) => report.message === 'storageUnavailable'));
  for (const streamId of streamIds) assert.equal(under.media.isOpen(streamId), false, 'it fails closed');
});
