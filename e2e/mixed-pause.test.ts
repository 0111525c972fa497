/** One conversation with a call, a screen, a co-browsed page, messages and a chat: one pause shuts all of it, also over a kill -9. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api, type ListedRecording } from './harness/api.ts';
import { filesBelow, searchFolder, searchWords } from './harness/data-search.ts';
import { freePorts } from './harness/free-ports.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { frameMs, marksIn } from './harness/marks.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { clocksApartMs, mostLateMs } from './harness/sent-and-found.ts';
import { readStore, type StoredCalls } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';
import { framesHeard } from './harness/wav-frames.ts';
import { MarkedScreen, type Told, TypingTab, wallTime } from './mixed/talking.ts';

const guardMs = 250;
const marks = { caller: 1, agent: 2, screen: 3, screenAgain: 4 } as const;
const secret = 'card 4111 1111 1111 1111';

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');

let server: TacetServer;
let api: Api;
let id: string;
let call: RecordedCall;
let screen: MarkedScreen;
let screenAgain: MarkedScreen;
let tab: TypingTab;
/** What was on its way that long before a pause may be withheld with it, on a machine that is busy. */
const takenMs = 300;
let pauseAskedAt: number;
let closedAt: number;
let resumeAskedAt: number;
let resumedAt: number;
let endedAt: number;
let serverPorts: readonly (readonly number[])[];
let sent: ReadonlyMap<number, readonly (SentFrame | Told)[]>;
let recordings: readonly ListedRecording[];
let stored: StoredCalls;

async function write(mediaType: string, text: string): Promise<boolean> {
  const answer = await api.ask('POST', `/tacet/v1/conversations/${id}/items`, { mediaType, text });
  assert.equal(answer.status, 202, answer.text);
  return (JSON.parse(answer.text) as { readonly isRecorded: boolean }).isRecorded;
}

const writeBoth = (text: string): Promise<readonly boolean[]> =>
  Promise.all(['message', 'chat'].map((mediaType) => write(mediaType, text)));

async function set(recordingState: string): Promise<void> {
  const path = `/api/v2/conversations/messages/${id}/recordingstate`;
  const { status, text } = await api.ask('PUT', path, { recordingState });
  assert.equal(`${status} ${text}`, `200 "${recordingState}"`);
}

async function tokenFor(mediaType: string): Promise<string> {
  const path = `/tacet/v1/conversations/${id}/publishing-tokens`;
  const { status, text } = await api.ask('POST', path, { mediaType });
  assert.equal(status, 201, text);
  return (JSON.parse(text) as { readonly token: string }).token;
}

async function publish(mark: number): Promise<MarkedScreen> {
  return MarkedScreen.publish({ url: `${server.httpUrl}/tacet/whip`, token: await tokenFor('screenshare') }, mark);
}

async function begin(): Promise<void> {
  call = await RecordedCall.place(server, { communicationSessionId: 'mixed', marks: [marks.caller, marks.agent] });
  id = await conversationOf(api, call);
  const participants = [{ purpose: 'customer', address: 'someone@example.com' }];
  for (const mediaType of ['message', 'chat']) {
    const path = `/tacet/v1/conversations/${id}/communications`;
    const joined = await api.ask('POST', path, { mediaType, participants });
    assert.equal(joined.status, 201, joined.text);
  }
  screen = await publish(marks.screen);
  tab = await TypingTab.open(server.httpUrl, await tokenFor('cobrowsesession'), 'before');
  assert.deepEqual(await writeBoth('kept before'), [true, true]);
}

/** From the pause over the kill to the request to resume, with everything going on telling. */
async function pauseAndKill(): Promise<void> {
  pauseAskedAt = wallTime();
  await set('PAUSED');
  closedAt = wallTime();
  tab.word = 'secret';
  assert.deepEqual(await writeBoth(secret), [false, false]);
  await wait(300);
  await server.kill();
  screen.hush();
  server = await TacetServer.start({ dataDir, logPath, settings: server.sameAgain });
  api = await Api.signIn(server.httpUrl, admin);
  assert.equal((await api.conversation(id)).recordingState, 'PAUSED');
  screenAgain = await publish(marks.screenAgain);
  await tab.reconnect(server.httpUrl, await tokenFor('cobrowsesession'));
  assert.deepEqual(await writeBoth(secret), [false, false]);
  await wait(500);
  // What is typed from here on may be kept: the gate opens before we hear of it.
  tab.word = 'after';
  resumeAskedAt = wallTime();
}

