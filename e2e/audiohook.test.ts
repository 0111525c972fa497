/** AudioHook clients against a running server, judged by what is in store and by what is nowhere. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api, type ListedConversation } from './harness/api.ts';
import { AudioHookClient, type OpenOptions } from './harness/audiohook-client.ts';
import { searchFolder, searchText } from './harness/data-search.ts';
import { HookTalker } from './harness/hook-talker.ts';
import { RecordedCall } from './harness/recorded-call.ts';
import { readStore, type StoredFrame } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

const folder = new TempFolder();
const dataDir = folder.at('data');
const signed = { key: 'the-key-of-the-client', secret: Buffer.from('TheSecretOfTheClientInTests').toString('base64') };
const unsigned = { key: 'a-key-without-secret' };

let server: TacetServer;
let api: Api;

before(async () => {
  const keys = [
    { name: 'contact centre', ...signed },
    { name: 'laboratory', ...unsigned, secret: '' },
  ];
  // JSON is YAML.
  writeFileSync(folder.at('keys.yaml'), JSON.stringify(keys));
  const settings = { TACET_AUDIOHOOK_KEYS_FILE: folder.at('keys.yaml'), TACET_CONVERSATION_LINGER_MS: '1000' };
  server = await TacetServer.start({ dataDir, logPath: folder.at('server.log'), settings });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function conversationOf({ conversationId }: { readonly conversationId: string }): Promise<ListedConversation> {
  return until('the conversation', async () =>
    (await api.activeConversations()).find(({ externalIds }) =>
      externalIds?.some(({ name, value }) => name === 'audioHookConversation' && value === conversationId),
    ),
  );
}

async function talking(marks: readonly number[], options: OpenOptions = {}): Promise<HookTalker> {
  const client = await AudioHookClient.connect(server.httpUrl, signed);
  await client.open(options);
  const talker = new HookTalker(client, marks, options.format);
  talker.start();
  return talker;
}

async function framesOf(marks: readonly number[]): Promise<readonly (readonly number[])[]> {
  const { frames } = await readStore(dataDir);
  return marks.map((mark) => numbersOf(frames, mark));
}

function numbersOf(frames: readonly StoredFrame[], mark: number): readonly number[] {
  return frames
    .filter(({ stream }) => stream === mark)
    .map(({ number }) => number)
    .sort((a, b) => a - b);
}

for (const { format, channels, marks } of [
  { format: 'PCMU', channels: ['external', 'internal'], marks: [1, 2] },
  { format: 'PCMU', channels: ['internal', 'external'], marks: [3, 4] },
  { format: 'PCMU', channels: ['external'], marks: [5] },
  { format: 'L16', channels: ['external', 'internal'], marks: [6, 7] },
  { format: 'L16', channels: ['internal'], marks: [8] },
] as const) {
  test(`everything that a client sends as ${format} of ${channels.join(' and ')} is recorded once, by channel`, async () => {
    const talker = await talking(marks, { format, channels });
    await wait(700);
    talker.stop();
    const { id } = await conversationOf(talker.client);
    await talker.client.close();
    const numbers = talker.sent.map(({ number }) => number);
    assert.ok(numbers.length >= 20);
    assert.deepEqual(
      await framesOf(marks),
      marks.map(() => numbers),
    );
    const { recordings } = await readStore(dataDir);
    const { recording } = recordings.find((one) => one.recording.conversationId === id) ?? assert.fail('no recording');
    assert.deepEqual(
      recording.streams.map(({ label }) => label),
      channels,
    );
    assert.equal(recording.fileState, 'AVAILABLE');
  });
}

test('nothing of a pause is kept, whether the client obeys or goes on talking, and the rest is kept once', async () => {
  for (const { obeys, marks } of [
    { obeys: true, marks: [10, 11] },
    { obeys: false, marks: [12, 13] },
  ] as const) {
    const talker = await talking(marks);
    talker.client.obeys = obeys;
    const { id } = await conversationOf(talker.client);
    await wait(500);
    const closedAt = await api.pause(id);
    await talker.client.hears('pause');
    const heardAt = performance.timeOrigin + performance.now();
    await wait(600);
    await api.resume(id);
    await talker.client.hears('resume');
    await wait(500);
    talker.stop();
    await talker.client.close();
    const stored = (await framesOf(marks))[0] ?? [];
    const { frames, spans } = await readStore(dataDir);
    const span = spans.find(({ conversationId }) => conversationId === id) ?? assert.fail('no span');
    assert.equal(span.reason, 'SecurePause');
    const inside = frames.filter(
      ({ stream, arrivedAt }) => stream === marks[0] && arrivedAt >= closedAt && arrivedAt < (span.openedAt ?? 0),
    );
    assert.deepEqual(inside, []);
    // What was handed to the socket well before the pause, and well behind it, is there; once, and in both channels.
    assert.deepEqual(stored, [...new Set(stored)]);
    assert.deepEqual((await framesOf(marks))[1], stored);
    const sure = talker.sent.filter(({ at }) => at < closedAt - 200 || at > (span.openedAt ?? 0) + 200);
    for (const { number } of sure) assert.ok(stored.includes(number), `frame ${number} is missing`);
    const meanwhile = talker.sent.filter(({ at }) => at > closedAt && at < (span.openedAt ?? 0) - 200);
    // Until it has heard of the pause, a client that obeys goes on as well.
    assert.equal(
      meanwhile.some(({ at }) => at > heardAt),
      !obeys,
    );
    for (const { number } of meanwhile) assert.ok(!stored.includes(number), `frame ${number} leaked`);
  }
});

test('a client is asked to pause while its conversation is paused, and to resume after that', async () => {
  const client = await AudioHookClient.connect(server.httpUrl, signed);
  await client.open();
  const { id } = await conversationOf(client);
  const wishes = (): readonly string[] =>
    client.told.map(({ type }) => type).filter((type) => /^(pause|resume)$/.test(type));
  await api.pause(id);
  await client.hears('pause');
  // Once more changes nothing, and asks for nothing.
  await api.pause(id);
  await api.resume(id);
  await client.hears('resume');
  assert.deepEqual(wishes(), ['pause', 'resume']);
  await client.close();
});

test('a session that begins in a paused conversation starts paused, and records after the resume', async () => {
  const first = await talking([14, 15]);
  const { id } = await conversationOf(first.client);
  await api.pause(id);
  const client = await AudioHookClient.connect(server.httpUrl, signed);
  const opened = await client.open({ conversationId: first.client.conversationId });
  assert.equal(opened.parameters['startPaused'], true);
  await api.resume(id);
  await client.hears('resume');
  const second = new HookTalker(client, [16, 17]);
  second.start();
  await wait(500);
  for (const talker of [first, second]) talker.stop();
  await Promise.all([first.client.close(), client.close()]);
  const [stored] = await framesOf([16]);
  assert.deepEqual(
    stored,
    second.sent.map(({ number }) => number),
  );
  const { recordings } = await readStore(dataDir);
  assert.equal(recordings.filter(({ recording }) => recording.conversationId === id).length, 2);
});

test('a SIPREC call with the same conversation joins it, and is paused with it', async () => {
  const talker = await talking([18, 19]);
  const { id } = await conversationOf(talker.client);
  const communicationSessionId = talker.client.conversationId;
  await using call = await RecordedCall.place(server, { communicationSessionId, marks: [20, 21] });
  await until('the call to be heard', async () => {
    await wait(100);
    const [sent = []] = await call.fallSilent();
    call.talkOn();
    return sent.length > 0 || undefined;
  });
  const closedAt = await api.pause(id);
  await wait(300);
  talker.stop();
  await call.hangUp();
  await talker.client.close();
  const { frames } = await readStore(dataDir);
  const late = frames.filter(({ stream, arrivedAt }) => [18, 19, 20, 21].includes(stream) && arrivedAt >= closedAt);
  assert.deepEqual(late, []);
  assert.ok(frames.some(({ stream }) => stream === 20));
});

test('a pause of the client is one of the source, and ends by its word alone', async () => {
  const talker = await talking([22, 23]);
  const { id } = await conversationOf(talker.client);
  await wait(300);
  talker.client.pauseItself();
  await until('the pause', async () => (await api.conversation(id)).recordingState.toUpperCase() === 'PAUSED');
  assert.equal((await api.conversation(id)).securePause, false);
  assert.equal(
    talker.client.told.some(({ type }) => type === 'pause'),
    false,
  );
  talker.client.resumeItself();
  await until('the resume', async () => (await api.conversation(id)).recordingState.toUpperCase() === 'ACTIVE');
  talker.stop();
  await talker.client.close();
  const { spans } = await readStore(dataDir);
  const mine = spans.filter(({ conversationId }) => conversationId === id);
  assert.deepEqual(
    mine.map(({ cause, reason }) => [cause, reason]),
    [['sourcePause', 'Pause']],
  );
});

test('what a client had to discard is lost by the network, and never withheld', async () => {
  const talker = await talking([24, 25]);
  const { id } = await conversationOf(talker.client);
  await wait(400);
  talker.stop();
  await wait(300);
  talker.client.discard(300);
  talker.start();
  await wait(300);
  talker.stop();
  await talker.client.close();
  const { recordings } = await readStore(dataDir);
  const found = recordings.find(({ recording }) => recording.conversationId === id) ?? assert.fail('no recording');
  for (const { intervals } of found.streams) {
    assert.deepEqual(
      intervals.map((one) => [one.kind, one.unitCount, one.kind === 'lost' ? one.reason : '']),
      [['lost', 15, 'network']],
    );
  }
});

test('a client that was cut off comes back to its recording, and the time between is lost', async () => {
  const talker = await talking([26, 27]);
  const { client } = talker;
  const { id } = await conversationOf(client);
  await wait(400);
  client.socket.terminate();
  talker.stop();
  await wait(500);
  const back = await AudioHookClient.connect(server.httpUrl, signed);
  await back.open({ conversationId: client.conversationId, continues: [client] });
  const again = new HookTalker(back, [26, 27], 'PCMU', 1_000);
  again.start();
  await wait(400);
  again.stop();
  await back.close();
  const { recordings } = await readStore(dataDir);
  const mine = recordings.filter(({ recording }) => recording.conversationId === id);
  assert.equal(mine.length, 1);
  const [stored = []] = await framesOf([26]);
  for (const { number } of again.sent) assert.ok(stored.includes(number));
  assert.ok(stored.some((number) => number < 1_000));
  const kinds = mine.flatMap(({ streams }) => streams.flatMap(({ intervals }) => intervals.map(({ kind }) => kind)));
  assert.deepEqual(kinds, ['lost', 'lost']);
});

test('with another key nobody goes on with a session', async () => {
  const talker = await talking([28, 29]);
  const { id } = await conversationOf(talker.client);
  const other = await AudioHookClient.connect(server.httpUrl, unsigned);
  await other.open({ conversationId: talker.client.conversationId, continues: [talker.client] });
  talker.stop();
  await Promise.all([other.close(), talker.client.close()]);
  const { recordings } = await readStore(dataDir);
  assert.equal(recordings.filter(({ recording }) => recording.conversationId === id).length, 2);
});

test('a probe is answered like a session, and nothing is recorded of it', async () => {
  const before = (await readStore(dataDir)).recordings.length;
  const zero = '00000000-0000-0000-0000-000000000000';
  const client = await AudioHookClient.connect(server.httpUrl, signed);
  const opened = await client.open({ conversationId: zero });
  assert.deepEqual(opened.parameters['media'], []);
  await client.close();
  assert.equal((await readStore(dataDir)).recordings.length, before);
});

test('a conversation that is ended by request ends the session of its client', async () => {
  const talker = await talking([30, 31]);
  const { id } = await conversationOf(talker.client);
  await wait(200);
  assert.equal((await api.ask('POST', `/api/v2/conversations/${id}/disconnect`)).status, 202);
  const told = await talker.client.hears('disconnect');
  assert.equal(told.parameters['reason'], 'completed');
  talker.stop();
});

test('a client that breaks the protocol is told to go, and what it sent before is kept', async () => {
  const talker = await talking([32, 33]);
  await wait(300);
  talker.stop();
  talker.client.say('ping', {}, { seq: 99 });
  const told = await talker.client.hears('disconnect');
  assert.equal(told.parameters['reason'], 'error');
  await until('the recording', async () => (await framesOf([32]))[0]?.length === talker.sent.length);
});

test('a flood is cut off, and others are recorded as ever', async () => {
  const talker = await talking([34, 35]);
  const client = await AudioHookClient.connect(server.httpUrl, unsigned);
  await client.open();
  const second = Buffer.alloc(16_000, 0x55);
  for (let count = 0; count < 70; count += 1) client.sendAudio(second, 1_000);
  await client.hears('disconnect');
  const loud = await AudioHookClient.connect(server.httpUrl, unsigned);
  await loud.open();
  for (let count = 0; count < 200; count += 1) loud.say('ping');
  await loud.hears('disconnect');
  await wait(300);
  talker.stop();
  await talker.client.close();
  const numbers = talker.sent.map(({ number }) => number);
  assert.deepEqual(await framesOf([34, 35]), [numbers, numbers]);
});

test('nothing that was sent stands as it is in any file or in the log, and the proof holds', async () => {
  const searched = searchFolder(dataDir);
  assert.ok(searched.fileCount > 10);
  assert.deepEqual(searched.found, []);
  assert.deepEqual(searchText(server.output, []), []);
  assert.ok(!server.output.includes(signed.key) && !server.output.includes(signed.secret));
  assert.ok(!server.output.includes('+4930555001'));
});

test('a server that stops asks its clients to come back, ends their recordings in order, and is proved', async () => {
  const talker = await talking([36, 37]);
  await wait(400);
  const stopping = server.stop();
  await talker.client.hears('reconnect');
  talker.stop();
  assert.equal(await stopping, 0);
  const stored = (await framesOf([36]))[0] ?? [];
  assert.ok(stored.length >= 10);
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});

test('after a kill in a pause a client that comes back is still paused, and nothing of the pause is kept', async () => {
  const settings = { ...server.settings, TACET_HTTP_LISTEN: '127.0.0.1:0' };
  const start = (): Promise<TacetServer> => TacetServer.start({ dataDir, logPath: folder.at('server.log'), settings });
  server = await start();
  api = await Api.signIn(server.httpUrl, admin);
  const talker = await talking([38, 39]);
  talker.client.obeys = false;
  const { id } = await conversationOf(talker.client);
  await wait(300);
  const closedAt = await api.pause(id);
  await wait(300);
  await server.kill();
  talker.stop();
  server = await start();
  api = await Api.signIn(server.httpUrl, admin);
  const back = await AudioHookClient.connect(server.httpUrl, signed);
  const { conversationId } = talker.client;
  const opened = await back.open({ conversationId, continues: [talker.client] });
  assert.equal(opened.parameters['startPaused'], true);
  assert.equal((await conversationOf(back)).id, id);
  await api.resume(id);
  await back.hears('resume');
  await back.close();
  const { frames } = await readStore(dataDir);
  const mine = frames.filter(({ stream }) => stream === 38);
  assert.ok(mine.length > 0);
  assert.deepEqual(
    mine.filter(({ arrivedAt }) => arrivedAt >= closedAt),
    [],
  );
  await server.stop();
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
