/** Recording sessions of which nothing comes any more end by BYE, and those that may be silent do not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type ConversationId, defaultTrunk } from '@tacet/domain';
import { ManualClock } from '@tacet/testkit';
import { setRecordingState } from '../../src/control/index.ts';
import type { CallStream, RecordedCall } from '../../src/demo/call-body.ts';
import type { RecordingClient } from '../../src/demo/recording-client.ts';
import { stranger } from '../control/control-under-test.ts';
import { callBody, requestBytes, udpPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { type SipSetup, type SipUnderTest, sipUnderTest, until } from './sip-under-test.ts';

const inactivityMs = 60_000;
const lookMs = 5_000;

interface Placed {
  readonly sip: SipUnderTest;
  readonly clock: ManualClock;
  readonly src: RecordingClient;
}

async function placed(call: RecordedCall = someCall(), setup: SipSetup = {}): Promise<Placed> {
  const clock = new ManualClock();
  const sip = await sipUnderTest({ clock, mediaInactivityMs: inactivityMs, ...setup });
  const src = sip.client('udp', { clock: new ManualClock() });
  await src.invite(call);
  // The ACK was sent before this, and so it has been taken when this is answered.
  assert.equal((await src.send('OPTIONS')).status, 200);
  return { sip, clock, src };
}

/** Nothing comes of these streams, of all when none are named, or it comes again. */
async function hear(sip: SipUnderTest, isHeard: boolean, labels?: readonly string[]): Promise<void> {
  for (const { id, label } of (await sip.recording()).streams) {
    if (labels?.includes(label) !== false) sip.media.hear(id, isHeard);
  }
}

/** Time passes, in steps in which every look can be carried out. */
async function pass({ clock }: Placed, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    clock.advance(1_000);
    await delay(1);
  }
}

async function set({ sip }: Placed, state: 'PAUSED' | 'ACTIVE'): Promise<void> {
  const [conversation] = await sip.conversations();
  await setRecordingState(sip.context, {
    conversationId: conversation?.id ?? ('' as ConversationId),
    state,
    cause: 'securePause',
    right: 'others',
    actor: stranger,
    asked: { clientId: 'sip', name: 'test', from: '', door: 'PUT', requestId: sip.context.ids.next() },
  });
}

async function assertEnds(under: Placed): Promise<void> {
  await pass(under, 2 * lookMs);
  assert.equal(await under.src.ended, 'server');
  await until('the end of the recording', async () => (await under.sip.recording()).endedAt !== undefined);
}

function withStreams(change: (stream: CallStream) => CallStream): RecordedCall {
  return someCall({ streams: someCall().streams.map(change) });
}

test('a recording session of which nothing comes for the time that is set ends by BYE, is available, and is written down', async () => {
  const under = await placed();
  await using sip = under.sip;
  await hear(sip, false);
  await pass(under, inactivityMs - 1_000);
  assert.equal(sip.server.dialogCount, 1);
  await assertEnds(under);
  const { id, fileState, conversationId } = await sip.recording();
  assert.equal(fileState, 'AVAILABLE');
  const lines = sip.lines.slice(-2).map(({ level, event, facts }) => [level, event, facts]);
  assert.deepEqual(lines, [
    ['warn', 'mediaInactive', { conversationId, recordingId: id }],
    ['info', 'recordingSessionEnded', { conversationId, recordingId: id, why: 'mediaInactive' }],
  ]);
  const { items } = await sip.context.store.audit({ limit: 100 });
  const ended = items.find(({ action }) => action === 'recordingEnded') ?? assert.fail('no entry');
  assert.deepEqual([ended.result, ended.by.door, ended.recordingId], ['done', 'SIP BYE, mediaInactive', id]);
});

test('one stream that is heard keeps the whole recording session', async () => {
  const under = await placed();
  await using sip = under.sip;
  await hear(sip, false, ['caller']);
  await pass(under, 3 * inactivityMs);
  assert.equal(sip.server.dialogCount, 1);
  await hear(sip, false, ['agent']);
  await pass(under, inactivityMs);
  await assertEnds(under);
});

test('where 0 is set a silent recording session goes on for ever', async () => {
  const under = await placed(someCall(), { mediaInactivityMs: 0 });
  await using sip = under.sip;
  await hear(sip, false);
  await pass(under, inactivityMs);
  assert.equal(sip.server.dialogCount, 1);
  assert.ok(!sip.lines.some(({ event }) => event === 'mediaInactive'));
});

