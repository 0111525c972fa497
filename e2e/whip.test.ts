/** Screens and video of a real browser over WHIP, judged by what the recording shows when ffmpeg decodes it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Api } from './harness/api.ts';
import { freePorts } from './harness/free-ports.ts';
import { PublishingBrowser, type PublishTo } from './harness/publishing-browser.ts';
import { type Seen, seenFrames } from './harness/seen-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';
import { WhipClient } from './harness/whip-client.ts';

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');

let browser: PublishingBrowser;
let server: TacetServer;
let api: Api;

before(async () => {
  browser = await PublishingBrowser.start();
  const first = await freePorts(20);
  const settings = {
    TACET_WHIP_PORTS: `${first}-${first + 19}`,
    TACET_CORS_ORIGINS: browser.origin,
    TACET_CONVERSATION_LINGER_MS: '60000',
  };
  server = await TacetServer.start({ dataDir, logPath, settings });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  await browser[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Half of what an unanswered handshake goes on for; there is nothing left to do that takes any time. */
const goneMsMax = 15_000;

const participants = [
  { purpose: 'customer', address: 'someone@example.com' },
  { purpose: 'agent', name: 'An Agent' },
];

async function begin(mediaType: string): Promise<string> {
  const { status, text } = await api.ask('POST', '/tacet/v1/conversations', { mediaType, participants });
  assert.equal(status, 201, text);
  return (JSON.parse(text) as { readonly id: string }).id;
}

async function permit(id: string, mediaType: 'screenshare' | 'video'): Promise<PublishTo> {
  const { status, text } = await api.ask('POST', `/tacet/v1/conversations/${id}/publishing-tokens`, { mediaType });
  assert.equal(status, 201, text);
  const { token } = JSON.parse(text) as PublishTo;
  return { url: `${server.httpUrl}/tacet/whip`, token };
}

async function setState(apiPath: string, id: string, recordingState: string): Promise<void> {
  const path = `/api/v2/conversations/${apiPath}/${id}/recordingstate`;
  const { status, text } = await api.ask('PUT', path, { recordingState });
  assert.equal(`${status} ${text}`, `200 "${recordingState}"`);
}

interface Played {
  readonly media: string;
  readonly fileState: string;
  readonly mediaUris?: { readonly '0': { readonly mediaUri: string } };
}

/** The recordings of a conversation as files that ffmpeg can read. */
async function files(id: string): Promise<readonly string[]> {
  const path = `/api/v2/conversations/${id}/recordings?formatId=WEBM&maxWaitMs=15000`;
  // A publisher that is gone without a word is waited for; until then the answer is 202.
  const played = await until(
    'the recordings to be there',
    async () => {
      const { status, text } = await api.ask('GET', path);
      const found = status === 200 ? (JSON.parse(text) as readonly Played[]) : [];
      return found.length > 0 && found.every((one) => one.mediaUris !== undefined) ? found : undefined;
    },
    60_000,
  );
  return Promise.all(
    played.map(async ({ media, mediaUris }, n) => {
      assert.equal(media, 'screen');
      const answer = await fetch(mediaUris?.['0'].mediaUri ?? '');
      assert.equal(answer.headers.get('content-type'), 'video/webm');
      const file = folder.at(`${id}-${n}.webm`);
      writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
      return file;
    }),
  );
}

/** Runs of the same thing, with how long each is seen, in tenths of a second. */
function runs(seen: readonly Seen[]): readonly (readonly [Seen, number])[] {
  const found: [Seen, number][] = [];
  for (const one of seen) {
    const last = found.at(-1);
    if (last?.[0] === one) last[1] += 1;
    else found.push([one, 1]);
  }
  return found;
}

const kinds = [
  { mediaType: 'screenshare', apiPath: 'screenshares', source: 'display', sharing: 'tab' },
  { mediaType: 'video', apiPath: 'videos', source: 'canvas', sharing: 'devices' },
] as const;

for (const { mediaType, apiPath, source, sharing } of kinds) {
  test(`a colour painted only while a ${mediaType} is paused appears in no frame, and the still card stands in its place`, async () => {
    const id = await begin(mediaType);
    const page = await browser.open(sharing);
    await page.paint('#ff0000');
    await page.begin(source, await permit(id, mediaType));
    await until('the connection', async () => ((await page.state()) === 'connected' ? true : undefined));
    await pass(2_000);
    await setState(apiPath, id, 'PAUSED');
    await page.paint('#0000ff');
    await pass(2_000);
    await page.paint('#00ff00');
    await pass(400);
    await setState(apiPath, id, 'ACTIVE');
    await pass(2_500);
    await page.stop();
    await page.close();
    const [file = assert.fail('nothing was recorded')] = await files(id);
    const seen = await seenFrames(file);
    const told = runs(seen)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ');
    assert.ok(!seen.includes('blue'), told);
    assert.deepEqual([...new Set(seen.filter((one) => one !== 'other'))], ['red', 'card', 'green'], told);
    const count = (what: Seen): number => seen.filter((one) => one === what).length;
    assert.ok(count('red') >= 10 && count('card') >= 20 && count('green') >= 10, told);
  });
}

