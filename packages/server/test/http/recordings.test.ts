/** Recordings, their metadata and their annotations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeMediaNews } from '../../src/control/index.ts';
import { HttpUnderTest, type Received, type StartedCall } from './http-under-test.ts';
import { pausedCall } from './paused-call.ts';

interface RecordingAnswer {
  readonly id: string;
  readonly outputDurationMs: number;
  readonly mediaUris?: { readonly [part: string]: { readonly mediaUri: string } };
}

const firstPause = {
  type: 'pause',
  reason: 'SecurePause',
  location: 61_000,
  durationMs: 20_000,
  absoluteLocation: 61_000,
  absoluteDurationMs: 20_000,
  realtimeLocation: 61_000,
  recordingLocation: 61_000,
  recordingDurationMs: 0,
  annotations: [],
};
const secondPause = {
  ...firstPause,
  location: 91_000,
  durationMs: 1_000,
  absoluteLocation: 71_000,
  absoluteDurationMs: 1_000,
  realtimeLocation: 91_000,
  recordingLocation: 71_000,
};

function get(under: HttpUnderTest, call: StartedCall, rest: string): Promise<Received> {
  const token = under.tokens.issue({ role: 'quality-evaluator', name: 'Quality' });
  return under.send('GET', `/api/v2/conversations/${call.conversationId}/${rest}`, { token });
}

test('a recording shows when it was made, what it is, where it was paused, and where its media is', async () => {
  await using under = await HttpUnderTest.start();
  const call = await pausedCall(under);
  const one = await get(under, call, `recordings/${call.recordingId}`);
  const list = await get(under, call, 'recordings');
  assert.deepEqual([one.status, list.status], [200, 200]);
  for (const json of [one.json, (list.json as readonly unknown[])[0]]) {
    assert.partialDeepStrictEqual(json, {
      id: call.recordingId,
      conversationId: call.conversationId,
      media: 'audio',
      mediaSubtype: 'Trunk',
      recordingFileRole: 'CUSTOMER_EXPERIENCE',
      fileState: 'AVAILABLE',
      startTime: '2026-05-28T20:26:40.000Z',
      endTime: '2026-05-28T20:28:21.000Z',
      sessionId: 'call-1@sbc.example.test',
      outputDurationMs: 101_000,
      annotations: [firstPause, secondPause],
      selfUri: `/api/v2/conversations/${call.conversationId}/recordings/${call.recordingId}`,
    });
    const { mediaUris } = json as RecordingAnswer;
    assert.match(mediaUris?.['0']?.mediaUri ?? '', /^http:\/\/127\.0\.0\.1:\d+\/tacet\/v1\/media\/[\w-]{43}$/);
  }
});

test('all pause annotations of a recording share one id, and that id leads to all of them', async () => {
  await using under = await HttpUnderTest.start();
  const call = await pausedCall(under);
  const { json } = await get(under, call, `recordings/${call.recordingId}/annotations`);
  const annotations = json as readonly { readonly id: string }[];
  assert.partialDeepStrictEqual(annotations, [firstPause, secondPause]);
  assert.equal(new Set(annotations.map(({ id }) => id)).size, 1);
  const id = annotations[0]?.id;
  const one = await get(under, call, `recordings/${call.recordingId}/annotations/${id}`);
  assert.equal(one.status, 200);
  assert.partialDeepStrictEqual(one.json, { ...firstPause, annotations: [secondPause] });
  const unknown = await get(under, call, `recordings/${call.recordingId}/annotations/${call.conversationId}`);
  assert.equal(unknown.status, 404);
  assert.partialDeepStrictEqual(unknown.json, { code: 'not.found' });
});

test('a recording without a pause has no annotation', async () => {
  await using under = await HttpUnderTest.start();
  const call = await under.startCall();
  await under.endCall(call);
  const { json } = await get(under, call, `recordings/${call.recordingId}/annotations`);
  assert.deepEqual(json, []);
});

test('metadata has no media and no start, and annotations once the file is there', async () => {
  await using under = await HttpUnderTest.start();
  const call = await pausedCall(under);
  const one = await get(under, call, `recordingmetadata/${call.recordingId}`);
  const list = await get(under, call, 'recordingmetadata');
  for (const json of [one.json, (list.json as readonly unknown[])[0]]) {
    assert.partialDeepStrictEqual(json, {
      id: call.recordingId,
      media: 'audio',
      mediaSubtype: 'Trunk',
      fileState: 'AVAILABLE',
      endTime: '2026-05-28T20:28:21.000Z',
      annotations: [firstPause, secondPause],
      selfUri: `/api/v2/conversations/${call.conversationId}/recordingmetadata/${call.recordingId}`,
    });
    for (const absent of ['startTime', 'mediaUris']) assert.equal(absent in Object(json), false, absent);
  }
  assert.equal((await under.audit()).filter(({ action }) => action === 'playbackOpened').length, 0);
});

test('metadata of a recording that goes on has neither an end nor annotations', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  const call = await under.startCall();
  await under.setState(`calls/${call.conversationId}/recordingstate`, 'PAUSED', token);
  under.clock.advance(1_000);
  const { json } = await get(under, call, `recordingmetadata/${call.recordingId}`);
  assert.partialDeepStrictEqual(json, { fileState: 'UPLOADING', annotations: [] });
  assert.equal('endTime' in Object(json), false);
});

test('where pauses are cut out the media is shorter by them, and its address says so', async () => {
  await using under = await HttpUnderTest.start();
  const call = await pausedCall(under);
  for (const [gap, ms] of [
    ['silence', 101_000],
    ['tone', 101_000],
    ['cut', 80_000],
  ] as const) {
    const { json } = await get(under, call, `recordings/${call.recordingId}?gap=${gap}`);
    const { outputDurationMs, mediaUris } = json as RecordingAnswer;
    assert.equal(outputDurationMs, ms);
    assert.match(mediaUris?.['0']?.mediaUri ?? '', new RegExp(`\\?gap=${gap}$`));
  }
  const { status } = await get(under, call, `recordings/${call.recordingId}?gap=music`);
  assert.equal(status, 400);
});

test('without an encoder WAV in both encodings and NONE can be had, and what cannot says what is missing', async () => {
  await using under = await HttpUnderTest.start();
  const call = await pausedCall(under);
  for (const rest of ['recordings', `recordings/${call.recordingId}`]) {
    for (const [query, hasMedia] of [
      ['', true],
      ['formatId=WAV', true],
      ['formatId=wav_ulaw', true],
      ['formatId=NONE', false],
      ['formatId=WEBM&mediaFormats=MP3,WAV', true],
      ['mediaFormats=WAV&formatId=NONE', true],
      ['mediaFormats=OGG_OPUS&mediaFormats=WAV_ULAW', true],
    ] as const) {
      const { status, json } = await get(under, call, `${rest}?${query}`);
      assert.equal(status, 200, query);
      const one = (Array.isArray(json) ? json[0] : json) as RecordingAnswer;
      assert.equal(one.mediaUris !== undefined, hasMedia, query);
    }
    for (const format of ['WEBM', 'OGG_VORBIS', 'OGG_OPUS', 'MP3', 'mp3']) {
      const { status, json } = await get(under, call, `${rest}?formatId=${format}`);
      assert.equal(status, 400, format);
      assert.partialDeepStrictEqual(json, { code: 'invalid.query.param.value' });
      const { message } = json as { readonly message: string };
      assert.match(message, new RegExp(`${format.toUpperCase()}.* ffmpeg .*WAV, WAV_ULAW and NONE`));
    }
    for (const query of ['formatId=FLAC', 'mediaFormats=NONE', 'mediaFormats=WAV,FLAC', 'formatId=WAV,MP3']) {
      const { status, json } = await get(under, call, `${rest}?${query}`);
      assert.equal(status, 400, query);
      assert.partialDeepStrictEqual(json, { code: 'invalid.query.param.value' });
    }
  }
});

test('parameters that change nothing here are judged all the same', async () => {
  await using under = await HttpUnderTest.start();
  const call = await pausedCall(under);
  const one = `recordings/${call.recordingId}`;
  for (const [rest, query, expected] of [
    ['recordings', 'locale=de&includePauseAnnotationsForScreenRecordings=TRUE', 200],
    ['recordings', 'includePauseAnnotationsForScreenRecordings=perhaps', 400],
    ['recordings', `locale=${'x'.repeat(36)}`, 400],
    ['recordings', 'fileName=of-a-single-one-only', 200],
    [one, 'emailFormatId=EML&chatFormatId=zip&messageFormatId=NONE&download=true&fileName=a&locale=en-GB', 200],
    [one, 'emailFormatId=ZIP', 400],
    [one, 'chatFormatId=EML', 400],
    [one, 'messageFormatId=PDF', 400],
    [one, 'download=yes', 400],
    [one, `fileName=${'x'.repeat(151)}`, 400],
    [one, 'formatId=NONE&fileName=a&fileName=b', 400],
  ] as const) {
    assert.equal((await get(under, call, `${rest}?${query}`)).status, expected, `${rest}?${query}`);
  }
});

test('a link to media is given out only after the audit log says so', async () => {
  await using under = await HttpUnderTest.start();
  const call = await pausedCall(under);
  const { headers } = await get(under, call, `recordings/${call.recordingId}`);
  const opened = (await under.audit()).filter(({ action }) => action === 'playbackOpened');
  assert.equal(opened.length, 1);
  assert.partialDeepStrictEqual(opened[0], {
    result: 'done',
    conversationId: call.conversationId,
    recordingId: call.recordingId,
    by: { name: 'Quality', requestId: headers.get('inin-correlation-id') },
  });
  const { store } = under.control;
  const { Fault } = await import('@tacet/domain');
  const commit = store.commit.bind(store);
  store.commit = () => Promise.reject(new Fault('storageUnavailable'));
  const { status, text } = await get(under, call, `recordings/${call.recordingId}`);
  store.commit = commit;
  assert.equal(status, 503);
  assert.doesNotMatch(text, /media\//);
});

test('who waits for a recording that goes on gets it when it is ready', async () => {
  await using under = await HttpUnderTest.start();
  const call = await under.startCall();
  const asked = [get(under, call, 'recordings'), get(under, call, `recordings/${call.recordingId}`)];
  await under.somethingWaits();
  under.clock.advance(1_000);
  await under.endCall(call);
  for (const answer of asked) {
    const { status, json } = await under.passUntil(answer);
    assert.equal(status, 200);
    const one = (Array.isArray(json) ? json[0] : json) as RecordingAnswer;
    assert.ok(one.mediaUris);
  }
});

test('when the wait is over the list is 202 without a body, and a single recording 202 with one', async () => {
  await using under = await HttpUnderTest.start();
  const call = await under.startCall();
  for (const [query, waitMs] of [
    ['', 5_000],
    ['?maxWaitMs=1', 1],
    ['?maxWaitMs=700', 700],
    ['?maxWaitMs=2000000000', 10_000],
  ] as const) {
    const since = under.clock.now();
    const list = await under.passUntil(get(under, call, `recordings${query}`), 1);
    assert.deepEqual([list.status, list.text], [202, '']);
    const waited = under.clock.now() - since;
    assert.ok(waited >= waitMs, `waited ${waited} ms of ${waitMs}`);
    const one = await under.passUntil(get(under, call, `recordings/${call.recordingId}${query}`));
    assert.equal(one.status, 202);
    assert.partialDeepStrictEqual(one.json, { id: call.recordingId, fileState: 'UPLOADING' });
    for (const absent of ['mediaUris', 'startTime', 'endTime', 'outputDurationMs']) {
      assert.equal(absent in Object(one.json), false, absent);
    }
  }
  assert.equal((await under.audit()).filter(({ action }) => action === 'playbackOpened').length, 0);
  for (const query of ['maxWaitMs=0', 'maxWaitMs=-1', 'formatId=NONE&maxWaitMs=soon']) {
    assert.equal((await get(under, call, `recordings?${query}`)).status, 400, query);
  }
});

test('a description without media is not waited for', async () => {
  await using under = await HttpUnderTest.start();
  const call = await under.startCall();
  const { status, json } = await get(under, call, 'recordings?formatId=NONE');
  assert.equal(status, 200);
  assert.partialDeepStrictEqual(json, [{ id: call.recordingId, fileState: 'UPLOADING' }]);
});

test('a recording that broke off is in error, and what there is of it can be played', async () => {
  await using under = await HttpUnderTest.start();
  const call = await under.startCall();
  const [streamId = assert.fail()] = call.streamIds;
  const at = under.clock.now();
  await takeMediaNews(under.control, { kind: 'captureFailed', streamId, at, reason: 'storage', intervals: [] });
  const live = await get(under, call, `recordings/${call.recordingId}`);
  assert.equal(live.status, 200);
  assert.partialDeepStrictEqual(live.json, { fileState: 'ERROR' });
  assert.equal('mediaUris' in Object(live.json), false, 'there is nothing to play while it goes on');
  await under.endCall(call);
  const { json } = await get(under, call, `recordings/${call.recordingId}`);
  assert.partialDeepStrictEqual(json, { fileState: 'ERROR', mediaUris: { '0': {} } });
});

test('a recording is found under its own conversation only, and what is unknown has the code of its kind', async () => {
  await using under = await HttpUnderTest.start();
  const call = await pausedCall(under);
  const other = await under.startCall('call-2@sbc.example.test');
  const unknown = '9f9b6b3e-0000-4000-8000-000000000000';
  const elsewhere = { ...call, conversationId: unknown as typeof call.conversationId };
  for (const kind of ['recordings', 'recordingmetadata']) {
    for (const id of [call.recordingId, unknown, 'no-uuid']) {
      const { status, json } = await get(under, other, `${kind}/${id}`);
      assert.equal(status, 404, `${kind} ${id}`);
      assert.partialDeepStrictEqual(json, { code: 'not.found' });
    }
    for (const rest of [kind, `${kind}/${call.recordingId}`]) {
      const { status, json } = await get(under, elsewhere, rest);
      assert.equal(status, 404, rest);
      assert.partialDeepStrictEqual(json, { code: 'conversation.not.found' });
    }
  }
});
