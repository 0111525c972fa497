/** Media that takes time to make: 202 until it is there, and links that lead to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import { settled } from '@tacet/testkit';
import { mediaFormats } from '../../src/http/ports.ts';
import { HttpUnderTest, type Received, type StartedCall, type Wish } from './http-under-test.ts';

interface RecordingAnswer {
  readonly id: string;
  readonly estimatedTranscodeTimeMs?: number;
  readonly actualTranscodeTimeMs?: number;
  readonly outputSizeInBytes?: number;
  readonly outputDurationMs?: number;
  readonly mediaUris?: { readonly [part: string]: { readonly mediaUri: string } };
}

/** A server with an encoder. */
async function start(wish: Wish = {}): Promise<HttpUnderTest> {
  const under = await HttpUnderTest.start(wish);
  under.playback.formats = mediaFormats;
  return under;
}

async function endedCall(under: HttpUnderTest, sourceId?: string): Promise<StartedCall> {
  const call = await under.startCall(sourceId);
  under.clock.advance(10_000);
  await under.endCall(call);
  return call;
}

function get(under: HttpUnderTest, call: StartedCall, rest: string): Promise<Received> {
  const token = under.tokens.issue({ role: 'quality-evaluator' });
  return under.send('GET', `/api/v2/conversations/${call.conversationId}/${rest}`, { token });
}

function uriOf(json: unknown): string {
  return (json as RecordingAnswer).mediaUris?.['0']?.mediaUri ?? assert.fail('there is no link');
}

async function transcodes(under: HttpUnderTest, count: number): Promise<void> {
  while (under.playback.transcodes.length < count) await settled();
}

test('while a format is not ready the list is 202 without a body, and a single recording 202 with an estimate', async () => {
  await using under = await start();
  const call = await endedCall(under);
  const since = under.clock.now();
  const list = await under.passUntil(get(under, call, 'recordings?formatId=MP3&maxWaitMs=700'));
  assert.deepEqual([list.status, list.text], [202, '']);
  assert.ok(under.clock.now() - since >= 700);
  const one = await under.passUntil(get(under, call, `recordings/${call.recordingId}?formatId=MP3`));
  assert.equal(one.status, 202);
  assert.partialDeepStrictEqual(one.json, { id: call.recordingId, estimatedTranscodeTimeMs: 1_234 });
  for (const absent of ['mediaUris', 'actualTranscodeTimeMs', 'outputSizeInBytes']) {
    assert.equal(absent in Object(one.json), false, absent);
  }
  assert.equal(under.playback.transcodes.length, 1, 'both asked for the same');
  assert.equal((await under.audit()).filter(({ action }) => action === 'playbackOpened').length, 0);
});

test('who waits gets it as soon as it is made, with its size, length and what it took', async () => {
  await using under = await start();
  const call = await endedCall(under);
  const asked = ['recordings?formatId=OGG_OPUS', `recordings/${call.recordingId}?formatId=OGG_OPUS`];
  const answers = asked.map((rest) => get(under, call, rest));
  await transcodes(under, 1);
  under.playback.transcodes[0]?.end('made');
  for (const answer of answers) {
    const { status, json } = await answer;
    assert.equal(status, 200);
    const one = (Array.isArray(json) ? json[0] : json) as RecordingAnswer;
    assert.partialDeepStrictEqual(one, {
      actualTranscodeTimeMs: 321,
      outputSizeInBytes: 100_000,
      outputDurationMs: 10_000,
    });
    assert.equal('estimatedTranscodeTimeMs' in one, false);
    assert.match(uriOf(one), /\/tacet\/v1\/media\/[\w-]{43}$/);
  }
});

test('a caller that polls keeps its transcode going, and finds it done', async () => {
  await using under = await start();
  const call = await endedCall(under);
  const path = `recordings/${call.recordingId}?formatId=MP3&maxWaitMs=1`;
  for (let time = 0; time < 3; time += 1) {
    assert.equal((await under.passUntil(get(under, call, path))).status, 202);
  }
  assert.equal(under.playback.transcodes.length, 1);
  assert.ok((under.playback.transcodes[0]?.askedCount ?? 0) >= 3);
  under.playback.transcodes[0]?.end('made');
  assert.equal((await get(under, call, path)).status, 200);
});

