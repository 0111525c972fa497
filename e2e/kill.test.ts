/** `kill -9` in the middle of calls: they go on where they were, what was paused stays paused, and nothing leaks. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api } from './harness/api.ts';
import { searchFolder, searchText } from './harness/data-search.ts';
import { DiskProbe } from './harness/disk-probe.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { clocksApartMs, mostLateMs, runsOf, sentBetween } from './harness/sent-and-found.ts';
import { readSpool, readStore, type StoredCalls, type StoredFrame } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

/** The most that a crash may cost (P4), and how long gates stay shut after a resume was asked for, in ms. */
const lostMsMax = 1_000;
const guardMs = 250;
/** A worker for each call, so that what one of them makes durable does not help the others. */
const settings = { TACET_MEDIA_WORKERS: '3' };

/** A call that was live when the server was killed, with what its two streams had sent by then and after. */
interface Struck {
  readonly conversationId: string;
  readonly marks: readonly [number, number];
  readonly closedAt: number;
  readonly sent: readonly (readonly SentFrame[])[];
}

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');
let output = '';
let killedAt: number;
/** How far the machine itself was behind: disk and processors, in ms. */
let behindMs: number;
let recorded: Struck;
let paused: Struck;
let pausedJustNow: Struck;
let inSpool: readonly StoredFrame[];
let server: TacetServer;
let api: Api;
let calls: readonly RecordedCall[] = [];
let stored: StoredCalls;

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

/** What the streams of a call sent, with their numbers of the mark. */
function allSent(struck: Struck): readonly { readonly mark: number; readonly sent: readonly SentFrame[] }[] {
  return struck.marks.map((mark, place) => ({ mark, sent: struck.sent[place] ?? [] }));
}

before(async () => {
  await using first = await TacetServer.start({ dataDir, logPath, settings });
  await using probe = await DiskProbe.start(folder.at('probe'));
  const before = await Api.signIn(first.httpUrl, admin);
  const marks = [
    [1, 2],
    [3, 4],
    [5, 6],
  ] as const;
  calls = await Promise.all(
    marks.map((pair) => RecordedCall.place(first, { communicationSessionId: `call-${pair[0]}`, marks: pair })),
  );
  const [one = assert.fail(), two = assert.fail(), three = assert.fail()] = calls;
  const ids: string[] = [];
  for (const call of calls) ids.push(await conversationOf(before, call));
  await wait(1_500);
  const closedAt = await before.pause(ids[1] ?? '');
  await wait(1_000);
  const closedJustNowAt = await before.pause(ids[2] ?? '');
  killedAt = await first.kill();
  await probe[Symbol.asyncDispose]();
  const sent: (readonly (readonly SentFrame[])[])[] = [];
  for (const call of [one, two, three]) sent.push(await call.fallSilent());
  const struck = (place: number, at: number): Struck => ({
    conversationId: ids[place] ?? '',
    marks: marks[place] ?? assert.fail(),
    closedAt: at,
    sent: sent[place] ?? [],
  });
  recorded = struck(0, Number.POSITIVE_INFINITY);
  paused = struck(1, closedAt);
  pausedJustNow = struck(2, closedJustNowAt);
  const lateMs = sent.flat().map((frames) => mostLateMs(frames.map(({ number, from }) => ({ number, at: from }))));
  behindMs = 2 * probe.slowestMs + 2 * Math.max(...lateMs);
  inSpool = readSpool(dataDir);
  output += first.output;
  server = await TacetServer.start({ dataDir, logPath, settings: first.sameAgain });
  await server.logged(({ event }) => event === 'recovered');
  api = await Api.signIn(server.httpUrl, admin);
  stored = await readStore(dataDir);
});

