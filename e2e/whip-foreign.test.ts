/** Two publishers of one conversation over WHIP, on a WebRTC stack that is not ours, judged by what can be seen and heard. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import { Api } from './harness/api.ts';
import { flashesSeen, tonesHeard } from './harness/flashes.ts';
import { ForeignPublisher } from './harness/foreign-publisher.ts';
import { freePorts } from './harness/free-ports.ts';
import type { PublishTo } from './harness/publishing-browser.ts';
import { seenFrames } from './harness/seen-frames.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

/** A frame lasts 40 ms, and a sender that has no time to spare reports its clocks late; a quiet one is within 60 ms. */
const apartMsMax = 200;

interface Played {
  readonly mediaUris?: { readonly '0': { readonly mediaUri: string } };
}

async function permit(api: Api, url: string, id: string): Promise<PublishTo> {
  const path = `/tacet/v1/conversations/${id}/publishing-tokens`;
  const { status, text } = await api.ask('POST', path, { mediaType: 'video' });
  assert.equal(status, 201, text);
  return { url: `${url}/tacet/whip`, token: (JSON.parse(text) as PublishTo).token };
}

async function filesOf(api: Api, id: string, folder: TempFolder): Promise<readonly string[]> {
  const path = `/api/v2/conversations/${id}/recordings?formatId=WEBM&maxWaitMs=15000`;
  const played = await until('both recordings to be there', async () => {
    const { status, text } = await api.ask('GET', path);
    const found = status === 200 ? (JSON.parse(text) as readonly Played[]) : [];
    return found.length === 2 && found.every(({ mediaUris }) => mediaUris !== undefined) ? found : undefined;
  });
  return Promise.all(
    played.map(async ({ mediaUris }, n) => {
      const answer = await fetch(mediaUris?.['0'].mediaUri ?? '');
      const file = folder.at(`${n}.webm`);
      writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
      return file;
    }),
  );
}

test('two publishers are paused by one request; nothing of the pause is seen or heard, and sound lies where its pictures lie', async () => {
  await using folder = new TempFolder();
  const first = await freePorts(20);
  await using server = await TacetServer.start({
    dataDir: folder.at('data'),
    logPath: folder.at('server.log'),
    settings: { TACET_WHIP_PORTS: `${first}-${first + 19}`, TACET_CONVERSATION_LINGER_MS: '60000' },
  });
  const api = await Api.signIn(server.httpUrl, admin);
  const participants = [{ purpose: 'customer', address: 'someone@example.com' }];
  const { text } = await api.ask('POST', '/tacet/v1/conversations', { mediaType: 'video', participants });
  const { id } = JSON.parse(text) as { readonly id: string };
  const setState = async (recordingState: string): Promise<void> => {
    const answer = await api.ask('PUT', `/api/v2/conversations/videos/${id}/recordingstate`, { recordingState });
    assert.equal(`${answer.status} ${answer.text}`, `200 "${recordingState}"`);
  };
  const permits = [await permit(api, server.httpUrl, id), await permit(api, server.httpUrl, id)];
  const publishers = await Promise.all(permits.map((to) => ForeignPublisher.start(to)));
  await using stack = new AsyncDisposableStack();
  for (const publisher of publishers) stack.use(publisher);
  const flash = (): Promise<unknown> => Promise.all(publishers.map((publisher) => publisher.flash()));
  await pass(1_000);
  await flash();
  await pass(500);
  await setState('PAUSED');
  for (const publisher of publishers) publisher.show('blue');
  await flash();
  for (const publisher of publishers) publisher.show('green');
  await pass(500);
  await setState('ACTIVE');
  await pass(1_000);
  await flash();
  await pass(500);
  await Promise.all(publishers.map((publisher) => publisher.stop()));

  for (const file of await filesOf(api, id, folder)) {
    const [seen, flashes, tones] = await Promise.all([seenFrames(file), flashesSeen(file), tonesHeard(file)]);
    assert.deepEqual([...new Set(seen.filter((one) => one !== 'other'))], ['red', 'card', 'green'], seen.join());
    assert.deepEqual([flashes.length, tones.length], [2, 2], `${flashes.join()} and ${tones.join()}`);
    for (const [n, at] of flashes.entries()) {
      const apartMs = (tones[n] ?? Number.NaN) - at;
      assert.ok(Math.abs(apartMs) <= apartMsMax, `sound is ${apartMs} ms behind its pictures`);
    }
  }
});
