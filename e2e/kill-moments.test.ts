/** `kill -9` at moments that matter: inside a resume, and between an answer and its ACK. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type SipMessage, type SipResponse, serializeMessage } from '@tacet/wire/sip';
import { callBody, requestBytes, toTagOf, udpPeer } from '../packages/server/test/sip/raw-peer.ts';
import { someCall } from '../packages/server/test/sip/sample-calls.ts';
import { Api } from './harness/api.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { clocksApartMs, sentBetween } from './harness/sent-and-found.ts';
import { readStore } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

const guardMs = 250;
const folder = new TempFolder();

after(() => folder[Symbol.asyncDispose]());

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

function start(name: string, settings: Readonly<Record<string, string>> = {}): Promise<TacetServer> {
  return TacetServer.start({ dataDir: folder.at(name), logPath: folder.at(`${name}.log`), settings });
}

/** Of a resume: before its grant, around it, while the gates are on their way, and right behind the answer. */
const moments = [120, 250, 262, 'answered', 'answered again'] as const;

for (const moment of moments) {
  const said = typeof moment === 'number' ? `${moment} ms into a resume` : `right behind a resume, ${moment},`;
  test(`a kill ${said} leaves nothing of the pause in store, and the state that is told is true`, async () => {
    const name = `resume-${moment}`.replace(' ', '-');
    await using first = await start(name);
    await using call = await RecordedCall.place(first, { communicationSessionId: name });
    const before = await Api.signIn(first.httpUrl, admin);
    const id = await conversationOf(before, call);
    await wait(300);
    const closedAt = await before.pause(id);
    await wait(400);
    const resumeAskedAt = wallTime();
    const answered = before.resume(id).then(
      () => true,
      () => false,
    );
    await (typeof moment === 'number' ? wait(moment) : answered);
    const killedAt = await first.kill();
    const wasAnswered = await answered;
    assert.ok(wasAnswered || typeof moment === 'number');
    await using next = await start(name, first.sameAgain);
    const startedAt = wallTime();
    const api = await Api.signIn(next.httpUrl, admin);
    const { recordingState } = await api.conversation(id);
    if (wasAnswered) assert.equal(recordingState, 'ACTIVE', 'what was confirmed holds');
    await wait(500);
    const askedAgainAt = wallTime();
    await api.resume(id);
    const resumedAt = wallTime();
    await wait(300);
    const sent = await call.hangUp();
    await next.logged(({ event }) => event === 'recovered');
    assert.equal(await next.stop(), 0);
    const stored = await readStore(next.dataDir);
    for (const [place, mark] of [1, 2].entries()) {
      const own = sent[place] ?? [];
      const kept = stored.frames.filter(({ stream }) => stream === mark);
      const found = new Set(kept.map(({ number }) => number));
      assert.equal(found.size, kept.length, 'nothing is there twice');
      const isPaused = recordingState === 'PAUSED';
      const pausedUntil = (isPaused ? askedAgainAt : resumeAskedAt) + guardMs - 1;
      const withheld = sentBetween(own, closedAt + clocksApartMs(own, kept), pausedUntil);
      assert.ok(withheld.length > 0);
      assert.deepEqual(
        withheld.filter((number) => found.has(number)),
        [],
      );
      // What reads as running is recorded; where a resume was not answered it may have to be asked for again (ADR 21).
      const wanted = sentBetween(own, isPaused ? resumedAt : startedAt, Number.POSITIVE_INFINITY);
      assert.ok(wanted.length > 0);
      assert.deepEqual(
        wanted.filter((number) => !found.has(number)),
        [],
      );
      const streamId = kept[0]?.streamId;
      const told = stored.recordings.flatMap(({ streams }) => streams.filter((one) => one.streamId === streamId));
      const atKill = told.flatMap(({ intervals }) =>
        intervals.filter((one) => one.from <= killedAt && one.to > killedAt),
      );
      // What a kill cost behind the answer to a resume is lost, and not taken for a part of the pause.
      if (wasAnswered) assert.deepEqual([...new Set(atKill.map(({ kind }) => kind))], ['lost']);
    }
    const { code, stdout, stderr } = await verify(next.dataDir);
    assert.equal(code, 0, stdout + stderr);
  });
}