after(async () => {
  for (const call of calls) await call[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function framesOf(frames: readonly StoredFrame[], mark: number): readonly StoredFrame[] {
  return frames.filter(({ stream }) => stream === mark).sort((a, b) => a.number - b.number);
}

function numbersIn(frames: readonly StoredFrame[], mark: number): readonly number[] {
  return framesOf(frames, mark).map(({ number }) => number);
}

test('after a kill a call that was recorded has all that was admitted, but for the last second', () => {
  for (const { mark, sent } of allSent(recorded)) {
    const runs = runsOf(numbersIn(stored.frames, mark));
    assert.equal(runs.length, 1, 'nothing is missing in between, and nothing is there twice');
    const [first, last] = runs[0] ?? assert.fail();
    assert.equal(first, 0);
    const missing = sent[last + 1]?.from ?? killedAt;
    const lostMs = killedAt - missing;
    assert.ok(lostMs <= lostMsMax + behindMs, `lost ${lostMs} ms, with the machine ${behindMs} ms behind`);
  }
});

test('what a kill cost is reported as lost, from the last thing that was kept until the recovery', () => {
  const own = stored.recordings.find(({ recording }) => recording.conversationId === recorded.conversationId);
  for (const { streamId, intervals } of own?.streams ?? assert.fail()) {
    const kept = stored.frames.filter((frame) => frame.streamId === streamId).map(({ arrivedAt }) => arrivedAt);
    assert.deepEqual(
      intervals.map((interval) => [interval.kind, 'reason' in interval && interval.reason]),
      [['lost', 'crash']],
    );
    const [{ from, to } = assert.fail()] = intervals;
    assert.ok(from > Math.max(...kept) && to >= killedAt, `${from} to ${to}`);
  }
});

test('nothing of a pause is in spool or store after a kill, not even of one answered the moment before', () => {
  for (const struck of [paused, pausedJustNow]) {
    for (const { mark, sent } of allSent(struck)) {
      const apartMs = clocksApartMs(sent, framesOf(stored.frames, mark));
      const withheld = new Set(sentBetween(sent, struck.closedAt + apartMs, Number.POSITIVE_INFINITY));
      assert.ok(withheld.size > 0, 'the caller talked on');
      for (const frames of [inSpool, stored.frames]) {
        assert.deepEqual(
          numbersIn(frames, mark).filter((number) => withheld.has(number)),
          [],
        );
      }
    }
  }
  for (const { conversationId, closedAt } of [paused, pausedJustNow]) {
    const own = stored.spans.filter((span) => span.conversationId === conversationId);
    assert.deepEqual(
      own.map((span) => [span.closedAt, span.openedAt]),
      [[closedAt, undefined]],
    );
  }
});

test('all that was said before a pause is kept through a kill, when the pause was longer than a second ago', () => {
  for (const { mark, sent } of allSent(paused)) {
    const numbers = numbersIn(stored.frames, mark);
    assert.deepEqual(runsOf(numbers).length, 1);
    const before = sentBetween(sent, 0, paused.closedAt - 100);
    assert.deepEqual(
      before.filter((number) => !numbers.includes(number)),
      [],
    );
  }
});

test('what was withheld when the server was killed is not called lost', () => {
  for (const struck of [paused, pausedJustNow]) {
    const own = stored.recordings.find(({ recording }) => recording.conversationId === struck.conversationId);
    const lost = own?.streams.flatMap(({ intervals }) => intervals.filter(({ kind }) => kind === 'lost')) ?? [];
    assert.deepEqual(
      lost.filter(({ to }) => to > struck.closedAt),
      [],
    );
  }
});

test('a conversation that was paused when the server was killed is still paused', async () => {
  for (const { conversationId } of [paused, pausedJustNow]) {
    const { recordingState, securePause } = await api.conversation(conversationId);
    assert.deepEqual([recordingState, securePause], ['PAUSED', true]);
  }
  assert.equal((await api.conversation(recorded.conversationId)).securePause, false);
});

/** Numbers of frames of a call that were sent within a time, with what of them is in store by now. */
async function keptOf(struck: Struck, sent: readonly (readonly SentFrame[])[], from: number, to: number) {
  const { frames } = await readStore(dataDir);
  return struck.marks.map((mark, place) => {
    const found = numbersIn(frames, mark);
    assert.equal(new Set(found).size, found.length, 'nothing is there twice');
    const wanted = sentBetween(sent[place] ?? [], from, to);
    assert.ok(wanted.length > 0);
    return { found: wanted.filter((number) => found.includes(number)), wanted };
  });
}

test('a call goes on being recorded on the ports it had, and hangs up in the dialog it had', async () => {
  const [call = assert.fail()] = calls;
  const onAt = wallTime();
  call.talkOn();
  await wait(1_000);
  assert.equal((await api.conversation(recorded.conversationId)).recordingState, 'ACTIVE');
  const sent = await call.hangUp();
  const [recording = assert.fail(), ...others] = await api.recordings(recorded.conversationId);
  assert.deepEqual([recording.fileState, others], ['AVAILABLE', []]);
  for (const { found, wanted } of await keptOf(recorded, sent, onAt, Number.POSITIVE_INFINITY)) {
    assert.deepEqual(found, wanted);
  }
  const { channels } = await api.sound(recording);
  assert.equal(channels.length, 2);
  assert.ok(channels.every((samples) => samples.some((sample) => sample !== 0)));
});

test('a call that was paused when the server was killed stays withheld until somebody resumes it', async () => {
  const [, call = assert.fail()] = calls;
  const onAt = wallTime();
  call.talkOn();
  await wait(500);
  assert.equal((await api.conversation(paused.conversationId)).recordingState, 'PAUSED');
  const resumeAskedAt = wallTime();
  await api.resume(paused.conversationId);
  const resumedAt = wallTime();
  await wait(500);
  const sent = await call.hangUp();
  await api.recordings(paused.conversationId);
  for (const { found } of await keptOf(paused, sent, onAt, resumeAskedAt + guardMs - 1)) assert.deepEqual(found, []);
  for (const { found, wanted } of await keptOf(paused, sent, resumedAt, Number.POSITIVE_INFINITY)) {
    assert.deepEqual(found, wanted);
  }
});

test('a folder whose server was killed proves itself, and holds no plain bytes of any frame', async () => {
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
  assert.equal(await server.stop(), 0);
  assert.equal((await verify(dataDir)).code, 0);
  assert.deepEqual(searchFolder(dataDir).found, []);
  assert.deepEqual(searchText(output + server.output, []), []);
});
