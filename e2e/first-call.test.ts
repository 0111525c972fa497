/** A call from beginning to end, judged by its content: a SIPREC client, a stranger who pauses, and a listener. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { agentMark, callerMark, type FirstCall, placeFirstCall } from './first-call/first-call.ts';
import { Api, type ListedAnnotation, type ListedRecording } from './harness/api.ts';
import { searchFolder, searchText } from './harness/data-search.ts';
import { type FoundFrame, frameBytes, frameMs } from './harness/marks.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { clocksApartMs, mostLateMs, originOf, runsOf, sentBetween } from './harness/sent-and-found.ts';
import { readStore, type StoredCalls, type StoredFrame } from './harness/stored-frames.ts';
import { addClient, verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { framesHeard } from './harness/wav-frames.ts';

const samplesPerMs = 8;
/** How long the gate stays shut after a resume was asked for: the setting's default. */
const guardMs = 250;
/** Frames sent this shortly before a pause was asked for may still be in the kernel when the gates close. */
const inKernelMs = 100;

const folder = new TempFolder();
let server: TacetServer;
let listener: Api;
let call: FirstCall;
let recording: ListedRecording;
let annotation: ListedAnnotation;
let stored: StoredCalls;
let closedAt: number;

before(async () => {
  mkdirSync(folder.at('sipp'));
  server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('server.log') });
  const [stranger, evaluator] = await Promise.all([
    addClient(server.settings, 'recorder-integration'),
    addClient(server.settings, 'quality-evaluator'),
  ]);
  call = await placeFirstCall(server, folder.at('sipp'), stranger);
  listener = await Api.signIn(server.httpUrl, evaluator);
  const listed = await listener.recordings(call.conversationId);
  recording = listed[0] ?? assert.fail('the call has no recording');
  annotation = recording.annotations[0] ?? assert.fail('the pause has no annotation');
  stored = await readStore(server.dataDir);
  closedAt = stored.spans[0]?.closedAt ?? assert.fail('the pause has no span');
});

