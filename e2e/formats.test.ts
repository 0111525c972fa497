/** A recording in compressed formats, from the call to the file that another program plays. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api, type ApiAnswer, type ListedRecording } from './harness/api.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');
let path: string;

function start(settings: { readonly [name: string]: string } = {}): Promise<TacetServer> {
  return TacetServer.start({ dataDir, logPath, settings });
}

/** A call of two seconds and more, of which a second was paused. */
before(async () => {
  await using server = await start();
  const api = await Api.signIn(server.httpUrl, admin);
  await using call = await RecordedCall.place(server, { communicationSessionId: 'formats' });
  await wait(1_000);
  const id = await conversationOf(api, call);
  await api.pause(id);
  await wait(1_000);
  await api.resume(id);
  await wait(500);
  await call.hangUp();
  // It is written down by then: this server is gone in a moment.
  assert.equal((await api.recordings(id)).length, 1);
  path = `/api/v2/conversations/${id}/recordings`;
});

after(() => folder[Symbol.asyncDispose]());

/** As clients do that are told 202. */
async function polled(api: Api, query: string): Promise<ListedRecording> {
  for (let time = 0; time < 200; time += 1) {
    const { status, text } = await api.ask('GET', `${path}?maxWaitMs=500${query}`);
    assert.ok(status === 200 || (status === 202 && text === ''), `${status} ${text}`);
    const [recording] = status === 200 ? (JSON.parse(text) as readonly ListedRecording[]) : [];
    if (recording !== undefined) return recording;
  }
  return assert.fail('it was never ready');
}

/** What ffmpeg hears in a file: seconds of sound at 8 kHz in two channels. */
function heardMs(name: string, bytes: Uint8Array): number {
  writeFileSync(folder.at(name), bytes);
  const words = ['-loglevel', 'error', '-i', folder.at(name), '-f', 's16le', '-ar', '8000', '-ac', '2', 'pipe:1'];
  const { status, stdout, stderr } = spawnSync('ffmpeg', words, { maxBuffer: 2 ** 27 });
  assert.equal(status, 0, String(stderr));
  return stdout.length / 4 / 8;
}

test('a recording can be had in every format, as long as it was, and the server keeps no file of it', async () => {
  await using server = await start();
  const api = await Api.signIn(server.httpUrl, admin);
  const kept = readdirSync(dataDir, { recursive: true }).sort();
  for (const [query, contentType] of [
    ['', 'audio/webm'],
    ['&formatId=OGG_OPUS', 'audio/ogg'],
    ['&formatId=OGG_VORBIS&gap=tone', 'audio/ogg'],
    ['&formatId=MP3', 'audio/mpeg'],
    ['&formatId=WAV_ULAW', 'audio/wav'],
    ['&formatId=MP3&gap=cut', 'audio/mpeg'],
  ] as const) {
    const { outputDurationMs, mediaUris } = await polled(api, query);
    const media = await fetch(mediaUris?.['0']?.mediaUri ?? '');
    assert.equal(media.headers.get('content-type'), contentType);
    const ms = heardMs('media', new Uint8Array(await media.arrayBuffer()));
    assert.ok(ms > 500 && Math.abs(ms - outputDurationMs) <= 20, `${query}: ${ms} ms of ${outputDurationMs}`);
  }
  assert.deepEqual(readdirSync(dataDir, { recursive: true }).sort(), kept);
});

test('a server without ffmpeg gives WAV to those who name no format, and says what it lacks to the others', async () => {
  await using server = await start({ TACET_FFMPEG: '' });
  const api = await Api.signIn(server.httpUrl, admin);
  const { mediaUris } = await polled(api, '');
  const media = await fetch(mediaUris?.['0']?.mediaUri ?? '');
  assert.equal(media.headers.get('content-type'), 'audio/wav');
  const refused: ApiAnswer = await api.ask('GET', `${path}?formatId=WEBM`);
  assert.equal(refused.status, 400);
  assert.match(refused.text, /invalid\.query\.param\.value.*ffmpeg/);
});
