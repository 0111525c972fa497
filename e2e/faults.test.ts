/** What an operator does wrong, or runs out of: each is one clear sentence or answer, and no harm to what is recorded. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api } from './harness/api.ts';
import { freePorts } from './harness/free-ports.ts';
import { run, type Settings, tacetCommand } from './harness/programs.ts';
import { RecordedCall } from './harness/recorded-call.ts';
import { readStore } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const folder = new TempFolder();
const dataDir = folder.at('data');
let server: TacetServer;
let call: RecordedCall;

/** Room for the two streams of one call. */
before(async () => {
  const first = await freePorts(4);
  const settings = { TACET_RTP_PORTS: `${first}-${first + 3}` };
  server = await TacetServer.start({ dataDir, logPath: folder.at('server.log'), settings });
  call = await RecordedCall.place(server, { communicationSessionId: 'the-one' });
});

after(async () => {
  await call?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

test('a call for which there are no ports left is refused with 503, and an alarm', async () => {
  await assert.rejects(RecordedCall.place(server, { communicationSessionId: 'one-too-many' }), { status: 503 });
  const line = await server.logged(({ event }) => event.startsWith('alarm: '));
  assert.deepEqual([line.level, line.event], ['error', 'alarm: portsExhausted']);
  const live = await (await Api.signIn(server.httpUrl, admin)).activeConversations();
  assert.equal(live.length, 1, 'no conversation is left over of it');
});

test('a second server on the same data folder ends at once, with a sentence', async () => {
  const settings = { ...server.settings, TACET_HTTP_LISTEN: '127.0.0.1:0' };
  const { code, stderr } = await run(tacetCommand, ['serve'], { settings });
  assert.deepEqual([code, stderr], [2, `Another Tacet server is using the data folder ${dataDir}.\n`]);
  assert.ok(server.isRunning);
});

test('a server whose address is taken ends with a sentence that names the address', async () => {
  const taken = new URL(server.httpUrl).host;
  const others = { TACET_DATA_DIR: folder.at('other'), TACET_SIP_LISTEN: '127.0.0.1:0' };
  const settings = { ...server.settings, ...others, TACET_HTTP_LISTEN: taken };
  const { code, stderr } = await run(tacetCommand, ['serve'], { settings });
  assert.deepEqual([code, stderr], [2, `The address ${taken} cannot be used (EADDRINUSE).\n`]);
});

/** Settings that cannot be used, and what must be said of them. */
const wrongSettings: readonly (readonly [Settings, string])[] = [
  [{ TACET_HTTP_LISTEN: 'everywhere' }, 'TACET_HTTP_LISTEN'],
  [{ TACET_RTP_PORTS: '4000' }, 'TACET_RTP_PORTS'],
  [{ TACET_RESUME_GUARD_MS: '-1' }, 'TACET_RESUME_GUARD_MS'],
  [{ TACET_LOG_LEVEL: 'chatty' }, 'TACET_LOG_LEVEL'],
  [{ TACET_DATA_FOLDER: '/elsewhere' }, 'TACET_DATA_FOLDER'],
  [{ TACET_ADMIN_CLIENT_ID: 'lonely' }, 'TACET_ADMIN_CLIENT_SECRET'],
];

test('a setting that cannot be used ends the start with one sentence that names it', async () => {
  const ended = await Promise.all(wrongSettings.map(([settings]) => run(tacetCommand, ['serve'], { settings })));
  for (const [place, { code, stdout, stderr }] of ended.entries()) {
    const name = wrongSettings[place]?.[1] ?? assert.fail();
    assert.deepEqual([code, stdout], [2, ''], name);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    assert.ok(stderr.includes(name), stderr);
  }
});

test('a secret that cannot be used is not repeated to the terminal', async () => {
  const secret = 'sécret with spaces';
  const settings = { TACET_ADMIN_CLIENT_ID: 'some', TACET_ADMIN_CLIENT_SECRET: secret };
  const { code, stderr } = await run(tacetCommand, ['serve'], { settings });
  assert.equal(code, 2);
  assert.ok(stderr.includes('TACET_ADMIN_CLIENT_SECRET') && !stderr.includes(secret), stderr);
});

test('a settings file with a wrong name in it is named with the setting', async () => {
  const path = folder.at('tacet.yaml');
  writeFileSync(path, 'TACET_SIP_LISTEN: 127.0.0.1:0\nTACET_SIPLISTEN: 127.0.0.1:0\n');
  const { code, stderr } = await run(tacetCommand, ['serve', '--config', path]);
  assert.equal(code, 2);
  assert.match(stderr, /^TACET_SIPLISTEN .* is not a setting of Tacet/);
});

test('a server that is told to stop ends the call it is in, keeps all of it, and ends with 0', async () => {
  await wait(500);
  const sent = await call.fallSilent();
  const [code, endedBy] = await Promise.all([server.stop(), call.ended]);
  assert.deepEqual([code, endedBy], [0, 'server']);
  const { frames, recordings } = await readStore(dataDir);
  for (const [place, mark] of [1, 2].entries()) {
    const numbers = frames.filter(({ stream }) => stream === mark).map(({ number }) => number);
    assert.deepEqual(
      numbers,
      sent[place]?.map(({ number }) => number),
    );
  }
  assert.deepEqual(
    recordings.map(({ recording }) => recording.fileState),
    ['AVAILABLE'],
  );
  assert.ok(recordings.every(({ recording }) => recording.endedAt !== undefined));
  assert.equal((await verify(dataDir)).code, 0);
});
