/** A media worker that really stands still: new calls are turned away at the door, and those that go on lose nothing. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { headerValue } from '@tacet/wire/sip';
import { metadataOf, multipartOf, offerOf } from '../packages/server/src/demo/call-body.ts';
import { RecordingClient } from '../packages/server/src/demo/recording-client.ts';
import { Api } from './harness/api.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { readStore } from './harness/stored-frames.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

const call = {
  communicationSessionId: 'too-late',
  participants: [{ id: 'caller', address: 'sip:+4930555001@carrier.example', name: 'Caller' }],
  streams: [{ label: '1', from: ['caller'], port: 9 }],
};

/** A further recording session is asked for. */
async function askedFor(
  server: TacetServer,
): Promise<{ readonly status: number; readonly retryAfter: string | undefined }> {
  await using source = new RecordingClient({ serverAddress: server.sip, transport: 'udp' });
  const origin = { address: '127.0.0.1', sessionId: '1', version: 1 };
  const response = await source.inviteWith({ body: multipartOf(offerOf(call, origin), metadataOf(call)) });
  if (response.status === 200) await source.bye();
  return { status: response.status, retryAfter: headerValue(response, 'Retry-After') };
}

test('a worker that has stopped telling is as late as what it has not told', async () => {
  await using folder = new TempFolder();
  const stallFile = folder.at('stall');
  const hook = new URL('./harness/stalling-worker.ts', import.meta.url).href;
  await using server = await TacetServer.start({
    dataDir: folder.at('data'),
    logPath: folder.at('server.log'),
    settings: { NODE_OPTIONS: `--import=${hook}`, E2E_STALL_FILE: stallFile, TACET_MEDIA_WORKERS: '1' },
  });
  const api = await Api.signIn(server.httpUrl, admin);
  await using goesOn = await RecordedCall.place(server, { communicationSessionId: 'goes-on' });
  const id = await conversationOf(api, goesOn);
  // Its first gauges are told within a second.
  await wait(1_500);
  writeFileSync(stallFile, '');
  // Told at last a moment ago, then nothing for a second, then half a second late.
  await wait(2_000);
  const refused = await askedFor(server);
  assert.deepEqual(refused, { status: 503, retryAfter: '10' });
  const alarm = await server.logged(({ event }) => event === 'alarm: overloaded');
  assert.equal(alarm['because'], 'workers');
  rmSync(stallFile);
  await until('the door to be open again', async () => (await askedFor(server)).status === 200 || undefined);
  await wait(500);
  const sent = await goesOn.hangUp();
  await api.recordings(id);
  const { frames } = await readStore(server.dataDir);
  for (const [place, frame] of sent.entries()) {
    const found = frames.filter(({ stream }) => stream === place + 1).map(({ number }) => number);
    assert.deepEqual(
      found.sort((a, b) => a - b),
      frame.map(({ number }) => number),
      'what waited in the kernel is kept, each once',
    );
  }
});