test('a publisher that joins a paused conversation is not seen before the resume, and a browser that goes ends its recording', async () => {
  const id = await begin('video');
  await setState('videos', id, 'PAUSED');
  const page = await browser.open();
  await page.paint('#0000ff');
  await page.begin('canvas', await permit(id, 'video'));
  await until('the connection', async () => ((await page.state()) === 'connected' ? true : undefined));
  await pass(1_000);
  await page.paint('#00ff00');
  await pass(400);
  await setState('videos', id, 'ACTIVE');
  await pass(1_500);
  // Nobody says DELETE.
  await page.drop();
  await page.close();
  const [file = assert.fail('nothing was recorded')] = await files(id);
  const seen = await seenFrames(file);
  assert.deepEqual([...new Set(seen.filter((one) => one !== 'other'))], ['card', 'green'], seen.join());
});

test('after kill -9 a paused conversation is paused, and a publisher that comes back starts closed', async () => {
  const id = await begin('screenshare');
  const page = await browser.open();
  await page.paint('#ff0000');
  await page.begin('canvas', await permit(id, 'screenshare'));
  await until('the connection', async () => ((await page.state()) === 'connected' ? true : undefined));
  await pass(1_500);
  await setState('screenshares', id, 'PAUSED');
  await server.kill();
  server = await TacetServer.start({ dataDir, logPath, settings: server.settings });
  api = await Api.signIn(server.httpUrl, admin);
  assert.equal((await api.conversation(id)).recordingState, 'PAUSED');
  // As a page would that finds its server gone: what it had open sends no more.
  await page.drop();
  await page.paint('#0000ff');
  await page.begin('canvas', await permit(id, 'screenshare'));
  await until('the connection', async () => ((await page.state()) === 'connected' ? true : undefined));
  await pass(1_000);
  await page.paint('#00ff00');
  await pass(400);
  await setState('screenshares', id, 'ACTIVE');
  await pass(1_500);
  await page.stop();
  await page.close();
  const shown = await Promise.all((await files(id)).map(async (file) => new Set(await seenFrames(file))));
  assert.ok(shown.every((seen) => !seen.has('blue')));
  assert.ok(
    shown.some((seen) => seen.has('red')),
    'what was kept before the kill is there',
  );
  assert.ok(
    shown.some((seen) => seen.has('green')),
    'and what came after the resume',
  );
});

test('sound and pictures of a camera are in one file', async () => {
  const id = await begin('video');
  const page = await browser.open();
  await page.begin('camera', await permit(id, 'video'));
  await until('the connection', async () => ((await page.state()) === 'connected' ? true : undefined));
  await pass(2_500);
  await page.stop();
  await page.close();
  const [file = assert.fail('nothing was recorded')] = await files(id);
  const { stdout } = await promisify(execFile)('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'stream=codec_name',
    '-of',
    'csv=p=0',
    file,
  ]);
  assert.deepEqual(stdout.trim().split('\n').sort(), ['opus', 'vp8']);
});

async function offer(
  { url, token }: PublishTo,
  body: string,
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/sdp', ...more };
  const { status } = await fetch(url, { method: 'POST', headers, body });
  return status;
}

test('whoever shows no token for a conversation publishes nothing into it', async () => {
  const id = await begin('screenshare');
  const to = await permit(id, 'screenshare');
  assert.equal(await offer({ ...to, token: 'x'.repeat(43) }, 'v=0'), 401);
  const { status, headers } = await fetch(to.url, { method: 'POST', body: 'v=0' });
  assert.deepEqual([status, headers.get('www-authenticate')], [401, 'Bearer']);
  assert.equal((await fetch(to.url, { method: 'OPTIONS' })).headers.get('accept-post'), 'application/sdp');
});

test('an offer that is too long is refused before all of it was read', async () => {
  const to = await permit(await begin('screenshare'), 'screenshare');
  assert.equal(await offer(to, `v=0\r\n${'a=x\r\n'.repeat(60_000)}`), 413);
});

test('what is no offer, or has nothing that can be recorded, is refused, and nothing is recorded of it', async () => {
  const id = await begin('screenshare');
  const to = await permit(id, 'screenshare');
  assert.equal(await offer(to, 'v=0', { 'content-type': 'text/plain' }), 415);
  assert.equal(await offer(to, 'hello'), 400);
  assert.equal(await offer(to, 'v=0\r\nm=nothing\r\n'), 400);
  assert.deepEqual(await api.recordings(id), []);
});

test('a publication is ended with the token that began it, and with no other', async () => {
  const id = await begin('screenshare');
  const [own, other] = [await permit(id, 'screenshare'), await permit(id, 'screenshare')];
  const peer = new WhipClient();
  const { status, location } = await peer.publish(own);
  assert.equal(status, 201);
  const url = new URL(location, own.url);
  const ask = async (method: string, token: string): Promise<number> =>
    (await fetch(url, { method, headers: { authorization: `Bearer ${token}` } })).status;
  assert.equal(await ask('DELETE', other.token), 404);
  assert.equal(await ask('PATCH', own.token), 405);
  assert.equal(await ask('DELETE', own.token), 200);
  assert.equal(await ask('DELETE', own.token), 404);
  await peer.close();
});

test('a server that has stopped is gone, whatever a publisher left unfinished', async () => {
  const peer = new WhipClient();
  assert.equal((await peer.publish(await permit(await begin('screenshare'), 'screenshare'))).status, 201);
  // It never shakes hands; and the server does not wait for it.
  server.askToStop();
  await server.logged(({ event }) => event === 'stopped');
  const late = pass(goneMsMax, 'still there', { ref: false });
  assert.equal(await Promise.race([server.gone(), late]), 0);
  await peer.close();
});

test('the proof finds nothing wrong with recordings of pictures', async () => {
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
