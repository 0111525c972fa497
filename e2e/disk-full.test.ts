/** A disk that takes nothing more in the middle of a call: nothing is taken in unsafely, nothing is promised in vain. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api, type ApiAnswer, type ListedConversation } from './harness/api.ts';
import { breakDisk, mendDisk } from './harness/broken-disk.ts';
import { searchFolder } from './harness/data-search.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { runsOf, sentBetween } from './harness/sent-and-found.ts';
import { readStore, type StoredCalls } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, type LogLine, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

/** What was admitted this long before the disk broke is durable (P4), in ms. */
const durableAfterMs = 1_000;
const marks = { before: [1, 2], meanwhile: [3, 4], behind: [5, 6] } as const;

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');

/** What was seen while the disk took nothing. */
let alarms: readonly LogLine[];
let health: number;
let conversation: ListedConversation;
let pause: ApiAnswer;
let refusal: unknown;

let brokeAt: number;
let mendedAt: number;
let sent: readonly (readonly SentFrame[])[];
let sentBehind: readonly (readonly SentFrame[])[];
let exitCode: number | null;
let provedBeforeRestart: number | null;
let stored: StoredCalls;
let again: TacetServer;

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

before(async () => {
  await using server = await TacetServer.start({ dataDir, logPath });
  const api = await Api.signIn(server.httpUrl, admin);
  await using call = await RecordedCall.place(server, { communicationSessionId: 'cut-short', marks: marks.before });
  const id = await conversationOf(api, call);
  await wait(1_500);
  brokeAt = wallTime();
  await breakDisk(server.pid);
  await server.logged(({ event }) => event === 'alarm: captureFailed');
  health = (await fetch(`${server.httpUrl}/health/live`)).status;
  conversation = await api.conversation(id);
  pause = await api.setRecordingState(id, 'PAUSED');
  refusal = await RecordedCall.place(server, { communicationSessionId: 'refused', marks: marks.meanwhile }).then(
    (placed) => placed[Symbol.asyncDispose](),
    (error: unknown) => error,
  );
  alarms = server.log.filter(({ event }) => event.startsWith('alarm: '));
  await mendDisk(server.pid);
  mendedAt = wallTime();
  await using next = await RecordedCall.place(server, { communicationSessionId: 'next', marks: marks.behind });
  await wait(500);
  sentBehind = await next.hangUp();
  sent = await call.hangUp();
  exitCode = await server.stop();
  provedBeforeRestart = (await verify(dataDir)).code;
  again = await TacetServer.start({ dataDir, logPath });
  stored = await readStore(dataDir);
});

after(async () => {
  await again?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function storedNumbers(mark: number): readonly number[] {
  const own = stored.frames.filter(({ stream }) => stream === mark);
  return own.map(({ number }) => number).sort((a, b) => a - b);
}

test('when the disk takes nothing more each stream is an alarm, and the process lives and answers', () => {
  assert.equal(alarms.filter(({ event }) => event === 'alarm: captureFailed').length, 2);
  assert.deepEqual(
    alarms.map(({ level }) => level),
    alarms.map(() => 'error'),
  );
  assert.equal(health, 200);
  assert.equal(conversation.endTime, undefined);
});

test('a pause that cannot be written down is not answered as done', () => {
  assert.equal(pause.status, 503, pause.text);
});

test('a call that cannot be recorded is refused, and an alarm', () => {
  assert.equal((refusal as { readonly status?: number }).status, 503, String(refusal));
  assert.ok(alarms.some(({ event }) => event === 'alarm: storageUnavailable'));
});

test('what was durable before the disk broke is kept, in order and once; nothing of later is', () => {
  for (const [place, mark] of marks.before.entries()) {
    const numbers = storedNumbers(mark);
    assert.deepEqual(
      runsOf(numbers).map(([first]) => first),
      [0],
    );
    const kept = sentBetween(sent[place] ?? [], 0, brokeAt - durableAfterMs);
    assert.ok(kept.length > 0);
    assert.deepEqual(
      kept.filter((number) => !numbers.includes(number)),
      [],
    );
    const later = new Set(sentBetween(sent[place] ?? [], mendedAt, Number.POSITIVE_INFINITY));
    assert.deepEqual(
      numbers.filter((number) => later.has(number)),
      [],
    );
  }
  for (const mark of marks.meanwhile) assert.deepEqual(storedNumbers(mark), []);
});

test('what a broken disk cost is reported as lost', () => {
  const own = stored.recordings.find(({ recording }) => recording.conversationId === conversation.id);
  assert.equal(own?.recording.fileState, 'ERROR');
  for (const { streamId, intervals } of own?.streams ?? []) {
    const kept = stored.frames.filter((frame) => frame.streamId === streamId).map(({ arrivedAt }) => arrivedAt);
    const lost = intervals.filter(({ kind }) => kind === 'lost');
    const [from, to] = [Math.min(...lost.map((i) => i.from)), Math.max(...lost.map((i) => i.to))];
    assert.ok(from > Math.max(...kept) && to >= mendedAt, `${JSON.stringify(intervals)}, kept to ${Math.max(...kept)}`);
  }
});

test('as soon as the disk takes something again calls are recorded, without a restart', () => {
  for (const [place, mark] of marks.behind.entries()) {
    const frames = sentBehind[place] ?? [];
    assert.deepEqual(
      storedNumbers(mark),
      frames.map(({ number }) => number),
    );
  }
});

test('a folder that was full proves itself, before a restart and after', async () => {
  assert.deepEqual([exitCode, provedBeforeRestart], [0, 0]);
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
  assert.deepEqual(searchFolder(dataDir).found, []);
});
