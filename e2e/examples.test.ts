/** The examples work as they are, against a call that is live. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Api } from './harness/api.ts';
import { type Ended, root, run, type Settings } from './harness/programs.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const folder = new TempFolder();
let server: TacetServer;
let api: Api;
let call: RecordedCall;
let conversationId: string;

const hookKey = 'the-key-of-the-example';
const hookSecret = Buffer.from('TheSecretOfTheExampleInTests').toString('base64');

before(async () => {
  // JSON is YAML.
  writeFileSync(folder.at('keys.yaml'), JSON.stringify([{ name: 'example', key: hookKey, secret: hookSecret }]));
  const settings = { TACET_AUDIOHOOK_KEYS_FILE: folder.at('keys.yaml') };
  server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('server.log'), settings });
  api = await Api.signIn(server.httpUrl, admin);
  call = await RecordedCall.place(server, { communicationSessionId: 'example' });
  conversationId = await conversationOf(api, call);
});

after(async () => {
  await call?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Runs an example as its head says. Its home is a folder without the settings of other programs. */
function example(command: string, path: string, settings: Settings = {}): Promise<Ended> {
  const given = { TACET_URL: server.httpUrl, CLIENT_ID: admin.id, CLIENT_SECRET: admin.secret, PAUSE_SECONDS: '0.5' };
  return run(command, [join(root, 'examples', path)], { settings: { ...given, HOME: folder.path, ...settings } });
}

/** What was done to a conversation, in order. */
async function deeds(id: string = conversationId): Promise<readonly string[]> {
  const entries = await api.audit(id);
  return entries
    .filter(({ action }) => action.startsWith('recordingPaused') || action === 'recordingResumed')
    .map(({ action, result }) => `${action} ${result}`);
}

const curl = 'pause-with-curl.sh';
const npm = 'pause-with-npm-client/pause.mjs';
const hook = 'stream-over-audiohook/stream.mjs';

test('the curl example pauses the call that is live, says since when, and resumes it', async () => {
  const earlier = (await deeds()).length;
  const { code, stdout, stderr } = await example('bash', curl);
  assert.deepEqual([code, stderr], [0, '']);
  const [paused = '', resumed = ''] = stdout.split('\n');
  assert.match(paused, new RegExp(`^${conversationId} is paused since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`));
  assert.equal(resumed, `${conversationId} is recorded again`);
  assert.deepEqual((await deeds()).slice(earlier), ['recordingPaused done', 'recordingResumed done']);
});

test('the npm client example pauses the call it is told, says since when, and resumes it', async () => {
  const earlier = (await deeds()).length;
  const { code, stdout, stderr } = await example(process.execPath, npm, { CONVERSATION_ID: conversationId });
  assert.deepEqual([code, stderr], [0, '']);
  const [paused = '', resumed = ''] = stdout.split('\n');
  assert.match(paused, new RegExp(`^${conversationId} is paused since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`));
  assert.equal(resumed, `${conversationId} is recorded again`);
  assert.deepEqual((await deeds()).slice(earlier), ['recordingPaused done', 'recordingResumed done']);
});

test('the AudioHook example streams a call, keeps silent in the pause it is asked for, and tells of the gap', async () => {
  const settings = { AUDIOHOOK_KEY: hookKey, AUDIOHOOK_SECRET: hookSecret, TALK_SECONDS: '1', PAUSE_SECONDS: '1' };
  const { code, stdout, stderr } = await example(process.execPath, hook, settings);
  assert.deepEqual([code, stderr], [0, '']);
  const id = /^(\S+) is paused since \d{4}-\d\d-\d\dT[\d:.]+Z$/m.exec(stdout)?.[1] ?? assert.fail(stdout);
  assert.match(stdout, /^The server asked for a pause: no audio is sent\.$/m);
  assert.match(stdout, new RegExp(`^${id} is recorded again$`, 'm'));
  assert.match(stdout, /^The server asked to go on: 1\.\d s were not sent\.$/m);
  const [recording = assert.fail('there is no recording')] = await api.recordings(id);
  const [pause = assert.fail('it has no pause')] = recording.annotations;
  assert.match(stdout, new RegExp(`^Recording ${recording.id}: SecurePause of ${pause.durationMs} ms$`, 'm'));
  assert.ok(pause.durationMs >= 1_000);
  const { channels, sampleRate } = await api.sound(recording, 'cut');
  assert.equal(channels.length, 2);
  for (const { length } of channels) {
    const seconds = length / sampleRate;
    assert.ok(seconds >= 1.6 && seconds <= 2.6, `both parts and no more are heard: ${seconds} s`);
  }
  assert.deepEqual(await deeds(id), ['recordingPaused done', 'recordingResumed done']);
});

test('the AudioHook example that is not let in says so and ends with 1', async () => {
  const { code, stdout, stderr } = await example(process.execPath, hook, { AUDIOHOOK_KEY: hookKey });
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /401/);
});

test('an example that cannot sign in says so and ends with 1', async () => {
  const wrong = { CLIENT_SECRET: 'not-the-secret', CONVERSATION_ID: conversationId };
  for (const { code, stdout, stderr } of await Promise.all([
    example('bash', curl, wrong),
    example(process.execPath, npm, wrong),
  ])) {
    assert.deepEqual([code, stdout], [1, '']);
    assert.ok(stderr.length > 0 && !stderr.includes(wrong.CLIENT_SECRET), stderr);
  }
});

test('an example that is refused the pause says that nothing is paused and ends with 1', async () => {
  const unknown = { CONVERSATION_ID: '11111111-2222-4333-8444-555555555555' };
  for (const { code, stdout, stderr } of await Promise.all([
    example('bash', curl, unknown),
    example(process.execPath, npm, unknown),
  ])) {
    assert.deepEqual([code, stdout], [1, '']);
    assert.ok(stderr.length > 0, stderr);
  }
});

test('after the call the curl example finds no live conversation and ends with 1', async () => {
  await call.hangUp();
  // The conversation outlives its call by a while, in which it can still be paused.
  const other = await TacetServer.start({ dataDir: folder.at('other'), logPath: folder.at('other.log') });
  await using _ = other;
  const { code, stderr } = await example('bash', curl, { TACET_URL: other.httpUrl });
  assert.equal(code, 1);
  assert.match(stderr, /No conversation is live\./);
});
