/** Callbacks of the official client, and the calls of SIPp that fulfil them, judged by what was kept of those. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { agentMark, callerMark } from './first-call/first-call.ts';
import { Api } from './harness/api.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { MarkedStreams } from './harness/marked-streams.ts';
import { frameOf } from './harness/marks.ts';
import { signInOfficially } from './harness/official-client.ts';
import { clocksApartMs, sentBetween } from './harness/sent-and-found.ts';
import { Sipp } from './harness/sipp.ts';
import { readStore, type StoredFrame } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const partMs = 500;
/** How long a gate stays shut after a resume was asked for. */
const guardMs = 50;
const speechFrames = 2_000;
/** The number of the scenario's caller, as somebody wrote it down. */
const callerNumber = '+49 30 555001';
const queueId = '00000000-0000-4000-8000-0000000000e1';
const scenario = new URL('./first-call/two-party-call.xml', import.meta.url);

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');
const settings = { TACET_RESUME_GUARD_MS: String(guardMs) };

let server: TacetServer;
let api: Api;
let conversations: Awaited<ReturnType<typeof signInOfficially>>;

async function signIn(): Promise<void> {
  api = await Api.signIn(server.httpUrl, admin);
  conversations = await signInOfficially(server.httpUrl, admin);
}

before(async () => {
  server = await TacetServer.start({ dataDir, logPath, settings });
  await signIn();
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const wallTime = (): number => performance.timeOrigin + performance.now();
const hence = (ms: number): string => new Date(Date.now() + ms).toISOString();

interface Agreed {
  readonly number?: string;
  readonly at?: string;
  readonly callId?: string;
}

async function agree({ number = callerNumber, at = hence(3_600_000), callId }: Agreed): Promise<string> {
  const data = callId === undefined ? {} : { data: { 'tacet-call-id': callId } };
  const wish = { callbackNumbers: [number], callbackUserName: 'Somebody', callbackScheduledTime: at, queueId, ...data };
  return (await conversations.postConversationsCallbacks(wish)).conversation?.id ?? assert.fail();
}

async function addUser(): Promise<string> {
  const answer = await api.ask('POST', '/api/v2/users', { name: 'An Agent', email: 'agent@example.test' });
  assert.equal(answer.status, 200, answer.text);
  return (JSON.parse(answer.text) as { readonly id: string }).id;
}

/** SIPp's call with its own communication session, and a header beside. */
class Call implements AsyncDisposable {
  readonly #sipp: Sipp;
  readonly #agent: MarkedStreams;
  readonly #callId: string;

  private constructor(sipp: Sipp, agent: MarkedStreams, callId: string) {
    this.#sipp = sipp;
    this.#agent = agent;
    this.#callId = callId;
  }

  static async place(session: string, header = 'X-Nothing: to be seen'): Promise<Call> {
    const own = folder.at(session);
    mkdirSync(own);
    const frames = Array.from({ length: speechFrames }, (_, number) => frameOf({ stream: callerMark, number }));
    writeFileSync(`${own}/marked.raw`, Buffer.concat(frames));
    const text = readFileSync(scenario, 'utf8').replaceAll('hVpd7YQgRW2nD22h7q60JQ==', session);
    writeFileSync(`${own}/call.xml`, text.replace('Require: siprec', `Require: siprec\n      ${header}`));
    const agent = await MarkedStreams.open(agentMark);
    const keys = { second_port: String(agent.ports[0]) };
    const sipp = await Sipp.start({ scenario: `${own}/call.xml`, server: server.sip, folder: own, keys });
    const [, callId = '', port] = await sipp.logged(/call (\S+) sends to \d+ and (\d+)/);
    agent.start([{ host: '127.0.0.1', port: Number(port) }]);
    return new Call(sipp, agent, callId);
  }

  /** @returns what the agent's stream sent. */
  async hangUp(): Promise<readonly SentFrame[]> {
    const [sent = []] = await this.#agent.stop();
    await this.#sipp.prompt(this.#callId);
    await this.#sipp.succeeded();
    return sent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#sipp[Symbol.asyncDispose](), this.#agent[Symbol.asyncDispose]()]);
  }
}

/** The frames in store of the recordings of a conversation. */
async function keptOf(conversationId: string): Promise<readonly StoredFrame[]> {
  const recordings = new Set((await api.recordings(conversationId)).map(({ id }) => id));
  return (await readStore(dataDir)).frames.filter(({ recordingId }) => recordings.has(recordingId));
}

function isIn(conversationId: string, session: string): Promise<boolean> {
  return api
    .conversation(conversationId)
    .then(() => api.activeConversations(session))
    .then((found) => found.some(({ id }) => id === conversationId));
}

test('a callback that is paused before its call comes is fulfilled by a call that starts closed', async () => {
  const id = await agree({});
  const [waiting] = (await conversations.getConversation(id)).participants;
  assert.equal(waiting?.callbacks?.[0]?.state, 'scheduled');
  const agentId = await addUser();
  await conversations.patchConversationsCallbacks({
    conversationId: id,
    agentId,
    callbackScheduledTime: hence(-1_000),
  });
  const taken = (await conversations.getConversationsCallback(id)).participants?.find(
    ({ purpose }) => purpose === 'agent',
  );
  assert.equal(taken?.state, 'alerting');
  const noted = { attributes: { reason: 'asked for it' } };
  await conversations.patchConversationsCallbackParticipantAttributes(id, taken?.id ?? '', noted);
  const door = (recordingState: 'PAUSED' | 'ACTIVE'): Promise<string> =>
    conversations.putConversationsCallbackRecordingstate(id, { recordingState });
  assert.equal(await door('PAUSED'), 'PAUSED');
  await using call = await Call.place('session-1');
  assert.ok(await isIn(id, 'session-1'), 'the call is in the conversation of the callback');
  assert.equal((await api.conversation(id)).recordingState, 'PAUSED');
  await wait(partMs);
  const firstResumeAt = wallTime();
  const resumed = await conversations.putConversationsCallRecordingstate(id, { recordingState: 'ACTIVE' });
  const resumedAt = wallTime();
  await wait(partMs);
  const pauseAskedAt = wallTime();
  assert.equal(await door('PAUSED'), 'PAUSED');
  const pausedAt = wallTime();
  await wait(partMs);
  const secondResumeAt = wallTime();
  assert.deepEqual([resumed, await door('ACTIVE')], ['ACTIVE', 'ACTIVE']);
  const resumedAgainAt = wallTime();
  await wait(partMs);
  const endsAt = wallTime();
  const sent = await call.hangUp();
  const kept = await keptOf(id);
  const agent = kept.filter(({ stream }) => stream === agentMark);
  const apartMs = clocksApartMs(sent, agent);
  const numbers = new Set(agent.map(({ number }) => number));
  const withheld = [
    ...sentBetween(sent, 0, firstResumeAt - apartMs),
    ...sentBetween(sent, pausedAt + apartMs, secondResumeAt - apartMs),
  ];
  assert.ok(withheld.length >= partMs / 20, 'the pauses lasted long enough to mean something');
  assert.deepEqual(
    withheld.filter((number) => numbers.has(number)),
    [],
  );
  // How much of it is another test's matter: on a busy machine some is read only when the gate is shut again.
  for (const [from, to] of [
    [resumedAt, pauseAskedAt],
    [resumedAgainAt, endsAt],
  ] as const) {
    assert.ok(
      sentBetween(sent, from, to).some((number) => numbers.has(number)),
      'what is said while it is recorded is kept',
    );
  }
  const first = Math.min(...kept.filter(({ stream }) => stream === callerMark).map(({ number }) => number));
  assert.ok(first > 0, 'what SIPp said before the resume is not kept either');
  const { participants } = await conversations.getConversation(id);
  const customer = participants.find(({ purpose }) => purpose === 'customer');
  assert.equal(participants.filter(({ purpose }) => purpose === 'customer').length, 1, 'who was called is who waited');
  assert.deepEqual([customer?.calls?.length, customer?.callbacks?.[0]?.state], [1, 'connected']);
});

test('after kill -9 a callback is paused still, and the call that brings the id it names starts closed', async () => {
  const id = await agree({ number: '+1 555 0177', callId: 'session-2' });
  await conversations.putConversationsCallbackRecordingstate(id, { recordingState: 'PAUSED' });
  await server.kill();
  server = await TacetServer.start({ dataDir, logPath, settings: server.settings });
  await signIn();
  await using call = await Call.place('session-2');
  assert.ok(await isIn(id, 'session-2'));
  await wait(partMs);
  const sent = await call.hangUp();
  assert.ok(sent.length > 0);
  assert.deepEqual(await keptOf(id), []);
});

test('a call whose header names the conversation of a callback joins it before its time, and is recorded', async () => {
  const id = await agree({ number: '+1 555 0178' });
  await using call = await Call.place('session-3', `X-Conversation-ID: ${id}`);
  assert.ok(await isIn(id, 'session-3'));
  await wait(partMs);
  await call.hangUp();
  assert.ok((await keptOf(id)).some(({ stream }) => stream === agentMark));
});

test('nothing else was kept, and the proof finds nothing wrong', async () => {
  await server.stop();
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
