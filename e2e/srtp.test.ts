/** Protected calls, judged by content: marked frames under every kind of suite, through a pause and a new key; and ffmpeg. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type CryptoSuite, cryptoSuites, keyingBytes } from '@tacet/wire/srtp';
import { RecordingClient } from '../packages/server/src/demo/recording-client.ts';
import { Api } from './harness/api.ts';
import { searchFolder, searchText } from './harness/data-search.ts';
import { MarkedStreams } from './harness/marked-streams.ts';
import { frameMs, frameOf } from './harness/marks.ts';
import { environment } from './harness/programs.ts';
import { conversationOf } from './harness/recorded-call.ts';
import { sentBetween } from './harness/sent-and-found.ts';
import { readStore } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { framesHeard } from './harness/wav-frames.ts';

/** How long the gate stays shut after a resume was asked for: the setting's default. */
const guardMs = 250;
/** Frames sent this shortly before a pause was asked for may still be in the kernel when the gates close. */
const inKernelMs = 100;

const folder = new TempFolder();
let server: TacetServer;
let api: Api;

before(async () => {
  server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('server.log') });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Key {
  readonly suite: string;
  readonly keyAndSalt: string;
}

function newKey(suite: CryptoSuite): Key {
  return { suite: suite.name, keyAndSalt: randomBytes(keyingBytes(suite)).toString('base64') };
}

const participants = [
  { id: 'caller', address: 'sip:+4930555001@carrier.example' },
  { id: 'agent', address: 'sip:agent7@pbx.example' },
];

/** A call of protected streams, each under a key of its own. */
function callOf(communicationSessionId: string, ports: readonly number[], keys: readonly Key[]) {
  const streams = keys.map(({ suite, keyAndSalt }, place) => ({
    label: `${place + 1}`,
    from: [participants[place]?.id ?? ''],
    port: ports[place] ?? 0,
    cryptos: [`7 ${suite} inline:${keyAndSalt}`],
  }));
  return { communicationSessionId, participants: participants.slice(0, keys.length), streams };
}

function targetsOf(source: RecordingClient, keys: readonly Key[]) {
  return source.streams.map(({ address, port }, place) => ({ host: address, port, ...srtpOf(keys[place]) }));
}

function srtpOf(srtp: Key | undefined): { readonly srtp?: Key } {
  return srtp === undefined ? {} : { srtp };
}

for (const [place, suite] of cryptoSuites.entries()) {
  test(`of a call under ${suite.name} nothing withheld is anywhere, and all else is heard once, through a new key`, async () => {
    const id = `srtp-${suite.name}`;
    const marks = [10 + place * 2, 11 + place * 2] as const;
    await using streams = await MarkedStreams.open(...marks);
    await using source = new RecordingClient({ serverAddress: server.sip, transport: 'udp' });
    const keys = [newKey(suite), newKey(suite)];
    await source.invite(callOf(id, streams.ports, keys));
    streams.start(targetsOf(source, keys));
    const conversation = await conversationOf(api, { communicationSessionId: id });
    await wait(25 * frameMs);
    const pauseAskedAt = performance.timeOrigin + performance.now();
    const paused = await api.setRecordingState(conversation, 'PAUSED');
    const closedAt = Number(paused.headers.get('tacet-closed-at-ms'));
    await wait(25 * frameMs);
    // A new key in the middle of the pause must not open anything.
    const renewed = [newKey(suite), keys[1] ?? assert.fail()];
    await source.reinvite(callOf(id, streams.ports, renewed));
    streams.start(targetsOf(source, renewed));
    await wait(5 * frameMs);
    const resumeAskedAt = performance.timeOrigin + performance.now();
    await api.setRecordingState(conversation, 'ACTIVE');
    const resumedAt = performance.timeOrigin + performance.now();
    await wait(25 * frameMs);
    const sent = await streams.stop();
    await source.bye();
    const [recording = assert.fail('there is no recording')] = await api.recordings(conversation);
    const { frames } = await readStore(server.dataDir);
    const channels = framesHeard(await api.sound(recording, 'silence'));
    for (const [at, mark] of marks.entries()) {
      const own = sent[at] ?? [];
      const stored = frames.filter(({ stream }) => stream === mark).map(({ number }) => number);
      const withheld = sentBetween(own, closedAt + inKernelMs, resumeAskedAt + guardMs - 1);
      assert.ok(withheld.length >= 20, 'the pause lasted long enough to mean something');
      assert.deepEqual(
        stored.filter((number) => withheld.includes(number)),
        [],
      );
      const kept = [
        ...sentBetween(own, 0, pauseAskedAt - inKernelMs),
        ...sentBetween(own, resumedAt, Number.POSITIVE_INFINITY),
      ];
      assert.ok(kept.length >= 30);
      const missing = kept.filter((number) => !stored.includes(number));
      assert.deepEqual(missing, [], `stream ${mark}`);
      const heard = new Set(channels[at]?.map(({ number }) => number));
      // The recording may end while the last one is heard.
      const last = own.length - 1;
      assert.deepEqual(
        kept.filter((number) => number < last && !heard.has(number)),
        [],
        `stream ${mark}`,
      );
      assert.equal(new Set(stored).size, stored.length, 'nothing is stored twice');
    }
    const secrets = [...keys, ...renewed].map(({ keyAndSalt }) => keyAndSalt);
    for (const secret of secrets) assert.equal(server.output.includes(secret), false, 'a key is in the log');
  });
}