function successesIn(heard: readonly SipMessage[]): readonly SipResponse[] {
  return heard.filter((message): message is SipResponse => message.kind === 'response' && message.status === 200);
}

test('a 200 without its ACK is sent again after a kill, until the ACK comes, and the dialog stands', async () => {
  await using first = await start('unacknowledged');
  await using peer = await udpPeer(first.sip);
  const callId = 'killed-before-ack@peer';
  const contactPort = peer.port;
  const invite = { method: 'INVITE', branch: 'z9hG4bKkilled', callId, contactPort, ...callBody(someCall()) };
  peer.send(requestBytes(invite));
  await until('the answer', () => successesIn(peer.heard)[0]);
  await first.kill();
  const heardBefore = successesIn(peer.heard).length;
  await using next = await start('unacknowledged', first.sameAgain);
  await until('the answer again', () => successesIn(peer.heard)[heardBefore]);
  const [one = assert.fail(), ...others] = successesIn(peer.heard);
  for (const other of others) assert.deepEqual(serializeMessage(other), serializeMessage(one));
  // Who asks again, because nothing was heard, gets the same answer and no second recording session.
  const askedAgainAt = successesIn(peer.heard).length;
  peer.send(requestBytes(invite));
  await until('the same answer', () => successesIn(peer.heard)[askedAgainAt]);
  assert.equal(toTagOf(successesIn(peer.heard)[askedAgainAt] ?? assert.fail()), toTagOf(one));
  const inside = { callId, toTag: toTagOf(one) };
  peer.send(requestBytes({ method: 'ACK', ...inside }));
  peer.send(requestBytes({ method: 'BYE', sequence: 2, ...inside }));
  const isOfBye = (message: SipMessage): boolean => message.kind === 'response' && message.cseq.method === 'BYE';
  const answer = await until('the answer to BYE', () => peer.heard.find(isOfBye));
  assert.equal(answer.kind === 'response' && answer.status, 200);
  assert.equal(await next.stop(), 0);
  const { recordings } = await readStore(next.dataDir);
  assert.deepEqual(
    recordings.map(({ recording }) => recording.fileState),
    ['AVAILABLE'],
  );
});

test('a start that fails says BYE to nobody, and leaves the calls of a killed server to the next one', async () => {
  await using first = await start('failed-start');
  await using call = await RecordedCall.place(first, { communicationSessionId: 'failed-start' });
  await wait(300);
  const { host, port } = first.sip;
  await first.kill();
  // The API comes last: its address is taken, so the start fails with everything else up.
  await using blocker = createServer().listen(0, host);
  await once(blocker, 'listening');
  const { port: taken } = blocker.address() as AddressInfo;
  const same = { ...first.settings, TACET_SIP_LISTEN: `${host}:${port}` };
  await assert.rejects(start('failed-start', { ...same, TACET_HTTP_LISTEN: `${host}:${taken}` }), /EADDRINUSE/);
  await using next = await start('failed-start', same);
  const goesOnAt = wallTime();
  await wait(300);
  const sent = await call.hangUp();
  assert.equal(await call.ended, 'us');
  await next.logged(({ event }) => event === 'recovered');
  assert.equal(await next.stop(), 0);
  const stored = await readStore(next.dataDir);
  for (const [place, mark] of [1, 2].entries()) {
    const found = new Set(stored.frames.filter(({ stream }) => stream === mark).map(({ number }) => number));
    const wanted = sentBetween(sent[place] ?? [], goesOnAt, Number.POSITIVE_INFINITY);
    assert.ok(wanted.length > 0 && wanted.every((number) => found.has(number)));
  }
  const { code, stdout, stderr } = await verify(next.dataDir);
  assert.equal(code, 0, stdout + stderr);
});