test('the format that nobody names is WEBM, and WAV where the recording is too long for that', async () => {
  await using under = await start();
  const call = await endedCall(under);
  const first = get(under, call, 'recordings');
  await transcodes(under, 1);
  assert.equal(under.playback.transcodes[0]?.wanted.format, 'WEBM');
  under.playback.transcodes[0]?.end('made');
  const { json } = await first;
  assert.equal((await fetch(uriOf((json as readonly unknown[])[0]))).headers.get('content-type'), 'audio/webm');
  under.playback.tooLongFor = ['WEBM'];
  const long = await get(under, call, `recordings/${call.recordingId}`);
  assert.equal((await fetch(uriOf(long.json))).headers.get('content-type'), 'audio/wav');
  const named = await get(under, call, `recordings/${call.recordingId}?formatId=WEBM`);
  assert.equal(named.status, 400);
  assert.partialDeepStrictEqual(named.json, { code: 'invalid.query.param.value' });
});

test('of several formats that will do one is given: WAV before what has to be made', async () => {
  await using under = await start();
  const call = await endedCall(under);
  for (const [formats, contentType] of [
    ['MP3,WAV', 'audio/wav'],
    ['WEBM,WAV_ULAW', 'audio/wav'],
    ['MP3,OGG_VORBIS,WEBM,OGG_OPUS', 'audio/ogg'],
    ['MP3', 'audio/mpeg'],
  ] as const) {
    const path = `recordings/${call.recordingId}?mediaFormats=${formats}&formatId=NONE`;
    const asked = get(under, call, path);
    if (contentType !== 'audio/wav') {
      await transcodes(under, under.playback.transcodes.length + 1);
      under.playback.transcodes.at(-1)?.end('made');
    }
    const { json } = await asked;
    assert.deepEqual(Object.keys((json as RecordingAnswer).mediaUris ?? {}), ['0']);
    assert.equal((await fetch(uriOf(json))).headers.get('content-type'), contentType, formats);
  }
});

test('the pause style is part of what is made', async () => {
  await using under = await start();
  const call = await endedCall(under);
  for (const gap of ['cut', 'tone'] as const) {
    const asked = get(under, call, `recordings/${call.recordingId}?formatId=MP3&gap=${gap}`);
    await transcodes(under, gap === 'cut' ? 1 : 2);
    const transcode = under.playback.transcodes.at(-1);
    assert.deepEqual(transcode?.wanted, { format: 'MP3', gap });
    transcode.end('made');
    const { json } = await asked;
    assert.match(uriOf(json), new RegExp(`\\?gap=${gap}$`));
    assert.equal((await fetch(uriOf(json))).status, 200);
    assert.partialDeepStrictEqual(under.playback.opened.at(-1), { format: 'MP3', gap });
  }
});

test('NONE begins nothing', async () => {
  await using under = await start();
  const call = await endedCall(under);
  const { json } = await get(under, call, `recordings/${call.recordingId}?formatId=NONE`);
  for (const absent of ['mediaUris', 'estimatedTranscodeTimeMs', 'actualTranscodeTimeMs']) {
    assert.equal(absent in Object(json), false, absent);
  }
  assert.equal(under.playback.transcodes.length, 0);
});

test('a transcode that fails is an error of its recording, and a list has the others', async () => {
  await using under = await start();
  const call = await endedCall(under);
  const asked = get(under, call, `recordings/${call.recordingId}?formatId=MP3`);
  await transcodes(under, 1);
  under.playback.transcodes[0]?.end(new Fault('recordingDamaged'));
  const { status, json } = await asked;
  assert.equal(status, 500);
  assert.partialDeepStrictEqual(json, { code: 'internal.server.error' });
  const list = await get(under, call, 'recordings?formatId=MP3');
  assert.equal(list.status, 200);
  assert.partialDeepStrictEqual(list.json, [{ id: call.recordingId }]);
  assert.equal('mediaUris' in Object((list.json as readonly unknown[])[0]), false);
  assert.deepEqual(
    under.reports.map(({ message }) => message),
    ['recordingDamaged', 'recordingDamaged'],
  );
});