const held = { ...someCall(), onHold: someCall().participants.map(({ id }) => id) };

const silentForAReason: Readonly<Record<string, RecordedCall>> = {
  'a=inactive': withStreams((stream) => ({ ...stream, isInactive: true })),
  'port 0': withStreams((stream) => ({ ...stream, port: 0 })),
  'a=recordpref:pause': withStreams((stream) => ({ ...stream, recordPreference: 'pause' as const })),
  'a hold of everybody': held,
};

test('a recording session that its source has paused or holds may be silent for as long as it likes', async (t) => {
  for (const [how, call] of Object.entries(silentForAReason)) {
    await t.test(how, async () => {
      const under = await placed();
      await using sip = under.sip;
      await under.src.reinvite(call);
      await hear(sip, false);
      await pass(under, 3 * inactivityMs);
      assert.equal(sip.server.dialogCount, 1);
      // What was silent meanwhile has its whole time again from here on.
      await under.src.reinvite(someCall());
      await hear(sip, false);
      await pass(under, inactivityMs - lookMs);
      assert.equal(sip.server.dialogCount, 1);
      await pass(under, lookMs);
      await assertEnds(under);
    });
  }
});

test('a stream that the source masks does not excuse the others', async () => {
  const under = await placed(withStreams((stream) => ({ ...stream, isInactive: stream.label === 'agent' })));
  await using sip = under.sip;
  await hear(sip, false);
  await pass(under, inactivityMs);
  await assertEnds(under);
});

test('a secure pause excuses nobody: what is withheld is heard, and a source that is gone is not', async () => {
  const under = await placed();
  await using sip = under.sip;
  await set(under, 'PAUSED');
  await pass(under, 3 * inactivityMs);
  assert.equal(sip.server.dialogCount, 1);
  await hear(sip, false);
  await pass(under, inactivityMs);
  await assertEnds(under);
});

test('a source that was asked to stop sending for a secure pause is not taken for gone', async () => {
  const under = await placed(someCall(), { trunks: [{ ...defaultTrunk, pausesAtSource: true }] });
  await using sip = under.sip;
  await set(under, 'PAUSED');
  await until('the source to be asked', () => sip.lines.some(({ event }) => event === 'sourceTold'));
  await hear(sip, false);
  await pass(under, 3 * inactivityMs);
  assert.equal(sip.server.dialogCount, 1);
  await pass(under, 1_000);
  await set(under, 'ACTIVE');
  await until('the source to be asked', () => sip.lines.filter(({ event }) => event === 'sourceTold').length === 2);
  await pass(under, inactivityMs - lookMs);
  assert.equal(sip.server.dialogCount, 1);
  await pass(under, lookMs);
  await assertEnds(under);
});

test('who has not acknowledged yet is not said BYE for silence', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock, mediaInactivityMs: 4_000 });
  const peer = await udpPeer(sip.server.address);
  await using _peer = peer;
  const invite = { method: 'INVITE', branch: 'z9hG4bKquiet', callId: 'quiet@peer', contactPort: peer.port };
  peer.send(requestBytes({ ...invite, ...callBody(someCall()) }));
  await peer.next('100');
  await peer.next('200');
  await hear(sip, false);
  for (let second = 0; second < 20; second += 1) {
    clock.advance(1_000);
    await delay(1);
  }
  assert.equal(sip.server.dialogCount, 1);
  assert.ok(!sip.lines.some(({ event }) => event === 'mediaInactive'));
});

test('a server that was away itself hears what has waited meanwhile before it calls a source silent', async () => {
  const under = await placed();
  await using sip = under.sip;
  const { unheard } = sip.media;
  const { streams } = await sip.recording();
  let looks = 0;
  // As after a halt of this process: the first look comes before what waits in the sockets.
  sip.media.unheard = async (): Promise<readonly (typeof streams)[number]['id'][]> => {
    looks += 1;
    return looks === 1 ? streams.map(({ id }) => id) : [];
  };
  await pass(under, inactivityMs);
  assert.ok(looks > 2);
  assert.equal(sip.server.dialogCount, 1);
  sip.media.unheard = unheard;
});