test('what ffmpeg sends under SRTP is heard, frame by frame, with its sender reports beside it', async () => {
  const suite = cryptoSuites.find(({ name }) => name === 'AES_CM_128_HMAC_SHA1_80') ?? assert.fail();
  // Long enough for its second report, after five seconds: the first may come before the fence of its port has passed.
  const [mark, count] = [40, 300];
  writeFileSync(
    folder.at('marked.ul'),
    Buffer.concat(Array.from({ length: count }, (_, number) => frameOf({ stream: mark, number }))),
  );
  await using source = new RecordingClient({ serverAddress: server.sip, transport: 'udp' });
  const key = newKey(suite);
  await source.invite(callOf('srtp-ffmpeg', [9], [key]));
  const conversation = await conversationOf(api, { communicationSessionId: 'srtp-ffmpeg' });
  const [target = assert.fail()] = source.streams;
  const input = ['-re', '-f', 'mulaw', '-ar', '8000', '-i', folder.at('marked.ul'), '-c:a', 'copy'];
  const srtp = ['-srtp_out_suite', suite.name, '-srtp_out_params', key.keyAndSalt];
  const args = [
    '-hide_banner',
    '-loglevel',
    'error',
    ...input,
    '-f',
    'rtp',
    ...srtp,
    `srtp://${target.address}:${target.port}`,
  ];
  const ffmpeg = spawn('ffmpeg', args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment() });
  const [code] = await once(ffmpeg, 'exit');
  assert.equal(code, 0);
  await source.bye();
  const [recording = assert.fail('there is no recording')] = await api.recordings(conversation);
  const [heard = []] = framesHeard(await api.sound(recording, 'silence'));
  const numbers = heard.filter(({ stream }) => stream === mark).map(({ number }) => number);
  const { reportedIds } = await readStore(server.dataDir);
  assert.ok(reportedIds.includes(recording.id), 'ffmpeg reports on the port above');
  assert.deepEqual(
    numbers,
    Array.from({ length: count }, (_, number) => number),
  );
});

test('no frame stands in the clear anywhere, and the data folder proves itself', async () => {
  const { fileCount, found } = searchFolder(folder.at('data'));
  assert.ok(fileCount > 5);
  assert.deepEqual(found, []);
  const frames = Array.from({ length: 100 }, (_, number) => ({ stream: 10, number }));
  assert.deepEqual(searchText(server.output, frames), []);
  const { code, stdout, stderr } = await verify(server.dataDir);
  assert.deepEqual([code, stdout.includes('no findings')], [0, true], stdout + stderr);
});
