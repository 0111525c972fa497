/** The bytes of a recording, for whoever holds a good link. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { settled } from '@tacet/testkit';
import { HttpUnderTest, type Received, type StartedCall } from './http-under-test.ts';
import { byteAt } from './numbered-playback.ts';

interface Linked {
  readonly uri: string;
  readonly token: string;
  readonly call: StartedCall;
}

async function link(under: HttpUnderTest, query = ''): Promise<Linked> {
  const token = under.tokens.issue({ role: 'quality-evaluator' });
  const call = await under.startCall();
  under.clock.advance(10_000);
  await under.endCall(call);
  const path = `/api/v2/conversations/${call.conversationId}/recordings/${call.recordingId}${query}`;
  const { json } = await under.send('GET', path, { token });
  const { mediaUris } = json as { readonly mediaUris: { readonly [part: string]: { readonly mediaUri: string } } };
  return { uri: mediaUris['0']?.mediaUri ?? '', token, call };
}

async function bytesOf(uri: string, range?: string): Promise<{ readonly response: Response; readonly bytes: Buffer }> {
  const response = await fetch(uri, range === undefined ? {} : { headers: { range } });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

function assertBytes(bytes: Buffer, from: number, to: number): void {
  assert.equal(bytes.length, to - from);
  assert.ok(bytes.every((byte, index) => byte === byteAt(from + index)));
}

test('a link leads to the whole recording, without a token', async () => {
  await using under = await HttpUnderTest.start();
  const { uri, call } = await link(under);
  const { response, bytes } = await bytesOf(uri);
  assert.equal(response.status, 200);
  assertBytes(bytes, 0, 100_000);
  const { headers } = response;
  assert.equal(headers.get('content-type'), 'audio/wav');
  assert.equal(headers.get('content-length'), '100000');
  assert.equal(headers.get('accept-ranges'), 'bytes');
  assert.equal(headers.get('content-disposition'), `attachment; filename="recording-${call.recordingId}.wav"`);
  assert.equal(headers.get('cache-control'), 'no-cache, no-store, must-revalidate');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.ok(headers.has('inin-correlation-id'));
  const [opened] = under.playback.opened;
  assert.equal(opened?.plan.recording.id, call.recordingId);
  assert.equal(opened?.plan.stretch.to - opened.plan.stretch.from, 10_000);
});

test('one range of the recording can be had, wherever it lies', async () => {
  await using under = await HttpUnderTest.start();
  const { uri } = await link(under);
  for (const [range, from, to] of [
    ['bytes=0-0', 0, 1],
    ['bytes=5000-9999', 5_000, 10_000],
    ['bytes=99990-', 99_990, 100_000],
    ['bytes=-7', 99_993, 100_000],
    ['bytes=90000-200000', 90_000, 100_000],
  ] as const) {
    const { response, bytes } = await bytesOf(uri, range);
    assert.equal(response.status, 206, range);
    assert.equal(response.headers.get('content-range'), `bytes ${from}-${to - 1}/100000`);
    assertBytes(bytes, from, to);
  }
});

test('a range behind the end is 416 and names the length; several ranges get the whole', async () => {
  await using under = await HttpUnderTest.start();
  const { uri } = await link(under);
  const behind = await fetch(uri, { headers: { range: 'bytes=100000-' } });
  assert.equal(behind.status, 416);
  assert.equal(behind.headers.get('content-range'), 'bytes */100000');
  assert.partialDeepStrictEqual(await behind.json(), { status: 416 });
  assert.equal((await bytesOf(uri, 'bytes=0-1,5-6')).bytes.length, 100_000);
  const ifRange = await fetch(uri, { headers: { range: 'bytes=0-1', 'if-range': '"other"' } });
  assert.equal(ifRange.status, 200);
  await ifRange.arrayBuffer();
});

test('HEAD tells length and type and sends nothing', async () => {
  await using under = await HttpUnderTest.start();
  const { uri } = await link(under);
  const { status, headers, text } = await under.send('HEAD', uri);
  assert.deepEqual([status, text], [200, '']);
  assert.equal(headers.get('content-length'), '100000');
  assert.equal(headers.get('content-type'), 'audio/wav');
  assert.equal(under.playback.readUpTo, 0);
});

test('how pauses sound is carried by the link and can be said again at the media', async () => {
  await using under = await HttpUnderTest.start();
  await bytesOf((await link(under)).uri);
  const { uri } = await link(under, '?gap=cut');
  await bytesOf(uri);
  await bytesOf(uri.replace('gap=cut', 'gap=tone'));
  assert.deepEqual(
    under.playback.opened.map(({ gap }) => gap),
    ['silence', 'cut', 'tone'],
  );
  assert.equal((await under.send('GET', uri.replace('gap=cut', 'gap=noise'))).status, 400);
});

