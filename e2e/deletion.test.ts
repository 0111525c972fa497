/** Recordings that a request or a policy has deleted: nothing of them is left, and the proof knows of it. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api, type ListedRecording } from './harness/api.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');
const settings = { TACET_DELETION_INTERVAL_SECONDS: '1', TACET_CONVERSATION_LINGER_MS: '0' };

let server: TacetServer;
let api: Api;

before(async () => {
  server = await TacetServer.start({ dataDir, logPath, settings });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** A conversation of messages that is over. */
async function messages(...texts: readonly string[]): Promise<string> {
  const participants = [{ purpose: 'customer', address: 'someone@example.com' }];
  const begun = await api.ask('POST', '/tacet/v1/conversations', { mediaType: 'message', participants });
  const { id } = JSON.parse(begun.text) as { readonly id: string };
  for (const text of texts) {
    const answer = await api.ask('POST', `/tacet/v1/conversations/${id}/items`, { mediaType: 'message', text });
    assert.equal(answer.status, 202, answer.text);
  }
  assert.ok((await api.ask('POST', `/api/v2/conversations/${id}/disconnect`)).status < 300);
  await api.recordings(id);
  return id;
}

async function call(name: string): Promise<string> {
  await using placed = await RecordedCall.place(server, { communicationSessionId: name });
  const id = await conversationOf(api, placed);
  await wait(1_500);
  await placed.hangUp();
  await api.recordings(id);
  return id;
}

async function only(id: string): Promise<ListedRecording> {
  const [recording, ...others] = await api.recordings(id);
  assert.deepEqual(others, []);
  return recording ?? assert.fail('there is no recording');
}

/** @param inMs how long from now; the past means at once. */
async function deleteIn(id: string, inMs: number): Promise<void> {
  const { id: recordingId } = await only(id);
  const path = `/api/v2/conversations/${id}/recordings/${recordingId}`;
  const answer = await api.ask('PUT', path, { deleteDate: new Date(Date.now() + inMs).toISOString() });
  assert.equal(answer.status, 200, answer.text);
}

/** As its description says: whoever reads the media while it is being deleted may be told that it is damaged. */
async function stateOf(id: string): Promise<string | undefined> {
  const path = `/api/v2/conversations/${id}/recordingmetadata`;
  return (await api.get<readonly { readonly fileState: string }[]>(path))[0]?.fileState;
}

async function deleted(id: string): Promise<void> {
  await until('the recording to be deleted', async () => ((await stateOf(id)) === 'DELETED' ? true : undefined));
}

function blobsOf(recordingId: string): readonly string[] {
  const path = join(dataDir, 'blobs');
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes(recordingId));
}

test('what was written in a recording that is deleted is unknown', async () => {
  const ids = [await call('deleted-call'), await messages('a word', 'and another')];
  const stays = await messages('a word that stays');
  const before = await Promise.all(ids.map(only));
  const [link = ''] = before.flatMap(({ mediaUris }) => mediaUris?.['0']?.mediaUri ?? []);
  assert.equal((await fetch(link)).status, 200);
  for (const { id } of before) assert.ok(blobsOf(id).length > 0, 'media is in store');
  for (const id of ids) await deleteIn(id, -1_000);
  for (const id of ids) await deleted(id);
  for (const [place, id] of ids.entries()) {
    const { id: recordingId, mediaUris } = await only(id);
    assert.equal(mediaUris, undefined);
    assert.deepEqual(blobsOf(recordingId), [], `recording ${place}`);
    const transcript = await api.ask('GET', `/tacet/v1/conversations/${id}/recordings/${recordingId}/transcript`);
    assert.equal(transcript.status, 404);
    const told = (await api.audit(id)).map(({ action }) => action);
    assert.deepEqual(told.slice(-2), ['deletionBegun', 'recordingDeleted']);
  }
  assert.equal((await fetch(link)).status, 404);
  assert.equal((await only(stays)).fileState, 'AVAILABLE');
  assert.ok(server.log.some(({ event }) => event === 'recordingsDeleted'));
});

test('a protected recording outlives its date, also a kill -9', async () => {
  const id = await messages('protected for now');
  const path = '/api/v2/recordings/deletionprotection';
  const { id: recordingId } = await only(id);
  const dueAt = Date.now() + 5_000;
  await deleteIn(id, dueAt - Date.now());
  const body = { conversationIds: [id] };
  assert.equal((await api.ask('PUT', `${path}?protect=true`, body)).status, 200);
  await server.kill();
  server = await TacetServer.start({ dataDir, logPath, settings: server.settings });
  api = await Api.signIn(server.httpUrl, admin);
  await wait(Math.max(0, dueAt - Date.now()) + 2_500);
  assert.equal((await only(id)).fileState, 'AVAILABLE');
  assert.ok(blobsOf(recordingId).length > 0);
  assert.equal((await api.ask('PUT', `${path}?protect=false`, body)).status, 200);
  await deleted(id);
});

test('a policy gives recordings of its medium their date, and one that deletes at once has them deleted', async () => {
  const path = '/api/v2/recording/mediaretentionpolicies';
  const add = async (policy: object): Promise<void> => {
    const { status, text } = await api.ask('POST', path, { enabled: true, ...policy });
    assert.equal(status, 200, text);
  };
  const days = (count: number): object => ({ retentionDuration: { deleteRetention: { days: count } } });
  await add({ name: 'calls', order: 1, conditions: { mediaTypes: ['CALL'] }, actions: { alwaysDelete: true } });
  await add({ name: 'messages', order: 2, conditions: { mediaTypes: ['MESSAGE'] }, actions: days(30) });
  const [called, written] = [await call('deleted-by-policy'), await messages('for a month')];
  await deleted(called);
  const recording = (await only(written)) as ListedRecording & { readonly deleteDate: string };
  const { endTime, deleteDate } = recording;
  assert.equal(Math.round((Date.parse(deleteDate) - Date.parse(endTime)) / 86_400_000), 30);
});

test('nothing of what was deleted is in the spool or in store, and the proof finds nothing wrong', async () => {
  await server.stop();
  assert.deepEqual(
    readdirSync(join(dataDir, 'spool')).filter((name) => name.endsWith('.spool')),
    [],
  );
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
