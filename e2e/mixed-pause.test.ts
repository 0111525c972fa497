/** One conversation with a call, messages and a chat: one pause, asked for at the door of messages, shuts all of it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api } from './harness/api.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');

let server: TacetServer;
let api: Api;

before(async () => {
  server = await TacetServer.start({ dataDir, logPath });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface TimelineEntry {
  readonly kind: string;
  readonly startInstant: number;
}

async function write(id: string, mediaType: string, text: string): Promise<boolean> {
  const answer = await api.ask('POST', `/tacet/v1/conversations/${id}/items`, { mediaType, text });
  assert.equal(answer.status, 202, answer.text);
  return (JSON.parse(answer.text) as { readonly isRecorded: boolean }).isRecorded;
}

async function set(id: string, recordingState: string): Promise<void> {
  const path = `/api/v2/conversations/messages/${id}/recordingstate`;
  const { status, text } = await api.ask('PUT', path, { recordingState });
  assert.equal(`${status} ${text}`, `200 "${recordingState}"`);
}

test('a pause at the door of messages shuts the call and the chat as well, also over a kill -9', async () => {
  await using call = await RecordedCall.place(server, { communicationSessionId: 'mixed' });
  const id = await conversationOf(api, call);
  for (const mediaType of ['message', 'chat']) {
    const participants = [{ purpose: 'customer', address: 'someone@example.com' }];
    const path = `/tacet/v1/conversations/${id}/communications`;
    const joined = await api.ask('POST', path, { mediaType, participants });
    assert.equal(joined.status, 201, joined.text);
  }
  const both = (text: string): Promise<readonly boolean[]> =>
    Promise.all(['message', 'chat'].map((mediaType) => write(id, mediaType, text)));
  assert.deepEqual(await both('kept before'), [true, true]);
  await wait(500);
  await set(id, 'PAUSED');
  assert.deepEqual(await both('card 4111 1111 1111 1111'), [false, false]);
  await server.kill();
  server = await TacetServer.start({ dataDir, logPath, settings: server.sameAgain });
  api = await Api.signIn(server.httpUrl, admin);
  assert.equal((await api.conversation(id)).recordingState, 'PAUSED');
  assert.deepEqual(await both('card 4111 1111 1111 1111'), [false, false]);
  await set(id, 'ACTIVE');
  assert.deepEqual(await both('kept after'), [true, true]);
  await wait(500);
  await call.hangUp();
  await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  const recordings = await api.recordings(id);
  assert.equal(recordings.length, 3);
  const edges: number[] = [];
  for (const recording of recordings) {
    const path = `/tacet/v1/conversations/${id}/recordings/${recording.id}/timeline`;
    const { entities } = await api.get<{ readonly entities: readonly TimelineEntry[] }>(path);
    const withheld = entities.filter(({ kind }) => kind === 'withheld').map(({ startInstant }) => startInstant);
    assert.ok(withheld.length > 0);
    edges.push(Math.min(...withheld));
  }
  assert.ok(Math.max(...edges) - Math.min(...edges) <= 20, `gates shut together: ${edges.join(' ')}`);
});

test('the proof finds nothing wrong with it', async () => {
  await server.stop();
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
