/** Who a running server lets in as an AudioHook client. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { AudioHookClient, requestHeaders } from './harness/audiohook-client.ts';
import { TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const folder = new TempFolder();
const signed = { key: 'the-key-of-the-client', secret: Buffer.from('TheSecretOfTheClientInTests').toString('base64') };
const bound = { key: 'a-key-of-one-organization', organizationId: randomUUID() };
let server: TacetServer;

before(async () => {
  const keys = [
    { name: 'contact centre', ...signed },
    { name: 'branch', ...bound, secret: '' },
  ];
  writeFileSync(folder.at('keys.yaml'), JSON.stringify(keys));
  const settings = { TACET_AUDIOHOOK_KEYS_FILE: folder.at('keys.yaml') };
  server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('server.log'), settings });
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test('a request is let in only with a key that is known and a signature that is good, fresh and new', async () => {
  const refused = /refused: 401/;
  const connect = (options: Parameters<typeof AudioHookClient.connect>[1]): Promise<AudioHookClient> =>
    AudioHookClient.connect(server.httpUrl, options);
  await assert.rejects(connect({ key: 'nobody-has-this-key' }), refused);
  await assert.rejects(connect({ key: signed.key }), refused);
  await assert.rejects(connect({ ...signed, secret: Buffer.alloc(20, 1).toString('base64') }), refused);
  await assert.rejects(connect({ ...signed, odd: { created: -30 } }), refused);
  await assert.rejects(connect({ ...signed, odd: { headers: { 'audiohook-session-id': randomUUID() } } }), refused);
  await assert.rejects(connect({ key: bound.key }), refused);
  await using allowed = await connect({ ...bound });
  assert.equal(allowed.socket.readyState, 1);
});

test('a client that is not let in is answered no sooner than half a second later', async () => {
  for (const options of [{ key: 'nobody-has-this-key' }, { key: signed.key }]) {
    const before = performance.now();
    await assert.rejects(AudioHookClient.connect(server.httpUrl, options), /refused: 401/);
    // Timers count whole milliseconds.
    assert.ok(performance.now() - before >= 498);
  }
});

test('a signature that was used once is refused', async () => {
  const url = new URL(`${server.httpUrl.replace('http', 'ws')}/audiohook`);
  const headers = requestHeaders(url, signed);
  const attempt = (): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, { headers });
      socket.on('open', () => resolve('in'));
      socket.on('unexpected-response', (request, response) => {
        request.destroy();
        resolve(String(response.statusCode));
      });
      socket.on('error', () => undefined);
    });
  assert.equal(await attempt(), 'in');
  assert.equal(await attempt(), '401');
});

test('clients that were not let in are counted by reason, and AudioHook stands among the recording sessions', async () => {
  await assert.rejects(AudioHookClient.connect(server.httpUrl, { key: 'nobody-has-this-key-either' }), /refused: 401/);
  const metrics = await (await fetch(`${server.httpUrl}/metrics`)).text();
  assert.match(metrics, /^tacet_sources_refused_total\{door="AudioHook",why="keyUnknown"\} [1-9]/m);
  assert.match(metrics, /^tacet_recording_sessions\{protocol="AudioHook"\} 0$/m);
});