test('when nothing can be made for now a recording and a list are 503', async () => {
  await using under = await start();
  const call = await endedCall(under);
  for (const rest of ['recordings', `recordings/${call.recordingId}`]) {
    const asked = get(under, call, `${rest}?formatId=WEBM`);
    await transcodes(under, 1);
    under.playback.transcodes[0]?.end(new Fault('mediaUnavailable'));
    const { status, json } = await asked;
    assert.equal(status, 503);
    assert.partialDeepStrictEqual(json, { code: 'service.unavailable' });
  }
});

test('a link whose result was forgotten makes it again while its caller waits, and the range is that of the result', async () => {
  await using under = await start();
  const call = await endedCall(under);
  const asked = get(under, call, `recordings/${call.recordingId}?formatId=OGG_VORBIS`);
  await transcodes(under, 1);
  under.playback.transcodes[0]?.end('made');
  const uri = uriOf((await asked).json);
  under.playback.forget();
  const media = fetch(uri, { headers: { range: 'bytes=10-19' } });
  await transcodes(under, 1);
  under.playback.transcodes[0]?.end('made');
  const response = await media;
  assert.equal(response.status, 206);
  assert.equal(response.headers.get('content-type'), 'audio/ogg');
  assert.equal(response.headers.get('content-range'), 'bytes 10-19/100000');
  assert.equal((await response.arrayBuffer()).byteLength, 10);
  under.playback.forget();
  const late = await under.passUntil(under.send('GET', uri), 5_000);
  assert.equal(late.status, 503);
});

test('a file is called as its caller wants it, without what leads elsewhere, or by the id of its recording', async () => {
  await using under = await start();
  const call = await endedCall(under);
  const id = call.recordingId;
  for (const [query, expected] of [
    ['', `attachment; filename="recording-${id}.wav"`],
    ['&download=true', `attachment; filename="recording-${id}.wav"`],
    ['&download=false', `inline; filename="recording-${id}.wav"`],
    ['&fileName=Case 7 (second call)', 'attachment; filename="Case 7 (second call).wav"'],
    ['&fileName=call.WAV', 'attachment; filename="call.wav"'],
    ['&fileName=call.mp3', 'attachment; filename="call.mp3.wav"'],
    ['&fileName=../../etc/passwd', 'attachment; filename="_.._etc_passwd.wav"'],
    ['&fileName=..', `attachment; filename="recording-${id}.wav"`],
    ['&fileName=.wav', `attachment; filename="recording-${id}.wav"`],
    [`&fileName=${encodeURIComponent('a"b\r\nx: y')}`, 'attachment; filename="a_b__x_ y.wav"'],
    [
      `&fileName=${encodeURIComponent('Rückruf (Ärger)')}`,
      `attachment; filename="R_ckruf (_rger).wav"; filename*=UTF-8''R%C3%BCckruf%20%28%C3%84rger%29.wav`,
    ],
  ] as const) {
    const { json } = await get(under, call, `recordings/${id}?formatId=WAV${query}`);
    const { headers } = await under.send('HEAD', uriOf(json));
    assert.equal(headers.get('content-disposition'), expected, query);
  }
});

test('links to media last as long as the settings say', async () => {
  await using under = await start();
  const call = await endedCall(under);
  const admin = under.tokens.issue({ role: 'admin' });
  const settings = await under.send('PUT', '/api/v2/recording/settings', {
    token: admin,
    body: { recordingPlaybackUrlTtl: 2 },
  });
  assert.equal(settings.status, 200);
  const uri = uriOf((await get(under, call, `recordings/${call.recordingId}?formatId=WAV`)).json);
  under.clock.advance(119_999);
  assert.equal((await under.send('HEAD', uri)).status, 200);
  under.clock.advance(1);
  assert.equal((await under.send('GET', uri)).status, 404);
});
