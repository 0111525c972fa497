/** Pauses that come from the source, played by SIPp against each receiver and judged by the content that is kept. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { loadReceiver } from '@tacet/receiver';
import type { RecordedCall } from '../packages/server/src/demo/call-body.ts';
import { Api } from './harness/api.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { MarkedStreams } from './harness/marked-streams.ts';
import { OfferingSource } from './harness/offering-source.ts';
import { conversationOf } from './harness/recorded-call.ts';
import { clocksApartMs, sentBetween } from './harness/sent-and-found.ts';
import { readStore } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const partMs = 600;
/** What was sent last is still on its way. */
const lastWayMs = 400;
/**
 * How long before an offer a frame has to be sent to be kept for certain: Node alone takes it for as old as the reading of
 * it, which on a busy machine may be any time later.
 */
const surelyReadMs: { readonly [receiver: string]: number } = { batch: 100, dgram: Number.POSITIVE_INFINITY };

const folder = new TempFolder();

/** A server with one of the receivers. */
interface Stage {
  readonly receiver: string;
  readonly server: TacetServer;
  readonly api: Api;
}

const receivers: readonly string[] = loadReceiver() === undefined ? ['dgram'] : ['batch', 'dgram'];
const stages = new Map<string, Stage>();

before(async () => {
  for (const receiver of receivers) {
    const settings = { TACET_RECEIVER: receiver };
    const paths = { dataDir: folder.at(`data-${receiver}`), logPath: folder.at(`${receiver}.log`) };
    const server = await TacetServer.start({ ...paths, settings });
    stages.set(receiver, { receiver, server, api: await Api.signIn(server.httpUrl, admin) });
  }
});

