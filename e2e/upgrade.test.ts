/** A server is stopped and another takes its place, with calls going on: they are handed over, or waited for. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { RequestRefused } from '../packages/server/src/demo/request-refused.ts';
import { Api } from './harness/api.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { clocksApartMs, runsOf, sentBetween } from './harness/sent-and-found.ts';
import { readStore, type StoredCalls } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const guardMs = 250;
const folder = new TempFolder();

after(() => folder[Symbol.asyncDispose]());

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

function start(name: string, settings: Readonly<Record<string, string>>): Promise<TacetServer> {
  return TacetServer.start({ dataDir: folder.at(name), logPath: folder.at(`${name}.log`), settings });
}

function numbersOf(stored: StoredCalls, mark: number): readonly number[] {
  const own = stored.frames.filter(({ stream }) => stream === mark);
  return own.map(({ number }) => number).sort((a, b) => a - b);
}

/** What of these frames is not in store. */
function missing(stored: StoredCalls, mark: number, numbers: readonly number[]): readonly number[] {
  assert.ok(numbers.length > 0);
  const found = numbersOf(stored, mark);
  return numbers.filter((number) => !found.includes(number));
}

async function proves(dataDir: string): Promise<void> {
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
}

interface Gap {
  readonly stopAskedAt: number;
  readonly goesOnAt: number;
}

/** All that was sent is in store once, but for one gap that begins after the stop and ends with the start. */
function hasOneGap(
  stored: StoredCalls,
  mark: number,
  sent: readonly SentFrame[],
  { stopAskedAt, goesOnAt }: Gap,
): void {
  const [first = assert.fail(), second = assert.fail(), ...more] = runsOf(numbersOf(stored, mark));
  assert.deepEqual([first[0], second[1], more], [0, sent.length - 1, []]);
  assert.ok((sent[first[1] + 1]?.to ?? 0) >= stopAskedAt, 'nothing from before the stop is missing');
  assert.ok((sent[second[0] - 1]?.from ?? 0) <= goesOnAt, 'nothing from after the start is missing');
  const intervals = stored.recordings
    .flatMap(({ streams }) => streams)
    .flatMap((stream) => {
      const isOwn = stored.frames.some(({ streamId, stream: own }) => streamId === stream.streamId && own === mark);
      return isOwn ? stream.intervals.filter(({ kind }) => kind === 'lost') : [];
    });
  assert.deepEqual(
    intervals.map((one) => 'reason' in one && one.reason),
    ['crash'],
  );
}

