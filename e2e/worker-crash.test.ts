/** One media worker dies in the middle of calls: its own calls have a gap, told as lost; the others never notice. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api } from './harness/api.ts';
import { searchFolder, searchText } from './harness/data-search.ts';
import { DiskProbe } from './harness/disk-probe.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { frameMs } from './harness/marks.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { clocksApartMs, mostLateMs, runsOf, sentBetween } from './harness/sent-and-found.ts';
import { readSpool, readStore, type StoredCalls, type StoredFrame } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { crashable, crashWorker } from './harness/worker-crash.ts';

/** The most that is lost of what was said before a worker dies (P4), and how long gates stay shut after a resume, in ms. */
const lostMsMax = 1_000;
const guardMs = 250;

interface Judged {
  readonly conversationId: string;
  readonly marks: readonly [number, number];
  readonly sent: readonly (readonly SentFrame[])[];
}

const folder = new TempFolder();
const dataDir = folder.at('data');
let server: TacetServer;
let crashedAt: number;
let goesOnAt: number;
let behindMs: number;
let closedAt: number;
let resumeAskedAt: number;
let resumedAt: number;
let states: readonly string[];
let inSpool: readonly StoredFrame[];
let stored: StoredCalls;
let struck: Judged;
let spared: Judged;
let paused: Judged;

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

before(async () => {
  const triggers = folder.at('triggers');
  const settings = { TACET_MEDIA_WORKERS: '2', ...crashable(triggers) };
  server = await TacetServer.start({ dataDir, logPath: folder.at('server.log'), settings });
  await using probe = await DiskProbe.start(folder.at('probe'));
  const api = await Api.signIn(server.httpUrl, admin);
  const marks = [
    [1, 2],
    [3, 4],
    [5, 6],
  ] as const;
  const calls: RecordedCall[] = [];
  const ids: string[] = [];
  // One after another, so that it is known where they are: on the first worker, the second, and the first again.
  for (const pair of marks) {
    const call = await RecordedCall.place(server, { communicationSessionId: `call-${pair[0]}`, marks: pair });
    calls.push(call);
    ids.push(await conversationOf(api, call));
  }
  await wait(1_500);
  closedAt = await api.pause(ids[2] ?? '');
  await wait(500);
  crashedAt = await crashWorker(triggers, 1);
  await server.logged(({ event }) => event === 'workerTakenUp');
  goesOnAt = wallTime();
  await wait(700);
  inSpool = readSpool(dataDir);
  states = await Promise.all(ids.map(async (id) => (await api.conversation(id)).recordingState));
  resumeAskedAt = wallTime();
  await api.resume(ids[2] ?? '');
  resumedAt = wallTime();
  await wait(700);
  const judged: Judged[] = [];
  for (const [place, call] of calls.entries()) {
    const sent = await call.hangUp();
    judged.push({ conversationId: ids[place] ?? '', marks: marks[place] ?? assert.fail(), sent });
    await call[Symbol.asyncDispose]();
  }
  for (const id of ids) await api.recordings(id);
  const [one = assert.fail(), two = assert.fail(), three = assert.fail()] = judged;
  [struck, spared, paused] = [one, two, three];
  await probe[Symbol.asyncDispose]();
  const lateMs = judged.flatMap(({ sent }) =>
    sent.map((frames) => mostLateMs(frames.map(({ number, from }) => ({ number, at: from })))),
  );
  behindMs = 2 * probe.slowestMs + 2 * Math.max(...lateMs);
  stored = await readStore(dataDir);
});