after(async () => {
  for (const { server } of stages.values()) await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function stageOf(receiver: string): Stage {
  return stages.get(receiver) ?? assert.fail('that server did not start');
}

const wallTime = (): number => performance.timeOrigin + performance.now();

const people = [
  { id: 'caller', address: 'sip:+4930555001@carrier.example', name: 'Caller' },
  { id: 'agent', address: 'sip:agent7@pbx.example', name: 'Agent' },
  { id: 'expert', address: 'sip:expert@pbx.example', name: 'Expert' },
];

/** A call of so many, a stream each; `inactive` tells which of them are not sent. */
function callOf(id: string, count: number, inactive: (place: number) => boolean = () => false): RecordedCall {
  const participants = people.slice(0, count);
  const streams = participants.map((from, place) => ({
    label: String(place + 1),
    from: [from.id],
    port: 30_000 + 2 * place,
    isInactive: inactive(place),
  }));
  return { communicationSessionId: id, participants, streams };
}

const everywhere = (): boolean => true;

interface Flow {
  readonly title: string;
  /** The call as it begins, as it is paused, as it then changes, and as it goes on. */
  readonly offers: (id: string) => readonly [RecordedCall, RecordedCall, RecordedCall, RecordedCall];
  /** Streams that are sent from the beginning. */
  readonly sent: number;
  /** Marks of streams of which nothing is kept meanwhile. */
  readonly silent: readonly number[];
  /** Cause and reason of the span; none where the conversation as a whole goes on. */
  readonly span: readonly [cause: string, reason: string] | undefined;
}

const flows: readonly Flow[] = [
  {
    title: 'what is said while everybody is on hold, as the metadata says, is not kept',
    offers: (id) => {
      const held = { ...callOf(id, 2), onHold: ['caller', 'agent'] };
      return [callOf(id, 2), held, held, callOf(id, 2)];
    },
    sent: 2,
    silent: [1, 2],
    span: ['sourceHold', 'Hold'],
  },
  {
    title: 'what a source sends though it has paused with a=inactive is not kept, and what it sends after is',
    offers: (id) => [callOf(id, 2), callOf(id, 2, everywhere), callOf(id, 2, everywhere), callOf(id, 2)],
    sent: 2,
    silent: [1, 2],
    span: ['sourcePause', 'Pause'],
  },
  {
    title: 'a transfer while the source pauses stays paused, for the newcomer as well',
    offers: (id) => [callOf(id, 2), callOf(id, 2, everywhere), callOf(id, 3, everywhere), callOf(id, 3)],
    sent: 2,
    silent: [1, 2, 3],
    span: ['sourcePause', 'Pause'],
  },
  {
    title: 'in a conference the stream that the source masks is not kept, and the others are without a gap',
    offers: (id) => {
      const masked = callOf(id, 3, (place) => place === 2);
      return [callOf(id, 3), masked, masked, callOf(id, 3)];
    },
    sent: 3,
    silent: [3],
    span: undefined,
  },
];

interface Played {
  readonly conversationId: string;
  readonly pausedState: string;
  readonly sent: readonly (readonly SentFrame[])[];
  readonly pauseAskedAt: number;
  readonly pausedAt: number;
  readonly resumeAskedAt: number;
  readonly resumedAt: number;
}

async function play({ server, api }: Stage, flow: Flow, id: string): Promise<Played> {
  await using streams = await MarkedStreams.open(1, 2, 3);
  await using source = await OfferingSource.place(server, folder.at(id), flow.offers(id));
  const targetsOf = (ports: readonly number[]) => ports.map((port) => ({ host: '127.0.0.1', port }));
  streams.start(targetsOf(await source.answered()).slice(0, flow.sent));
  const conversationId = await conversationOf(api, { communicationSessionId: id });
  await wait(partMs);
  const pauseAskedAt = wallTime();
  await source.answered();
  const pausedAt = wallTime();
  await wait(partMs / 2);
  streams.start(targetsOf(await source.answered()));
  await wait(partMs / 2);
  const { recordingState } = await api.conversation(conversationId);
  const resumeAskedAt = wallTime();
  await source.answered();
  const resumedAt = wallTime();
  await wait(partMs);
  const sent = await streams.stop();
  await wait(lastWayMs);
  await source.hangUp();
  return { conversationId, pausedState: recordingState, sent, pauseAskedAt, pausedAt, resumeAskedAt, resumedAt };
}

async function assertFlow(stage: Stage, flow: Flow, id: string): Promise<void> {
  const { server, api } = stage;
  const played = await play(stage, flow, id);
  const { conversationId, sent } = played;
  assert.equal(played.pausedState, flow.span === undefined ? 'ACTIVE' : 'PAUSED');
  // The recording is whole in store when it is listed.
  const [listed] = await api.recordings(conversationId);
  const stored = await readStore(server.dataDir);
  const ofCall = stored.frames.filter(({ recordingId }) => recordingId === listed?.id);
  const streamCount = flow.offers('')[3].streams.length;
  for (const [at, frames] of sent.slice(0, streamCount).entries()) {
    const mark = at + 1;
    const kept = ofCall.filter(({ stream }) => stream === mark);
    const numbers = kept.map(({ number }) => number);
    const apartMs = clocksApartMs(frames, kept);
    const isSilent = flow.silent.includes(mark);
    const inside = sentBetween(frames, played.pausedAt, played.resumeAskedAt);
    assert.deepEqual(
      inside.filter((number) => numbers.includes(number) === isSilent),
      [],
      `stream ${mark} inside`,
    );
    const outside = [
      ...sentBetween(frames, 0, played.pauseAskedAt - (surelyReadMs[stage.receiver] ?? 0)),
      ...sentBetween(frames, played.resumedAt + apartMs, Number.POSITIVE_INFINITY),
    ];
    assert.ok(outside.length > partMs / 40, `stream ${mark} was sent outside of the pause`);
    assert.deepEqual(
      outside.filter((number) => numbers.filter((kept) => kept === number).length !== 1),
      [],
      `stream ${mark} outside`,
    );
  }
  const spans = stored.spans.filter((span) => span.conversationId === conversationId);
  assert.deepEqual(
    spans.map(({ cause, reason }) => [cause, reason]),
    flow.span === undefined ? [] : [flow.span],
  );
  assert.deepEqual(
    listed?.annotations.map(({ reason }) => reason),
    flow.span === undefined ? [] : [flow.span[1]],
  );
}

/** The IVR's leg and the agent's are recording sessions of their own. */
async function assertIvrToAgent({ server, api, receiver }: Stage): Promise<void> {
  const id = 'ivr-to-agent';
  await using streams = await MarkedStreams.open(1, 2);
  await using ivr = await OfferingSource.place(server, folder.at(`${receiver}-ivr`), [callOf(id, 1)]);
  const [ivrPort = 0] = await ivr.answered();
  streams.start([{ host: '127.0.0.1', port: ivrPort }]);
  const conversationId = await conversationOf(api, { communicationSessionId: id });
  await wait(partMs);
  await api.pause(conversationId);
  const pausedAt = wallTime();
  await using agent = await OfferingSource.place(server, folder.at(`${receiver}-agent`), [callOf(id, 2)]);
  const targets = (await agent.answered()).map((port) => ({ host: '127.0.0.1', port }));
  streams.start(targets);
  await ivr.hangUp();
  await wait(partMs);
  const while2 = await api.conversation(conversationId);
  assert.deepEqual([while2.id, while2.recordingState, while2.securePause], [conversationId, 'PAUSED', true]);
  const resumeAskedAt = wallTime();
  await api.resume(conversationId);
  const resumedAt = wallTime();
  await wait(partMs);
  const sent = await streams.stop();
  await wait(lastWayMs);
  await agent.hangUp();
  const listed = (await api.recordings(conversationId)).map((recording) => recording.id);
  assert.equal(listed.length, 2);
  const { frames } = await readStore(server.dataDir);
  for (const [at, sentFrames] of sent.entries()) {
    const kept = frames.filter(({ stream, recordingId }) => stream === at + 1 && listed.includes(recordingId));
    const numbers = new Set(kept.map(({ number }) => number));
    assert.deepEqual(
      sentBetween(sentFrames, pausedAt, resumeAskedAt).filter((number) => numbers.has(number)),
      [],
    );
    const after = sentBetween(sentFrames, resumedAt + clocksApartMs(sentFrames, kept), Number.POSITIVE_INFINITY);
    assert.ok(after.length > 0);
    assert.deepEqual(
      after.filter((number) => !numbers.has(number)),
      [],
    );
  }
}

for (const receiver of receivers) {
  for (const [place, flow] of flows.entries()) {
    test(`${flow.title}, received by ${receiver}`, async () => {
      await assertFlow(stageOf(receiver), flow, `${receiver}-${place}`);
    });
  }

  test(`a call that is paused on its way through an IVR is paused still with the agent, until somebody resumes it, received by ${receiver}`, async () => {
    await assertIvrToAgent(stageOf(receiver));
  });

  test(`the proof finds nothing wrong with what the source paused, received by ${receiver}`, async () => {
    const { code, stdout, stderr } = await verify(stageOf(receiver).server.dataDir);
    assert.equal(code, 0, stdout + stderr);
  });
}
