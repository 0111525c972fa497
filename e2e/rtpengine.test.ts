/** A media proxy of other people's making as the source: rtpengine forks calls to the recorder, which pauses them. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { cryptoSuites } from '@tacet/wire/srtp';
import { Api } from './harness/api.ts';
import { searchFolder } from './harness/data-search.ts';
import { conversationOf } from './harness/recorded-call.ts';
import { clocksApartMs, runsOf, sentBetween } from './harness/sent-and-found.ts';
import { readStore } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { whenNotBusy } from './harness/when-not-busy.ts';
import { ForkedCall, type ForkOptions } from './rtpengine/forked-call.ts';
import { Rtpengine } from './rtpengine/rtpengine.ts';

/** What a proxy adds to the way of a frame, with room for a busy machine. */
const onTheWayMs = 250;

/** More than a call of two with a copy needs. */
const mediaPorts = 60;

async function pausedCall(options: ForkOptions): Promise<void> {
  await using folder = new TempFolder();
  mkdirSync(folder.at('rtpengine'));
  await using engine = await Rtpengine.start(folder.at('rtpengine'), mediaPorts);
  await using server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('server.log') });
  const api = await Api.signIn(server.httpUrl, admin);
  await using call = await whenNotBusy(server, () => ForkedCall.place(engine, server, options));
  await wait(1_500);
  const id = await conversationOf(api, call);
  const pauseAskedAt = performance.timeOrigin + performance.now();
  const closedAt = Number((await api.setRecordingState(id, 'PAUSED')).headers.get('tacet-closed-at-ms'));
  await wait(1_000);
  await api.resume(id);
  const resumedAt = performance.timeOrigin + performance.now();
  await wait(1_000);
  const sent = await call.hangUp();
  await api.recordings(id);
  const { frames, spans } = await readStore(server.dataDir);
  const openedAt = spans[0]?.openedAt ?? assert.fail('the span has an end');
  assert.deepEqual(
    frames.filter(({ arrivedAt }) => arrivedAt >= closedAt && arrivedAt < openedAt),
    [],
  );
  for (const [place, ofPhone] of sent.entries()) {
    const stored = frames.filter(({ stream }) => stream === place + 1);
    const numbers = stored.map(({ number }) => number).sort((a, b) => a - b);
    const runs = runsOf(numbers);
    assert.equal(runs.length, 2, `one gap, nothing twice: ${JSON.stringify(runs)}`);
    const apartMs = clocksApartMs(ofPhone, stored);
    const withheld = sentBetween(ofPhone, closedAt + apartMs, openedAt - onTheWayMs);
    assert.ok(withheld.length > 20, 'the pause lasted long enough to mean something');
    assert.deepEqual(
      withheld.filter((number) => numbers.includes(number)),
      [],
    );
    const lastBefore = sentBetween(ofPhone, 0, pauseAskedAt - onTheWayMs).at(-1) ?? 0;
    const firstBehind = sentBetween(ofPhone, resumedAt, Number.POSITIVE_INFINITY)[0] ?? 0;
    assert.ok((runs[0]?.[1] ?? 0) >= lastBefore, `${runs} reaches ${lastBefore}`);
    assert.ok((runs[1]?.[0] ?? 0) <= firstBehind + onTheWayMs / 20, `${runs} begins by ${firstBehind}`);
  }
  assert.deepEqual(searchFolder(server.dataDir).found, []);
  const proof = await verify(server.dataDir);
  assert.equal(proof.code, 0, proof.stdout + proof.stderr);
}

test('a call that rtpengine forks is recorded on both sides, and nothing of its pause is kept', async () => {
  await pausedCall({ callId: 'forked-plain' });
});

/** What rtpengine offers beside the suites that we know. */
const otherSuites = [
  'AES_192_CM_HMAC_SHA1_80',
  'AES_192_CM_HMAC_SHA1_32',
  'F8_128_HMAC_SHA1_80',
  'F8_128_HMAC_SHA1_32',
];

for (const { name } of cryptoSuites.filter(({ srtpTagBytes }) => srtpTagBytes > 4)) {
  test(`a call that rtpengine forks under ${name} is recorded on both sides, and nothing of its pause is kept`, async () => {
    const without = [...otherSuites, ...cryptoSuites.map((suite) => suite.name).filter((other) => other !== name)];
    await pausedCall({ callId: `forked-${name}`, transport: 'RTP/SAVP', without });
  });
}