test('calls over UDP and TCP go on through an upgrade, answer re-INVITE and BYE, and lose only the time of the start', async () => {
  await using old = await start('upgrade', { TACET_STOP: 'handover', TACET_MEDIA_WORKERS: '2' });
  const before = await Api.signIn(old.httpUrl, admin);
  await using stack = new AsyncDisposableStack();
  const [one, two, three] = await Promise.all([
    RecordedCall.place(old, { communicationSessionId: 'udp', marks: [1, 2] }),
    RecordedCall.place(old, { communicationSessionId: 'tcp', marks: [3, 4], transport: 'tcp' }),
    RecordedCall.place(old, { communicationSessionId: 'paused', marks: [5, 6] }),
  ]);
  for (const call of [one, two, three]) stack.use(call);
  const pausedId = await conversationOf(before, three);
  const ports = [one, two].map(({ serverPorts }) => serverPorts);
  await wait(500);
  const closedAt = await before.pause(pausedId);
  await wait(500);
  const stopAskedAt = wallTime();
  assert.equal(await old.stop(), 0);
  await using next = await start('upgrade', old.sameAgain);
  const gap = { stopAskedAt, goesOnAt: wallTime() };
  const api = await Api.signIn(next.httpUrl, admin);
  await wait(300);
  for (const call of [one, two]) await call.reinvite();
  assert.deepEqual(
    [one, two].map(({ serverPorts }) => serverPorts),
    ports,
  );
  await wait(300);
  assert.equal((await api.conversation(pausedId)).recordingState, 'PAUSED');
  const resumeAskedAt = wallTime();
  await api.resume(pausedId);
  const resumedAt = wallTime();
  await wait(300);
  const sent = [await one.hangUp(), await two.hangUp(), await three.fallSilent()];
  assert.equal((await api.ask('POST', `/api/v2/conversations/${pausedId}/disconnect`)).status, 202);
  assert.equal(await three.ended, 'server', 'a source that was taken up is told like any other');
  await next.logged(({ event }) => event === 'recovered');
  assert.equal(await next.stop(), 0);
  const stored = await readStore(next.dataDir);
  assert.deepEqual(
    stored.recordings.map(({ recording }) => recording.fileState),
    ['AVAILABLE', 'AVAILABLE', 'AVAILABLE'],
  );
  for (const mark of [1, 2]) hasOneGap(stored, mark, sent[0]?.[mark - 1] ?? [], gap);
  for (const mark of [3, 4]) hasOneGap(stored, mark, sent[1]?.[mark - 3] ?? [], gap);
  for (const mark of [5, 6]) {
    const own = sent[2]?.[mark - 5] ?? [];
    const kept = stored.frames.filter(({ stream }) => stream === mark);
    const withheld = sentBetween(own, closedAt + clocksApartMs(own, kept), resumeAskedAt + guardMs - 1);
    assert.deepEqual(missing(stored, mark, withheld), withheld);
    assert.deepEqual(missing(stored, mark, sentBetween(own, 0, closedAt - 100)), []);
    assert.deepEqual(missing(stored, mark, sentBetween(own, resumedAt, Number.POSITIVE_INFINITY)), []);
  }
  await proves(next.dataDir);
});

/** Why a call was not taken. */
async function refusalOf(server: TacetServer): Promise<RequestRefused> {
  try {
    await using _ = await RecordedCall.place(server, { communicationSessionId: 'late', marks: [9, 10] });
  } catch (error) {
    if (error instanceof RequestRefused) return error;
    throw error;
  }
  return assert.fail('it was taken');
}

test('a server that drains takes no new calls, records those it has to their end, and ends when the last one does', async () => {
  await using server = await start('drain', { TACET_STOP: 'drain' });
  await using call = await RecordedCall.place(server, { communicationSessionId: 'drained' });
  await wait(300);
  server.askToStop();
  await server.logged(({ event, how }) => event === 'stopping' && how === 'drain');
  const { response } = await refusalOf(server);
  assert.equal(response?.status, 503);
  assert.ok(response?.headers.some(({ name }) => name.toLowerCase() === 'retry-after'));
  await wait(700);
  assert.ok(server.isRunning);
  const sent = await call.hangUp();
  assert.equal(await server.gone(), 0);
  const stored = await readStore(server.dataDir);
  for (const [place, mark] of [1, 2].entries()) {
    const all = (sent[place] ?? []).map(({ number }) => number);
    assert.deepEqual(numbersOf(stored, mark), all);
  }
  assert.deepEqual(
    stored.recordings.map(({ recording }) => recording.fileState),
    ['AVAILABLE'],
  );
  await proves(server.dataDir);
});

test('a second signal ends the waiting, and the call that was waited for goes on with the next start', async () => {
  await using server = await start('hurried', { TACET_STOP: 'drain' });
  await using call = await RecordedCall.place(server, { communicationSessionId: 'hurried' });
  await wait(300);
  server.askToStop();
  await server.logged(({ event }) => event === 'stopping');
  await wait(300);
  assert.ok(server.isRunning);
  const stopAskedAt = wallTime();
  assert.equal(await server.stop(), 0);
  await using next = await start('hurried', server.sameAgain);
  const gap = { stopAskedAt, goesOnAt: wallTime() };
  await wait(300);
  const sent = await call.hangUp();
  await next.logged(({ event }) => event === 'recovered');
  next.askToStop();
  assert.equal(await next.gone(), 0);
  const stored = await readStore(next.dataDir);
  for (const [place, mark] of [1, 2].entries()) hasOneGap(stored, mark, sent[place] ?? [], gap);
  await proves(next.dataDir);
});