after(async () => {
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function framesOf(mark: number): readonly StoredFrame[] {
  return stored.frames.filter(({ stream }) => stream === mark).sort((a, b) => a.number - b.number);
}

function numbersOf(mark: number): readonly number[] {
  return framesOf(mark).map(({ number }) => number);
}

function streamsOf({ conversationId }: Judged): StoredCalls['recordings'][number]['streams'] {
  const [own = assert.fail(), ...others] = stored.recordings.filter(
    ({ recording }) => recording.conversationId === conversationId,
  );
  assert.deepEqual([own.recording.fileState, others], ['AVAILABLE', []]);
  return own.streams;
}

test('a call on another worker loses nothing when one dies', () => {
  for (const [place, mark] of spared.marks.entries()) {
    assert.deepEqual(
      numbersOf(mark),
      (spared.sent[place] ?? []).map(({ number }) => number),
    );
  }
  assert.deepEqual(
    streamsOf(spared).flatMap(({ intervals }) => intervals),
    [],
  );
});

test('a call whose worker died goes on on the ports it had, with one gap of at most a second and the restart', () => {
  for (const [place, mark] of struck.marks.entries()) {
    const sent = struck.sent[place] ?? [];
    const [first = assert.fail(), second = assert.fail(), ...more] = runsOf(numbersOf(mark));
    assert.deepEqual([first[0], second[1], more], [0, sent.length - 1, []]);
    const lostMs = crashedAt - (sent[first[1] + 1]?.from ?? crashedAt);
    assert.ok(lostMs <= lostMsMax + behindMs, `lost ${lostMs} ms, with the machine ${behindMs} ms behind`);
    const after = sentBetween(sent, goesOnAt, Number.POSITIVE_INFINITY);
    assert.ok(after.length > 0 && second[0] <= (after[0] ?? 0), 'it goes on as soon as the worker is replaced');
  }
});

test('the gap of a dead worker is told as lost by a crash, and nothing else is', () => {
  for (const { streamId, intervals } of streamsOf(struck)) {
    const kept = stored.frames.filter((frame) => frame.streamId === streamId).sort((a, b) => a.number - b.number);
    const [{ from, to, ...how } = assert.fail(), ...more] = intervals;
    assert.deepEqual([how, more], [{ kind: 'lost', unitCount: 0, reason: 'crash' }, []]);
    const place = kept.findIndex(({ arrivedAt }) => arrivedAt >= from);
    const [last = assert.fail(), next = assert.fail()] = [kept[place - 1], kept[place]];
    // What waited in the kernel while the port was bound may have arrived a moment before the capture began.
    assert.ok(
      last.arrivedAt < from && to <= next.arrivedAt + frameMs,
      `${last.arrivedAt}, ${from}, ${to}, ${next.arrivedAt}`,
    );
    assert.ok(next.number > last.number + 1);
  }
});

test('what was paused when its worker died stays paused, and nothing of it is kept anywhere until it is resumed', () => {
  assert.deepEqual(states, ['ACTIVE', 'ACTIVE', 'PAUSED']);
  for (const [place, mark] of paused.marks.entries()) {
    const sent = paused.sent[place] ?? [];
    const apartMs = clocksApartMs(sent, framesOf(mark));
    const withheld = sentBetween(sent, closedAt + apartMs, resumeAskedAt + guardMs - 1);
    assert.ok(withheld.length > 0);
    for (const frames of [inSpool, stored.frames]) {
      const found = frames.filter(({ stream, number }) => stream === mark && withheld.includes(number));
      assert.deepEqual(found, []);
    }
    const numbers = numbersOf(mark);
    const around = [...sentBetween(sent, 0, closedAt - 100), ...sentBetween(sent, resumedAt, Number.POSITIVE_INFINITY)];
    assert.deepEqual(
      around.filter((number) => !numbers.includes(number)),
      [],
    );
  }
  const lost = streamsOf(paused).flatMap(({ intervals }) => intervals.filter(({ kind }) => kind === 'lost'));
  assert.deepEqual(lost, []);
});

test('a folder whose server lost a worker proves itself, and the loss was an alarm', async () => {
  assert.ok(server.log.some(({ event }) => event === 'alarm: workerLost'));
  assert.equal(await server.stop(), 0);
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
  assert.deepEqual(searchFolder(dataDir).found, []);
  assert.deepEqual(searchText(server.output, []), []);
});