before(async () => {
  const first = await freePorts(20);
  const settings = { TACET_WHIP_PORTS: `${first}-${first + 19}` };
  server = await TacetServer.start({ dataDir, logPath, settings });
  api = await Api.signIn(server.httpUrl, admin);
  await begin();
  serverPorts = [call.serverPorts];
  await wait(1_000);
  await pauseAndKill();
  await set('ACTIVE');
  resumedAt = wallTime();
  assert.deepEqual(await writeBoth('kept after'), [true, true]);
  await wait(1_000);
  endedAt = wallTime();
  await call.reinvite();
  serverPorts = [...serverPorts, call.serverPorts];
  const [caller = [], agent = []] = await call.hangUp();
  tab.hush();
  screenAgain.hush();
  await wait(200);
  await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  recordings = await until('the recordings', async () => {
    const listed = await api.recordings(id);
    return listed.length > 0 && listed.every(({ fileState }) => fileState === 'AVAILABLE') ? listed : undefined;
  });
  sent = new Map<number, readonly (SentFrame | Told)[]>([
    [marks.caller, caller],
    [marks.agent, agent],
    [marks.screen, screen.told],
    [marks.screenAgain, screenAgain.told],
  ]);
  stored = await readStore(dataDir);
});

after(async () => {
  for (const source of [call, screen, screenAgain, tab]) await source?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface TimelineEntry {
  readonly streamId: string;
  readonly kind: string;
  readonly startInstant: number;
  readonly endInstant: number;
}

async function withheldOf({ id: recordingId }: ListedRecording): Promise<readonly TimelineEntry[]> {
  const path = `/tacet/v1/conversations/${id}/recordings/${recordingId}/timeline`;
  const { entities } = await api.get<{ readonly entities: readonly TimelineEntry[] }>(path);
  return entities.filter(({ kind }) => kind === 'withheld');
}

interface KeptEvent {
  readonly text: string;
  readonly number: number;
}

async function eventsKept(): Promise<readonly KeptEvent[]> {
  const kept: KeptEvent[] = [];
  for (const { id: recordingId } of recordings) {
    const { status, text } = await api.ask('GET', `/tacet/v1/conversations/${id}/recordings/${recordingId}/events`);
    if (status !== 200) continue;
    for (const [, word = '', number] of text.matchAll(/"text":"([a-z]+)-(\d+)"/g))
      kept.push({ text: word, number: Number(number) });
  }
  return kept;
}

const during = ({ from, to }: Told | SentFrame, apartMs: number): boolean =>
  from > closedAt + apartMs && to < resumeAskedAt - apartMs;

test('frames of the call and of the screen that were sent in the pause are in no recording, and those around it are', () => {
  for (const [mark, frames] of sent) {
    const own = stored.frames.filter(({ stream }) => stream === mark);
    const apartMs = clocksApartMs(frames as readonly SentFrame[], own);
    const kept = new Set(own.map(({ number }) => number));
    assert.equal(kept.size, own.length, 'none is there twice');
    const leaked = frames.filter((one) => during(one, apartMs) && kept.has(one.number));
    assert.deepEqual(leaked, [], `of ${mark}`);
    const before = frames.filter(({ to }) => to < pauseAskedAt - takenMs);
    const behind = frames.filter(({ from, to }) => from > resumedAt + guardMs && to < endedAt);
    if (mark !== marks.screenAgain)
      assert.ok(
        before.some(({ number }) => kept.has(number)),
        `before, of ${mark}`,
      );
    if (mark !== marks.screen)
      assert.ok(
        behind.some(({ number }) => kept.has(number)),
        `after, of ${mark}`,
      );
    if (mark > marks.agent) continue;
    assert.deepEqual(
      [...before, ...behind].filter(({ number }) => !kept.has(number)),
      [],
      'the call lacks nothing but the pause',
    );
  }
  assert.deepEqual(serverPorts[1], serverPorts[0], 'the call went on where it was');
});

test('what was typed in the pause is not in the replay, and the page goes on in the same recording after a kill', async () => {
  const kept = await eventsKept();
  assert.deepEqual(new Set(kept.map(({ text }) => text)), new Set(['before', 'after']));
  const numbers = kept.map(({ number }) => number);
  assert.deepEqual([...new Set(numbers)], numbers, 'once each');
  const typedBefore = tab.told.filter(({ to }) => to < pauseAskedAt - takenMs);
  assert.ok(kept.filter(({ text }) => text === 'before').length >= typedBefore.length);
  const after = tab.told.filter(({ from, to }) => from > resumedAt + guardMs && to < endedAt);
  assert.ok(kept.filter(({ text }) => text === 'after').length >= after.length);
  // Call, message, chat, page; and a screen twice, since its keys went with the server.
  assert.equal(recordings.length, 6);
});

test('all gates shut at one edge, and those that wait for no picture open at one', async () => {
  const all = await Promise.all(recordings.map(withheldOf));
  const streams = Map.groupBy(all.flat(), ({ streamId }) => streamId);
  assert.equal(streams.size, 7, 'two of the call, one of everything else');
  const shut = [...streams.values()].map((entries) => Math.min(...entries.map(({ startInstant }) => startInstant)));
  // The screen that came back joined a conversation that was paused.
  const together = shut.filter((at) => at < closedAt);
  assert.equal(together.length, 6);
  assert.ok(Math.max(...together) - Math.min(...together) <= 20, `gates shut at ${together.join(' ')}`);
  const opened = [...streams.values()].map((entries) => Math.max(...entries.map(({ endInstant }) => endInstant)));
  assert.ok(opened.filter((at) => at > resumeAskedAt).every((at) => at >= resumeAskedAt + guardMs - 1));
  const late = [...sent].flatMap(([mark]) => {
    const own = stored.frames.filter(({ stream, arrivedAt }) => stream === mark && arrivedAt > resumedAt);
    return mostLateMs(own.map(({ number, arrivedAt }) => ({ number, at: arrivedAt })));
  });
  const spread =
    Math.max(...opened.filter((at) => at > resumeAskedAt)) - Math.min(...opened.filter((at) => at > resumeAskedAt));
  const anchorsMs = 10 * frameMs;
  assert.ok(spread <= 20 + anchorsMs + 2 * Math.max(...late), `gates opened within ${spread} ms of each other`);
});

test('nothing of the pause is in the data folder, in an export or in what is played', async () => {
  const withheld = new Set(
    [...sent].flatMap(([mark, frames]) =>
      frames.filter((one) => during(one, 50)).map(({ number }) => `${mark}:${number}`),
    ),
  );
  assert.ok(withheld.size > 100);
  assert.deepEqual(searchFolder(folder.at('.')).found, [], 'no frame stands anywhere as it is');
  const words = ['4111 1111', '4111111111111111', 'secret-'];
  for (const path of filesBelow(folder.at('.')))
    assert.deepEqual(searchWords(readFileSync(path, 'latin1'), words), [], path);
  for (const recording of recordings) {
    const described = await api.ask(
      'GET',
      `/api/v2/conversations/${id}/recordings/${recording.id}?formatId=WAV&maxWaitMs=15000`,
    );
    assert.deepEqual(searchWords(described.text, words), []);
    const uri = recording.mediaUris?.['0']?.mediaUri;
    if (uri === undefined) {
      assert.match(described.text, /kept before.*kept after/s, 'a transcript');
      continue;
    }
    const answer = await fetch(uri);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const type = answer.headers.get('content-type') ?? '';
    const found = /wav/.test(type) ? framesHeard(await api.sound(recording)).flat() : [...marksIn(bytes)];
    assert.deepEqual(
      found.filter(({ stream, number }) => withheld.has(`${stream}:${number}`)),
      [],
      type,
    );
    assert.ok(found.length > 0 || /html/.test(type), `something is played as ${type}`);
  }
});

test('the proof finds nothing wrong with it', async () => {
  await server.stop();
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
