/** What was written is searched at a running server: found where it is kept, and nowhere else. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './harness/api.ts';
import { filesBelow } from './harness/data-search.ts';
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

interface Found {
  readonly entities: readonly {
    readonly conversationId: string;
    readonly itemId: string;
    readonly transcriptUri: string;
  }[];
  readonly total: number;
}

async function search(words: string, more: object = {}, by = api): Promise<Found> {
  const { status, text } = await by.ask('POST', '/tacet/v1/recordings/search', { words, ...more });
  assert.equal(status, 200, text);
  return JSON.parse(text) as Found;
}

async function ask(method: string, path: string, body?: unknown): Promise<{ readonly id: string }> {
  const { status, text } = await api.ask(method, path, body);
  assert.ok(status < 300, `${path}: ${status} ${text}`);
  return text.startsWith('{') ? (JSON.parse(text) as { readonly id: string }) : { id: '' };
}

async function begin(mediaType: string, divisionId?: string): Promise<string> {
  const participants = [{ purpose: 'customer', address: 'someone@example.com' }];
  return (await ask('POST', '/tacet/v1/conversations', { mediaType, participants, divisionId })).id;
}

async function write(id: string, mediaType: string, text: string): Promise<void> {
  await ask('POST', `/tacet/v1/conversations/${id}/items`, { mediaType, text });
}

async function end(id: string): Promise<void> {
  await ask('POST', `/api/v2/conversations/${id}/disconnect`);
  await api.recordings(id);
}

/** What is in store is found a moment later. */
function foundIn(words: string, count: number): Promise<Found> {
  return until(
    `${count} hits`,
    async () => {
      const found = await search(words);
      return found.total === count ? found : undefined;
    },
    30_000,
  );
}

const types = { message: 'messages', chat: 'chats', email: 'emails', social: 'socials' } as const;
const ids = new Map<string, string>();
let inDivision = '';

test('what was written in every medium is found by its words, and nothing that was withheld or masked', async () => {
  for (const [mediaType, apiPath] of Object.entries(types)) {
    const id = await begin(mediaType);
    ids.set(mediaType, id);
    const state = (recordingState: string) =>
      ask('PUT', `/api/v2/conversations/${apiPath}/${id}/recordingstate`, { recordingState });
    await write(id, mediaType, `A refund for the Café, order ${mediaType}77`);
    await state('PAUSED');
    await write(id, mediaType, 'withheldword during the pause');
    await state('ACTIVE');
    await write(id, mediaType, 'my card is 4111 1111 1111 1111 maskedneighbour');
    await end(id);
  }
  await foundIn('maskedneighbour', 4);
  const { entities } = await foundIn('REFUND "the cafe"', 4);
  assert.deepEqual(new Set(entities.map(({ conversationId }) => conversationId)), new Set(ids.values()));
  assert.deepEqual(
    (await search('chat77')).entities.map(({ conversationId }) => conversationId),
    [ids.get('chat')],
  );
  for (const words of ['withheldword', 'with*', '4111', '"4111 1111"', '411111*', '1111']) {
    assert.equal((await search(words)).total, 0, words);
  }
});

test('a hit leads to the transcript that has it', async () => {
  const [hit] = (await search('social77')).entities;
  const { lines } = await api.get<{
    readonly lines: readonly { readonly item?: { readonly id: string; readonly text: string } }[];
  }>(hit?.transcriptUri ?? '');
  const item = lines.find((line) => line.item?.id === hit?.itemId)?.item;
  assert.equal(item?.text, 'A refund for the Café, order social77');
});

test('a search is narrowed by media type and time, and comes in pages', async () => {
  const only = await search('refund', { mediaTypes: ['email', 'chat'] });
  assert.equal(only.total, 2);
  const page = await search('refund', { pageSize: 3, pageNumber: 2 });
  assert.deepEqual([page.entities.length, page.total], [1, 4]);
  const later = new Date(Date.now() + 60_000).toISOString();
  assert.equal((await search('refund', { interval: `${later}/${later}` })).total, 0);
});

test('what was written is found in the divisions within reach, and nowhere else', async () => {
  const division = await ask('POST', '/api/v2/authorization/divisions', { name: 'Elsewhere' });
  inDivision = await begin('message', division.id);
  await write(inDivision, 'message', 'divisionword');
  await end(inDivision);
  await foundIn('divisionword', 1);
  const roles = await api.get<{ readonly entities: readonly { readonly id: string; readonly name: string }[] }>(
    '/api/v2/authorization/roles?pageSize=100',
  );
  const home = await api.get<{ readonly id: string }>('/api/v2/authorization/divisions/home');
  const role = roles.entities.find(({ name }) => /evaluator/i.test(name)) ?? assert.fail('no such role');
  const client = (await ask('POST', '/api/v2/oauth/clients', {
    name: 'reader of one division',
    authorizedGrantType: 'CLIENT-CREDENTIALS',
    roleDivisions: [{ roleId: role.id, divisionId: home.id }],
  })) as { readonly id: string; readonly secret?: string };
  const reader = await Api.signIn(server.httpUrl, { id: client.id, secret: client.secret ?? '' });
  assert.equal((await search('divisionword', {}, reader)).total, 0);
  assert.equal((await search('divisionword', { divisionIds: [division.id] }, reader)).total, 0);
  assert.equal((await search('refund', {}, reader)).total, 4);
  assert.equal((await search('divisionword', { divisionIds: [division.id] })).total, 1);
});

test('what nobody can search for is refused, and a search is in the audit log without its words', async () => {
  for (const words of ['', '**', 'ab*']) {
    assert.equal((await api.ask('POST', '/tacet/v1/recordings/search', { words })).status, 400, words);
  }
  const text = JSON.stringify(await api.get('/tacet/v1/audit?pageSize=1000'));
  assert.ok(text.includes('recordingsSearched'));
  assert.ok(!/refund|divisionword|social77/i.test(text));
});

test('after kill -9 everything that is in store is found once, and a damaged index is made anew', async () => {
  const id = await begin('chat');
  await write(id, 'chat', 'justbefore the kill');
  await server.kill();
  writeFileSync(join(dataDir, 'search.db'), Buffer.alloc(8_192, 7));
  server = await TacetServer.start({ dataDir, logPath, settings: server.settings });
  api = await Api.signIn(server.httpUrl, admin);
  await end(id);
  await foundIn('justbefore', 1);
  await foundIn('refund', 4);
  await foundIn('divisionword', 1);
});

test('nothing of a deleted recording is found', async () => {
  const id = ids.get('message') ?? '';
  const [recording] = await api.recordings(id);
  const deleteDate = new Date(Date.now() - 1_000).toISOString();
  await ask('PUT', `/api/v2/conversations/${id}/recordings/${recording?.id}`, { deleteDate });
  await foundIn('refund', 3);
  await foundIn('message77', 0);
});

test('no word that was written stands in any file that the server left behind', async () => {
  const words = [
    'refund',
    'Café',
    'social77',
    'divisionword',
    'withheldword',
    'justbefore',
    'maskedneighbour',
    '4111 1111',
  ];
  await server.stop();
  const found = [...filesBelow(folder.path)].flatMap((path) => {
    const text = readFileSync(path).toString('latin1').toLowerCase();
    return words
      .filter((word) => text.includes(Buffer.from(word).toString('latin1').toLowerCase()))
      .map((word) => `${path}: ${word}`);
  });
  assert.deepEqual(found, []);
});