after(async () => {
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** What is in store of one stream, in order. */
function storedOf(mark: number): readonly StoredFrame[] {
  return stored.frames.filter(({ stream }) => stream === mark).sort((a, b) => a.number - b.number);
}

/** How late packets were on their whole way into the recorder, at worst: what no edge can be finer than. */
function lateMs(mark: number): number {
  return mostLateMs(storedOf(mark).map(({ number, arrivedAt }) => ({ number, at: arrivedAt })));
}

/** Channels in the order of the marks: the caller's first. */
async function heard(gap: 'silence' | 'cut' | 'tone'): Promise<readonly (readonly FoundFrame[])[]> {
  return framesHeard(await listener.sound(recording, gap));
}

/** The last frame before the pause and the first one behind it. */
function edgesOf(frames: readonly FoundFrame[]): { readonly last: FoundFrame; readonly next: FoundFrame } {
  const place = frames.findIndex((frame, at) => at > 0 && frame.number !== (frames[at - 1]?.number ?? 0) + 1);
  const [last, next] = [frames[place - 1], frames[place]];
  return { last: last ?? assert.fail('no frame before the pause'), next: next ?? assert.fail('none behind it') };
}

test('a client that takes no part in a call pauses and resumes it through the official npm client', async () => {
  assert.deepEqual([call.paused, call.resumed], ['PAUSED', 'ACTIVE']);
  const entries = await (await Api.signIn(server.httpUrl, admin)).audit(call.conversationId);
  const pause = entries.find(({ action }) => action === 'recordingPaused');
  assert.equal(pause?.by.name, 'recorder-integration');
  assert.equal(pause?.facts['closedAt'], closedAt);
  const apartMs = clocksApartMs(call.sent, storedOf(agentMark));
  assert.ok(closedAt >= call.pauseAskedAt - apartMs, 'nothing is withheld before it was asked for');
});

test('no frame sent at or after closedAt and before the resume is in the recording', async () => {
  const apartMs = clocksApartMs(call.sent, storedOf(agentMark));
  const withheld = sentBetween(call.sent, closedAt + apartMs, call.resumeAskedAt + guardMs - 1);
  assert.ok(withheld.length >= 1_000 / frameMs, 'the pause lasted long enough to mean something');
  for (const gap of ['silence', 'cut', 'tone'] as const) {
    const found = (await heard(gap))[agentMark - 1]?.map(({ number }) => number) ?? [];
    assert.deepEqual(
      found.filter((number) => withheld.includes(number)),
      [],
      gap,
    );
  }
  const inStore = storedOf(agentMark).map(({ number }) => number);
  assert.deepEqual(
    inStore.filter((number) => withheld.includes(number)),
    [],
  );
});

test('no unit in store arrived within the pause, in either stream', () => {
  const openedAt = stored.spans[0]?.openedAt ?? assert.fail('the span has an end');
  const inside = stored.frames.filter(({ arrivedAt }) => arrivedAt >= closedAt && arrivedAt < openedAt);
  assert.deepEqual(inside, []);
});

test('every frame sent outside the pause is heard exactly once, whole', async () => {
  const channels = await heard('silence');
  for (const [place, mark] of [callerMark, agentMark].entries()) {
    const frames = channels[place] ?? [];
    assert.deepEqual([...new Set(frames.map(({ stream }) => stream))], [mark]);
    // The call may end while the last one is heard.
    assert.deepEqual(
      frames.slice(0, -1).filter(({ length }) => length !== frameBytes),
      [],
    );
    const numbers = frames.map(({ number }) => number);
    const runs = runsOf(numbers);
    assert.equal(runs.length, 2, `one gap, and no frame twice or out of order: ${JSON.stringify(runs)}`);
    assert.equal(numbers[0], 0);
  }
  const found = new Set(channels[agentMark - 1]?.map(({ number }) => number));
  const before = sentBetween(call.sent, 0, call.pauseAskedAt - inKernelMs);
  const behind = sentBetween(call.sent, call.resumedAt, Number.POSITIVE_INFINITY);
  assert.deepEqual(
    [...before, ...behind].filter((number) => !found.has(number)),
    [],
  );
});

test('every frame is heard at its place in the call, within one packet', async () => {
  const startedAt = Date.parse(recording.startTime);
  const bySender = originOf(call.sent.map(({ number, from }) => ({ number, at: from })));
  const byArrival = originOf(storedOf(callerMark).map(({ number, arrivedAt }) => ({ number, at: arrivedAt })));
  const channels = await heard('silence');
  for (const [place, origin] of [byArrival, bySender].entries()) {
    const astray = (channels[place] ?? []).filter(({ at, number }) => {
      const shouldBeAt = origin + number * frameMs - startedAt;
      return Math.abs(at / samplesPerMs - shouldBeAt) > frameMs;
    });
    assert.deepEqual(astray, []);
  }
});

test('every frame of the gap was counted as withheld, and nothing else was', async () => {
  const channels = await heard('silence');
  const streams = stored.recordings[0]?.streams ?? [];
  for (const [place, { intervals }] of streams.entries()) {
    const { last, next } = edgesOf(channels[place] ?? []);
    const counts = intervals.map(({ kind, unitCount }) => [kind, unitCount]);
    assert.deepEqual(counts, [['withheld', next.number - last.number - 1]]);
  }
});

test('the annotation has the true offsets of the gap, within one packet', async () => {
  assert.equal(annotation.reason, 'SecurePause');
  assert.equal(recording.annotations.length, 1);
  const { location, durationMs } = annotation;
  const channels = await heard('silence');
  for (const [place, mark] of [callerMark, agentMark].entries()) {
    const { last, next } = edgesOf(channels[place] ?? []);
    const gapMs = [(last.at + frameBytes) / samplesPerMs, next.at / samplesPerMs] as const;
    const slackMs = frameMs + lateMs(mark);
    assert.ok(Math.abs(gapMs[0] - location) <= slackMs, `begins at ${gapMs[0]}, annotated ${location}`);
    assert.ok(Math.abs(gapMs[1] - location - durationMs) <= slackMs, `ends at ${gapMs[1]}`);
  }
});

test('both streams have the same edges within one packet time', () => {
  const edges = stored.recordings[0]?.streams.map(({ intervals }) => intervals[0]) ?? [];
  const [first = assert.fail(), second = assert.fail()] = edges;
  assert.ok(Math.abs(first.from - second.from) <= frameMs);
  assert.ok(Math.abs(first.to - second.to) <= frameMs + Math.max(lateMs(callerMark), lateMs(agentMark)));
});

test('while it was paused silence of true length is heard, or a tone, or nothing at all', async () => {
  const [silent, toned, cut] = await Promise.all(
    (['silence', 'tone', 'cut'] as const).map((gap) => listener.sound(recording, gap)),
  );
  const lengths = [silent, toned, cut].map((sound) => (sound?.channels[0]?.length ?? 0) / samplesPerMs);
  assert.equal(lengths[0], lengths[1]);
  assert.ok(Math.abs((lengths[0] ?? 0) - recording.outputDurationMs) <= 1);
  assert.ok(Math.abs((lengths[0] ?? 0) - (lengths[2] ?? 0) - annotation.durationMs) <= 1);
  // The last packet before the pause may reach into it by its own length.
  const from = (annotation.location + frameMs) * samplesPerMs;
  const to = (annotation.location + annotation.durationMs - frameMs) * samplesPerMs;
  for (const [channel, samples] of (silent?.channels ?? []).entries()) {
    assert.ok(
      samples.subarray(from, to).every((sample) => sample === 0),
      `silence in channel ${channel}`,
    );
  }
  const tone = toned?.channels[0]?.subarray(from, to) ?? new Int16Array();
  const loudness = tone.reduce((sum, sample) => sum + Math.abs(sample), 0) / tone.length;
  assert.ok(loudness > 50, 'a tone that can be heard');
});

test('what follows a pause that was cut out moves up by its length, and nothing else is missing', async () => {
  const [whole, cut] = await Promise.all([heard('silence'), heard('cut')]);
  const gapSamples = annotation.durationMs * samplesPerMs;
  for (const [place, frames] of whole.entries()) {
    const { last, next } = edgesOf(frames);
    const moved = new Map((cut[place] ?? []).map((frame) => [frame.number, frame]));
    // The packets at the edges may have been cut into.
    const inner = frames.slice(0, -1).filter(({ number }) => number < last.number - 1 || number > next.number + 1);
    for (const { number, at } of inner) {
      const shouldBeAt = number < next.number ? at : at - gapSamples;
      const found = moved.get(number) ?? assert.fail(`frame ${number} is missing`);
      assert.equal(found.length, frameBytes);
      assert.ok(Math.abs(found.at - shouldBeAt) <= samplesPerMs, `frame ${number}`);
    }
  }
});

test('neither withheld nor kept frames stand as plain bytes in any file or log line', () => {
  const { fileCount, found } = searchFolder(folder.at('data'));
  assert.ok(fileCount > 5, 'there is something to search');
  assert.deepEqual(found, []);
  const frames = call.sent.map(({ number }) => ({ stream: agentMark, number }));
  assert.deepEqual(searchText(server.output, frames), []);
});

test('the doors of other media types know no such call, and the door for all types pauses it', async () => {
  await using second = await RecordedCall.place(server, { communicationSessionId: 'second-call' });
  const api = await Api.signIn(server.httpUrl, admin);
  const id = await conversationOf(api, second);
  const others = ['callbacks', 'chats', 'cobrowsesessions', 'emails', 'messages', 'screenshares', 'socials', 'videos'];
  for (const type of others) {
    const path = `/api/v2/conversations/${type}/${id}/recordingstate`;
    assert.equal((await api.ask('PUT', path, { recordingState: 'PAUSED' })).status, 404, type);
  }
  assert.equal((await api.conversation(id)).recordingState, 'ACTIVE');
  const all = `/api/v2/conversations/${id}/recordingstate`;
  const { status, text, headers } = await api.ask('PATCH', all, { recordingState: 'PAUSED' });
  assert.deepEqual([status, text], [202, '']);
  const pausedAt = Number(headers.get('tacet-closed-at-ms'));
  await wait(10 * frameMs);
  assert.deepEqual((await api.setRecordingState(id, 'PAUSED')).headers.get('tacet-closed-at-ms'), String(pausedAt));
  const [, sent = []] = await second.hangUp();
  await api.recordings(id);
  const { frames } = await readStore(server.dataDir);
  const withheld = new Set(sentBetween(sent, pausedAt, Number.POSITIVE_INFINITY));
  assert.ok(withheld.size > 0);
  const leaked = frames.filter(({ arrivedAt }) => arrivedAt >= pausedAt);
  assert.deepEqual(leaked, []);
});

function entriesIn(proof: string): number {
  return Number(/(\d+) audit entries/.exec(proof)?.[1] ?? Number.NaN);
}

test('the data folder proves itself while the server runs, and after it has stopped', async () => {
  const running = await verify(server.dataDir);
  assert.deepEqual([running.code, running.stdout.includes('no findings')], [0, true], running.stdout + running.stderr);
  assert.equal(await server.stop(), 0);
  const stopped = await verify(server.dataDir);
  assert.deepEqual([stopped.code, stopped.stdout.includes('no findings')], [0, true], stopped.stdout + stopped.stderr);
  // A conversation that waited for another recording session may have ended in between, which is an entry more.
  assert.ok(entriesIn(stopped.stdout) >= entriesIn(running.stdout), stopped.stdout);
  assert.deepEqual(searchFolder(folder.at('data')).found, [], 'stopping leaves no plain bytes behind');
  assert.deepEqual(
    // A machine that has too much to do is a matter of its own.
    server.log.filter(({ level, event }) => level === 'error' && event !== 'alarm: overloaded'),
    [],
  );
});