function assertGone({ status, json }: Received): void {
  assert.equal(status, 404);
  assert.partialDeepStrictEqual(json, { code: 'not.found' });
}

test('a link that was never made, or whose hour is over, leads nowhere', async () => {
  await using under = await HttpUnderTest.start();
  const { uri } = await link(under);
  assertGone(await under.send('GET', `/tacet/v1/media/${'A'.repeat(43)}`));
  under.clock.advance(3_600_000);
  assertGone(await under.send('GET', uri));
});

test('a link to media ends when the token that asked for it is revoked', async () => {
  await using under = await HttpUnderTest.start();
  const { uri, token } = await link(under);
  under.tokens.expire(token);
  assert.equal((await bytesOf(uri)).response.status, 200, 'expiry of the token is not its revocation');
  await under.tokens.revoke(token, '');
  assertGone(await under.send('GET', uri));
  assert.equal(under.playback.opened.length, 1);
});

test('while tokens cannot be checked no media is sent', async () => {
  await using under = await HttpUnderTest.start();
  const { uri } = await link(under);
  const { Fault } = await import('@tacet/domain');
  under.tokens.failure = new Fault('storageUnavailable');
  assert.equal((await under.send('GET', uri)).status, 503);
  under.tokens.failure = undefined;
  assert.equal((await bytesOf(uri)).response.status, 200);
});

test('a recording that was deleted after the link was made is unknown', async () => {
  await using under = await HttpUnderTest.start();
  const { uri, call } = await link(under);
  const { store } = under.control;
  const recording = (await store.recording(call.recordingId)) ?? assert.fail();
  await store.commit({ recordings: [{ ...recording, fileState: 'DELETED' }] });
  assertGone(await under.send('GET', uri));
});

/** What arrives of a response until its connection ends, perhaps before the first byte of it. */
async function untilCut(uri: string): Promise<{ readonly bytes: Buffer; readonly isComplete: boolean }> {
  const response = await new Promise<IncomingMessage | undefined>((resolve) => {
    get(uri, resolve).on('error', () => resolve(undefined));
  });
  const chunks: Buffer[] = [];
  response?.on('data', (chunk: Buffer) => chunks.push(chunk));
  response?.on('error', () => undefined);
  if (response !== undefined) await new Promise((resolve) => response.on('close', resolve));
  return { bytes: Buffer.concat(chunks), isComplete: response?.complete ?? false };
}

test('media that turns out to be damaged is cut off, and no byte of it is sent that could not be verified', async () => {
  await using under = await HttpUnderTest.start();
  under.playback.lengthBytes = 10_000_000;
  under.playback.damagedFrom = 5_000_000;
  const { uri } = await link(under);
  const { bytes, isComplete } = await untilCut(uri);
  assert.equal(isComplete, false);
  assert.ok(bytes.length < 5_000_000);
  assertBytes(bytes, 0, bytes.length);
  assert.deepEqual(
    under.reports.map(({ message }) => message),
    ['recordingDamaged'],
  );
  assertBytes((await bytesOf(uri, 'bytes=0-99')).bytes, 0, 100);
});

test('media that is shorter or longer than announced is cut off', async () => {
  await using under = await HttpUnderTest.start();
  const { uri } = await link(under);
  for (const missing of [10, 100_000, -10]) {
    under.playback.missingBytes = missing;
    const { bytes, isComplete } = await untilCut(uri);
    assert.ok(!isComplete, `${missing} bytes missing`);
    assert.ok(bytes.length < 100_000);
  }
});

test('media is read no faster than the caller takes it', async () => {
  await using under = await HttpUnderTest.start();
  under.playback.lengthBytes = 200_000_000;
  const { uri } = await link(under);
  const [response] = await once(get(uri), 'response');
  response.pause();
  let before = -1;
  // Socket buffers fill up first; when a few turns bring nothing more, the reader waits for us.
  for (let still = 0; still < 20; still = under.playback.readUpTo === before ? still + 1 : 0) {
    before = under.playback.readUpTo;
    for (let turn = 0; turn < 20; turn += 1) await settled();
  }
  assert.ok(under.playback.readUpTo < 50_000_000, `${under.playback.readUpTo} bytes were read for nobody`);
  response.destroy();
  await once(response, 'close');
  assert.deepEqual(under.reports, [], 'a caller that hangs up is nobody’s fault');
});
