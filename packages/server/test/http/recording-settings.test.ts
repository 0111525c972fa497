/** Settings of recording: their defaults, and who may change which. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpUnderTest } from './http-under-test.ts';

const path = '/api/v2/recording/settings';

const usual = {
  maxSimultaneousStreams: 1,
  maxConfigurableScreenRecordingStreams: 4,
  regionalRecordingStorageEnabled: false,
  recordingPlaybackUrlTtl: 60,
  recordingBatchDownloadUrlTtl: 60,
  stopRecordingWhenOnlyExternalParticipants: false,
};

test('the settings of recording can be read by whoever has a token, and begin as the contract has them', async () => {
  await using under = await HttpUnderTest.start();
  const { status, json } = await under.send('GET', `${path}?createDefault=true`, { token: under.tokens.issue() });
  assert.equal(status, 200);
  assert.deepEqual(json, usual);
});

test('what is set stays set, what is left out stays as it was, and the change is in the audit log', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const put = await under.send('PUT', path, { token, body: { recordingPlaybackUrlTtl: 5 } });
  assert.deepEqual(put.json, { ...usual, recordingPlaybackUrlTtl: 5 });
  assert.deepEqual((await under.send('GET', path, { token })).json, put.json);
  await under.send('PUT', path, { token, body: { recordingPlaybackUrlTtl: 5 } });
  const entries = (await under.audit()).filter(({ action }) => action === 'recordingSettingsChanged');
  assert.deepEqual(
    entries.map(({ facts }) => facts),
    [{ changed: ['recordingPlaybackUrlTtl'] }],
  );
});

test('each part of the recording settings is changed with its own right', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issueRights(['recording:settings:editUrlExpiration']);
  const put = (body: unknown) => under.send('PUT', path, { token, body });
  assert.equal((await put({ recordingPlaybackUrlTtl: 10 })).status, 200);
  const refused = await put({ recordingPlaybackUrlTtl: 11, maxSimultaneousStreams: 2 });
  assert.partialDeepStrictEqual(refused.json, {
    status: 403,
    messageParams: { permissions: '[recording:settings:editScreenRecordings]' },
  });
  assert.deepEqual((await under.send('GET', path, { token })).json, { ...usual, recordingPlaybackUrlTtl: 10 });
});

test('links to media are good for as long as the settings say', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  assert.equal((await under.send('PUT', path, { token, body: { recordingPlaybackUrlTtl: 2 } })).status, 200);
  const call = await under.startCall();
  under.clock.advance(1_000);
  await under.endCall(call);
  const list = `/api/v2/conversations/${call.conversationId}/recordings?formatId=WAV`;
  const { json } = await under.send('GET', list, { token });
  const [recording] = json as readonly {
    readonly mediaUris: { readonly [part: string]: { readonly mediaUri: string } };
  }[];
  const uri = recording?.mediaUris['0']?.mediaUri ?? '';
  under.clock.advance(119_000);
  assert.equal((await under.send('GET', uri)).status, 200);
  under.clock.advance(2_000);
  assert.equal((await under.send('GET', uri)).status, 404);
});

test('values out of range, and what this server does not offer, are refused', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  for (const body of [
    { recordingPlaybackUrlTtl: 1 },
    { recordingPlaybackUrlTtl: 61 },
    { recordingBatchDownloadUrlTtl: 2.5 },
    { regionalRecordingStorageEnabled: true },
    { stopRecordingWhenOnlyExternalParticipants: true },
  ]) {
    assert.equal((await under.send('PUT', path, { token, body })).status, 400, JSON.stringify(body));
  }
});
